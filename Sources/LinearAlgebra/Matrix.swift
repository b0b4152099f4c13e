/// A dense matrix of doubles, stored row by row.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row by row: `rows × columns` numbers.
  public internal(set) var elements: [Double]

  /// A matrix from its elements, row by row.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(
      elements.count == rows * columns,
      "\(elements.count) elements for a matrix of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A square matrix with a given diagonal and zeros elsewhere.
  public init(diagonal: [Double]) {
    let size = diagonal.count
    self.init(rows: size, columns: size, elements: [Double](repeating: 0, count: size * size))
    for i in 0..<size { self[i, i] = diagonal[i] }
  }

  /// The identity matrix.
  public static func identity(_ size: Int) -> Matrix {
    Matrix(diagonal: [Double](repeating: 1, count: size))
  }

  /// Whether there are as many rows as columns.
  public var isSquare: Bool { rows == columns }

  /// The diagonal of a square matrix.
  public var diagonal: [Double] {
    precondition(isSquare, "a matrix of \(rows) × \(columns) is not square")
    return (0..<rows).map { self[$0, $0] }
  }

  /// The element in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }
}

extension Matrix {
  /// Adds a multiple of a matrix of the same size.
  public mutating func add(_ factor: Double, _ other: Matrix) {
    precondition(
      rows == other.rows && columns == other.columns, "matrices of different sizes cannot be added")
    for i in elements.indices { elements[i] += factor * other.elements[i] }
  }

  /// vᵀ A v for a square matrix.
  public func quadraticForm(_ vector: [Double]) -> Double {
    precondition(
      rows == vector.count && columns == vector.count,
      "a matrix of \(rows) × \(columns) and a vector of \(vector.count)")
    guard !vector.isEmpty else { return 0 }
    var image = vector
    elements.withUnsafeBufferPointer { matrix in
      vector.withUnsafeBufferPointer { vector in
        image.withUnsafeMutableBufferPointer { image in
          guard let matrix = matrix.baseAddress, let vector = vector.baseAddress,
            let image = image.baseAddress
          else { return }
          Double.multiply(
            MatrixOperand(matrix, stride: columns), MatrixOperand(vector, stride: 1), rows: rows,
            columns: 1, inner: columns, adding: 0, to: image, resultStride: 1)
        }
      }
    }
    return zip(vector, image).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
