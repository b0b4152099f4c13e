import COpenBLAS

extension Matrix {
  /// The eigenvalues of a symmetric matrix in ascending order; only its lower triangle is read.
  ///
  /// Cost: about 4n³/3 multiplications. Returns nil if the iteration of LAPACK's `dsyev` does not
  /// converge.
  public func symmetricEigenvalues() -> [Double]? {
    precondition(isSquare, "a matrix of \(rows) × \(columns) is not square")
    BLASProvider.useOneThread()
    var work = self
    var eigenvalues = [Double](repeating: 0, count: rows)
    var scratch = [Double](repeating: 0, count: max(1, 34 * rows))
    var (size, scratchSize, status) = (CInt(rows), CInt(scratch.count), CInt(0))
    dsyev_("N", "U", &size, &work.elements, &size, &eigenvalues, &scratch, &scratchSize, &status)
    return status == 0 ? eigenvalues : nil
  }
}
