import COpenBLAS

/// A view of a matrix in memory, row by row, as an operand of a product.
public struct MatrixOperand<Scalar> {
  /// The first element.
  public let start: UnsafePointer<Scalar>
  /// The distance between the starts of rows, at least the number of columns.
  public let stride: Int
  /// Whether the operand is the transpose of the stored matrix.
  public let isTransposed: Bool

  /// A view of a matrix.
  @inlinable
  public init(_ start: UnsafePointer<Scalar>, stride: Int, transposed: Bool = false) {
    self.start = start
    self.stride = stride
    isTransposed = transposed
  }

  /// BLAS's letter. A character, because a string that is chosen at run time becomes C's by four
  /// allocations.
  fileprivate var transposition: CChar { CChar(UInt8(ascii: isTransposed ? "T" : "N")) }
}

/// A scalar whose matrices BLAS multiplies: `Float` or `Double`.
public protocol BLASScalar: BinaryFloatingPoint, Sendable {
  /// C ← A B + β C by BLAS's `gemm`, on the calling thread.
  ///
  /// - Parameters:
  ///   - left: A, rows × inner, once transposed if it is to be.
  ///   - right: B, inner × columns.
  ///   - scale: β; with 0 what C holds is not read.
  ///   - result: C, rows × columns, whose rows are `resultStride` apart.
  static func multiply(
    _ left: MatrixOperand<Self>, _ right: MatrixOperand<Self>, rows: Int, columns: Int, inner: Int,
    adding scale: Self, to result: UnsafeMutablePointer<Self>, resultStride: Int)
}

extension Double: BLASScalar {
  /// C ← A B + β C by `dgemm`.
  public static func multiply(
    _ left: MatrixOperand<Double>, _ right: MatrixOperand<Double>, rows: Int, columns: Int,
    inner: Int, adding scale: Double, to result: UnsafeMutablePointer<Double>, resultStride: Int
  ) {
    BLASProvider.useOneThread()
    var transpositions = (left: left.transposition, right: right.transposition)
    // Fortran sees rows as columns, so it is asked for Cᵀ = Bᵀ Aᵀ.
    var (m, n, k) = (CInt(columns), CInt(rows), CInt(inner))
    var (lda, ldb, ldc) = (CInt(right.stride), CInt(left.stride), CInt(resultStride))
    var (one, beta) = (1.0, scale)
    dgemm_(
      &transpositions.right, &transpositions.left, &m, &n, &k, &one, right.start,
      &lda, left.start, &ldb, &beta, result, &ldc)
  }
}

extension Double {
  /// C ← C + A Aᵀ by BLAS's `dsyrk`, on the calling thread; only the lower triangle of C is written.
  ///
  /// - Parameters:
  ///   - matrix: A, rows × columns.
  ///   - result: C, rows × rows.
  public static func addSquare(
    of matrix: UnsafePointer<Double>, rows: Int, columns: Int,
    to result: UnsafeMutablePointer<Double>
  ) {
    BLASProvider.useOneThread()
    // Fortran sees rows as columns: its upper triangle is our lower one.
    var (n, k) = (CInt(rows), CInt(columns))
    var (lda, ldc) = (k, n)
    var one = 1.0
    dsyrk_("U", "T", &n, &k, &one, matrix, &lda, &one, result, &ldc)
  }
}

extension Float: BLASScalar {
  /// C ← A B + β C by `sgemm`.
  public static func multiply(
    _ left: MatrixOperand<Float>, _ right: MatrixOperand<Float>, rows: Int, columns: Int,
    inner: Int, adding scale: Float, to result: UnsafeMutablePointer<Float>, resultStride: Int
  ) {
    BLASProvider.useOneThread()
    var transpositions = (left: left.transposition, right: right.transposition)
    var (m, n, k) = (CInt(columns), CInt(rows), CInt(inner))
    var (lda, ldb, ldc) = (CInt(right.stride), CInt(left.stride), CInt(resultStride))
    var (one, beta) = (Float(1), scale)
    sgemm_(
      &transpositions.right, &transpositions.left, &m, &n, &k, &one, right.start,
      &lda, left.start, &ldb, &beta, result, &ldc)
  }
}
