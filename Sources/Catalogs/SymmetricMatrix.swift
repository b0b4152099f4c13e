import LinearAlgebra

/// Checks and cuts of the square matrices that come with catalogs, row by row, in blocks that stay
/// in the cache: a covariance of 10,000 supernovae has 800 MB.
enum SymmetricMatrix {
  /// A matrix that is symmetric to six digits, made exactly so. Where the diagonal is NaN the whole row
  /// may be: `requireRows` refuses it if it is needed.
  ///
  /// - Parameter isCovariance: whether the diagonal bounds the elements; otherwise the largest
  ///   element does.
  /// - Throws: `CatalogError` for elements that are not finite or not symmetric, and for negative
  ///   variances.
  static func checked(
    _ elements: consuming [Double], size: Int, _ path: String, isCovariance: Bool = true
  ) throws(CatalogError) -> Matrix {
    let isGap = (0..<size).map { elements[$0 * size + $0].isNaN }
    if let index = elements.firstIndex(where: { !$0.isFinite }),
      let index = elements[index...].indices.first(where: { index in
        !elements[index].isFinite
          && !(elements[index].isNaN && (isGap[index / size] || isGap[index % size]))
      })
    {
      throw CatalogError(
        path, row: index / size + 1, column: "\(index % size + 1)",
        .notFinite(found: "\(elements[index])"))
    }
    if isCovariance, let i = (0..<size).first(where: { elements[$0 * size + $0] < 0 }) {
      throw CatalogError(
        path, row: i + 1, column: "\(i + 1)", .negativeVariance(found: elements[i * size + i]))
    }
    let largest = isCovariance ? 0 : elements.reduce(0) { max($0, abs($1)) }
    let scales =
      isCovariance
      ? (0..<size).map { isGap[$0] ? .infinity : abs(elements[$0 * size + $0]) }
      : [Double](repeating: largest, count: size)
    var place: (row: Int, column: Int)?
    elements.withUnsafeMutableBufferPointer { place = average($0, size, scales) }
    if let (row, column) = place {
      if let side = zeroTriangle(elements, size) {
        throw CatalogError(path, .oneTriangle(zeros: side))
      }
      throw CatalogError(
        path,
        .notSymmetric(
          row: row + 1, column: column + 1, upper: elements[row * size + column],
          lower: elements[column * size + row]))
    }
    return Matrix(rows: size, columns: size, elements: elements)
  }

  /// The side of the diagonal on which a matrix has nothing but zeros; nil if it has numbers on both.
  private static func zeroTriangle(_ elements: [Double], _ size: Int) -> CatalogError.Side? {
    func isZero(_ isOnSide: (Int, Int) -> Bool) -> Bool {
      (0..<size).allSatisfy { row in
        (0..<size).allSatisfy { !isOnSide(row, $0) || elements[row * size + $0] == 0 }
      }
    }
    if isZero({ $0 < $1 }) { return .above }
    return isZero { $0 > $1 } ? .below : nil
  }

  /// Replaces each pair of mirrored elements by its mean; returns the place above the diagonal of
  /// a pair that differs too much.
  private static func average(
    _ elements: UnsafeMutableBufferPointer<Double>, _ size: Int, _ scales: [Double]
  ) -> (row: Int, column: Int)? {
    let block = 64
    for top in stride(from: 0, to: size, by: block) {
      for left in stride(from: top, to: size, by: block) {
        for row in top..<min(top + block, size) {
          for column in max(left, row + 1)..<max(row + 1, min(left + block, size)) {
            let upper = elements[row * size + column]
            let lower = elements[column * size + row]
            if upper == lower { continue }
            // Six digits are the least that releases print.
            if lower.isNaN || upper.isNaN { continue }
            guard abs(lower - upper) <= 1e-6 * max(scales[row], scales[column]) else {
              return (row, column)
            }
            elements[row * size + column] = 0.5 * (lower + upper)
            elements[column * size + row] = elements[row * size + column]
          }
        }
      }
    }
    return nil
  }

  /// Checks that there are numbers in the rows that are kept; all if `rows` is nil.
  static func requireRows(
    _ matrix: Matrix, _ rows: [Int]?, _ path: String
  ) throws(CatalogError) {
    let wanted = rows ?? Array(0..<matrix.rows)
    guard let row = wanted.first(where: { matrix[$0, $0].isNaN }) else { return }
    throw CatalogError(path, row: row + 1, column: "\(row + 1)", .notFinite(found: "nan"))
  }

  /// The rows and columns of a matrix that are kept; all if `rows` is nil.
  static func cut(_ matrix: Matrix, to rows: [Int]?) -> Matrix {
    guard let rows else { return matrix }
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * rows.count)
    for row in rows { for column in rows { elements.append(matrix[row, column]) } }
    return Matrix(rows: rows.count, columns: rows.count, elements: elements)
  }

  /// Checks that a matrix is positive definite, unless it is so large that the likelihood
  /// alone should bear the cost.
  static func checkDefinite(_ matrix: Matrix, _ path: String) throws(CatalogError) {
    guard matrix.rows <= 2000 else { return }
    do {
      _ = try Cholesky(matrix)
    } catch {
      let smallest = matrix.symmetricEigenvalues()?.first
      throw CatalogError(path, .notPositiveDefinite(smallestEigenvalue: smallest))
    }
  }
}
