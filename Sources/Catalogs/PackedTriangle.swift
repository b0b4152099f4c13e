import LinearAlgebra

/// The numbers of one triangle of a covariance or its inverse, row by row.
struct PackedTriangle {
  private let numbers: [Double]
  private let size: Int

  /// Which triangle it is, the diagonal included.
  enum Side {
    case upper, lower

    /// Where an element on this side of the diagonal stands among the numbers.
    func place(row: Int, column: Int, size: Int) -> Int {
      switch self {
      case .upper: row * size - row * (row + 1) / 2 + column
      case .lower: row * (row + 1) / 2 + column
      }
    }
  }

  init(_ numbers: [Double], size: Int) {
    (self.numbers, self.size) = (numbers, size)
  }

  /// The element of a symmetric matrix.
  private func element(_ i: Int, _ j: Int, _ side: Side) -> Double {
    let (row, column) = (side == .upper) == (i < j) ? (i, j) : (j, i)
    return numbers[side.place(row: row, column: column, size: size)]
  }

  /// All elements row by row, if the numbers are this triangle.
  func elements(_ side: Side) -> [Double] {
    var elements: [Double] = []
    elements.reserveCapacity(size * size)
    for i in 0..<size { for j in 0..<size { elements.append(element(i, j, side)) } }
    return elements
  }

  /// All elements, by the side that makes a covariance of them, which no other side can do but by
  /// chance; nil if both do. Numbers that fit neither side are taken as the upper triangle.
  var elements: [Double]? {
    let able = [Side.upper, .lower].filter(isPossible)
    guard able.count == 2 else { return elements(able.first ?? .upper) }
    let (upper, lower) = (elements(.upper), elements(.lower))
    if upper == lower { return upper }
    let definite = [upper, lower].filter { elements in
      size <= 2000 && (try? Cholesky(Matrix(rows: size, columns: size, elements: elements))) != nil
    }
    return definite.count == 1 ? definite[0] : nil
  }

  /// Whether no covariance is larger than its variances let it be.
  private func isPossible(_ side: Side) -> Bool {
    let variances = (0..<size).map { element($0, $0, side) }
    guard !variances.contains(where: { $0 < 0 }) else { return false }
    for i in 0..<size {
      for j in 0..<i {
        let covariance = element(i, j, side)
        let limit = variances[i] * variances[j] * (1 + 1e-6)
        if covariance * covariance > limit { return false }
      }
    }
    return true
  }
}
