import COpenBLAS

extension Matrix {
  /// The transpose.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows, elements: elements)
    // In blocks, so that neither side leaves the cache.
    let block = 32
    for top in stride(from: 0, to: rows, by: block) {
      for left in stride(from: 0, to: columns, by: block) {
        for i in top..<min(top + block, rows) {
          for j in left..<min(left + block, columns) {
            result.elements[j * rows + i] = elements[i * columns + j]
          }
        }
      }
    }
    return result
  }

  /// R of the QR factors of the transpose: vectors in the rows of this matrix become
  /// Rᵀ's rows in an orthonormal basis, which preserves all inner products.
  ///
  /// Returns min(rows, columns) × rows elements, zero below the diagonal. Cost: 2 rows² columns
  /// multiplications, by LAPACK's `dgeqrf`.
  public func triangularFactorOfTranspose() -> Matrix {
    BLASProvider.useOneThread()
    var work = elements
    let rank = min(rows, columns)
    var (height, width, status) = (CInt(columns), CInt(rows), CInt(0))
    var scratch = [Double](repeating: 0, count: max(1, 64 * rows))
    var scratchSize = CInt(scratch.count)
    var reflectors = [Double](repeating: 0, count: rank)
    dgeqrf_(&height, &width, &work, &height, &reflectors, &scratch, &scratchSize, &status)
    precondition(status == 0, "dgeqrf refused its argument \(-status)")
    var factor = Matrix(
      rows: rank, columns: rows, elements: [Double](repeating: 0, count: rank * rows))
    for column in 0..<rows {
      for row in 0...min(column, rank - 1) { factor[row, column] = work[column * columns + row] }
    }
    return factor
  }

  /// The left singular vectors of the transpose, one per row, and the singular values, descending.
  ///
  /// Cost: about 6 rows² columns multiplications, by LAPACK's `dgesvd`.
  package func singularVectorsOfTranspose() -> (vectors: Matrix, values: [Double]) {
    BLASProvider.useOneThread()
    let rank = min(rows, columns)
    var work = elements
    var values = [Double](repeating: 0, count: rank)
    var vectors = Matrix(
      rows: rank, columns: columns, elements: [Double](repeating: 0, count: rank * columns))
    var (height, width, one, status) = (CInt(columns), CInt(rows), CInt(1), CInt(0))
    var scratch = [Double](repeating: 0, count: 64 * (rows + columns) + 5 * rows)
    var (scratchSize, unused) = (CInt(scratch.count), 0.0)
    dgesvd_(
      "S", "N", &height, &width, &work, &height, &values, &vectors.elements, &height, &unused, &one,
      &scratch, &scratchSize, &status)
    precondition(status == 0, "dgesvd failed with \(status)")
    return (vectors, values)
  }

  /// Writes A x for a symmetric A, of which only the upper triangle is read.
  func multiplySymmetric(_ vector: Span<Double>, into product: inout MutableSpan<Double>) {
    var (size, stride, one, zero) = (CInt(rows), CInt(1), 1.0, 0.0)
    elements.withUnsafeBufferPointer { elements in
      vector.withUnsafeBufferPointer { vector in
        product.withUnsafeMutableBufferPointer {
          dsymv_(
            "L", &size, &one, elements.baseAddress, &size, vector.baseAddress, &stride, &zero,
            $0.baseAddress, &stride)
        }
      }
    }
  }

  /// The eigenvalues of a symmetric matrix in ascending order; only its lower triangle is read.
  ///
  /// Cost: about 4n³/3 multiplications. Returns nil if the iteration of LAPACK's `dsyev` does not
  /// converge.
  public func symmetricEigenvalues() -> [Double]? { symmetricEigen("N")?.values }

  /// The eigenvalues of a symmetric matrix in ascending order, with the eigenvectors in the rows of a
  /// matrix; only its lower triangle is read.
  ///
  /// Cost: about 9n³ multiplications. Returns nil if the iteration of LAPACK's `dsyev` does not
  /// converge.
  public func symmetricEigenvectors() -> (values: [Double], vectors: Matrix)? {
    symmetricEigen("V")
  }

  private func symmetricEigen(_ job: String) -> (values: [Double], vectors: Matrix)? {
    precondition(isSquare, "a matrix of \(rows) × \(columns) is not square")
    BLASProvider.useOneThread()
    // Eigenvectors come in columns of columns, which are our rows.
    var work = self
    var eigenvalues = [Double](repeating: 0, count: rows)
    var scratch = [Double](repeating: 0, count: max(1, 34 * rows))
    var (size, scratchSize, status) = (CInt(rows), CInt(scratch.count), CInt(0))
    dsyev_(job, "U", &size, &work.elements, &size, &eigenvalues, &scratch, &scratchSize, &status)
    return status == 0 ? (eigenvalues, work) : nil
  }
}
