import COpenBLAS
import RealModule

/// The Cholesky factor of a symmetric positive-definite matrix: A = L Lᵀ with L lower triangular.
///
/// Cost: n³/3 multiplications for the factor, n²/2 for each solve.
public struct Cholesky: Sendable {
  /// L, row by row; the elements above the diagonal are not part of it.
  private let factor: Matrix

  /// Factors a symmetric matrix, of which only the lower triangle is read.
  ///
  /// - Throws: `NotPositiveDefinite` with the order of the first leading minor that is not
  ///   positive.
  public init(_ matrix: Matrix) throws(NotPositiveDefinite) {
    precondition(matrix.isSquare, "a matrix of \(matrix.rows) × \(matrix.columns) is not square")
    BLASProvider.useOneThread()
    var factor = matrix
    // LAPACK stores by columns: the lower triangle of rows is its upper triangle of columns.
    var (size, status) = (CInt(matrix.rows), CInt(0))
    factor.elements.withUnsafeMutableBufferPointer {
      dpotrf_("U", &size, $0.baseAddress, &size, &status)
    }
    precondition(status >= 0, "dpotrf refused its argument \(-status)")
    guard status == 0 else { throw NotPositiveDefinite(order: Int(status)) }
    // OpenBLAS lets a NaN through.
    if let failure = NotPositiveDefinite(diagonal: factor.diagonal) { throw failure }
    self.factor = factor
  }

  /// The number of rows of the matrix.
  public var size: Int { factor.rows }

  /// log det A = 2 Σ log Lᵢᵢ.
  public var logDeterminant: Double {
    factor.diagonal.reduce(0) { $0 + 2 * .log($1) }
  }

  /// The element of L in a row and a column; zero above the diagonal.
  public subscript(row: Int, column: Int) -> Double {
    column > row ? 0 : factor[row, column]
  }

  /// A⁻¹; n³ multiplications.
  public var inverse: Matrix {
    var inverse = factor
    var (count, status) = (CInt(size), CInt(0))
    dpotri_("U", &count, &inverse.elements, &count, &status)
    precondition(status == 0, "dpotri failed with \(status) on a factor with a positive diagonal")
    for i in 0..<size {
      for j in 0..<i { inverse[j, i] = inverse[i, j] }
    }
    return inverse
  }

  /// Replaces x by L⁻¹ x: whitens a vector whose covariance is A.
  public func whiten(_ vector: inout MutableSpan<Double>) { solve(&vector, transposed: "T") }

  /// Replaces x by L⁻ᵀ x; after `whiten` this completes A⁻¹ x.
  public func solveTransposed(_ vector: inout MutableSpan<Double>) {
    solve(&vector, transposed: "N")
  }

  /// L x: gives a white vector the covariance A.
  package func multiply(_ vector: [Double]) -> [Double] {
    vector.indices.map { row in (0...row).reduce(0) { $0 + self[row, $1] * vector[$1] } }
  }

  /// Replaces every row x of a matrix by L⁻¹ x.
  package func whiten(rowsOf vectors: inout Matrix) {
    var (size, count, one) = (CInt(size), CInt(vectors.rows), 1.0)
    factor.elements.withUnsafeBufferPointer {
      dtrsm_(
        "L", "U", "T", "N", &size, &count, &one, $0.baseAddress, &size, &vectors.elements, &size)
    }
  }

  /// Replaces every row x of a matrix by L⁻ᵀ x.
  func solveTransposed(rowsOf vectors: inout Matrix) {
    var (size, count, one) = (CInt(size), CInt(vectors.rows), 1.0)
    factor.elements.withUnsafeBufferPointer {
      dtrsm_(
        "L", "U", "N", "N", &size, &count, &one, $0.baseAddress, &size, &vectors.elements, &size)
    }
  }

  /// Replaces every row x of a matrix by L x.
  func multiply(rowsOf vectors: inout Matrix) {
    var (size, count, one) = (CInt(size), CInt(vectors.rows), 1.0)
    factor.elements.withUnsafeBufferPointer {
      dtrmm_(
        "L", "U", "T", "N", &size, &count, &one, $0.baseAddress, &size, &vectors.elements, &size)
    }
  }

  /// Replaces every row x of a matrix by Lᵀ x.
  func multiplyTransposed(rowsOf vectors: inout Matrix) {
    var (size, count, one) = (CInt(size), CInt(vectors.rows), 1.0)
    factor.elements.withUnsafeBufferPointer {
      dtrmm_(
        "L", "U", "N", "N", &size, &count, &one, $0.baseAddress, &size, &vectors.elements, &size)
    }
  }

  private func solve(_ vector: inout MutableSpan<Double>, transposed: String) {
    precondition(vector.count == size, "\(vector.count) elements for a factor of \(size) rows")
    var (count, stride) = (CInt(size), CInt(1))
    factor.elements.withUnsafeBufferPointer { elements in
      vector.withUnsafeMutableBufferPointer {
        dtrsv_(
          "U", transposed, "N", &count, elements.baseAddress, &count, $0.baseAddress, &stride)
      }
    }
  }
}

/// The error for a symmetric matrix that is not positive definite.
public struct NotPositiveDefinite: Error, Equatable {
  /// The order of the first leading minor that is not positive, counted from 1.
  public let order: Int

  package init(order: Int) { self.order = order }

  /// The failure of a diagonal matrix, or of a factor; nil if all its elements are positive and finite.
  package init?(diagonal: [Double]) {
    guard let bad = diagonal.firstIndex(where: { !($0 > 0 && $0.isFinite) }) else { return nil }
    order = bad + 1
  }
}
