import COpenBLAS
import RealModule

/// A covariance matrix C = W⁻¹ W⁻ᵀ in a form in which the whitening matrix W costs as little
/// as the structure of C allows.
public struct CovarianceFactor: Sendable {
  /// The number of rows of C.
  public let size: Int
  /// log det C.
  public let logDeterminant: Double
  private let form: Form

  private enum Form: Sendable {
    /// C = L Lᵀ, and C⁻¹ itself where it is small enough to be kept.
    case dense(Cholesky, inverse: Matrix?)
    /// C⁻¹ = L Lᵀ, and C⁻¹.
    case inverse(Cholesky, Matrix)
    /// The inverse standard deviations.
    case diagonal([Double])
    case lowRank(LowRankPlusDiagonal)
  }

  /// Up to this size C⁻¹ is formed: one product with it reads half the memory of two triangular
  /// solves.
  private static let largestInverse = 4096

  /// Factors a dense matrix; n³/3 multiplications, and 2n³/3 more up to n = 4096.
  ///
  /// - Throws: `NotPositiveDefinite` if the matrix is not.
  public init(dense matrix: Matrix) throws(NotPositiveDefinite) {
    let factor = try Cholesky(matrix)
    size = matrix.rows
    logDeterminant = factor.logDeterminant
    form = .dense(factor, inverse: size <= Self.largestInverse ? factor.inverse : nil)
  }

  /// Factors the inverse of a covariance matrix; n³/3 multiplications.
  ///
  /// - Throws: `NotPositiveDefinite` if the inverse is not.
  public init(inverse matrix: Matrix) throws(NotPositiveDefinite) {
    let factor = try Cholesky(matrix)
    size = matrix.rows
    logDeterminant = -factor.logDeterminant
    form = .inverse(factor, matrix)
  }

  /// A diagonal matrix from its standard deviations.
  ///
  /// - Throws: `NotPositiveDefinite` if one of them is not positive.
  public init(standardDeviations: [Double]) throws(NotPositiveDefinite) {
    if let failure = NotPositiveDefinite(diagonal: standardDeviations) { throw failure }
    size = standardDeviations.count
    logDeterminant = standardDeviations.reduce(0) { $0 + 2 * .log($1) }
    form = .diagonal(standardDeviations.map { 1 / $0 })
  }

  /// D + U Uᵀ from the diagonal of D and U, n × rank; n rank² multiplications, and memory for n rank
  /// numbers.
  ///
  /// - Throws: `NotPositiveDefinite` if one of the variances is not positive.
  public init(variances: [Double], modes: Matrix) throws(NotPositiveDefinite) {
    if let failure = NotPositiveDefinite(diagonal: variances) { throw failure }
    let factor = LowRankPlusDiagonal(variances: variances, modes: modes)
    size = variances.count
    logDeterminant = factor.logDeterminant
    form = .lowRank(factor)
  }

  /// Replaces every row x of a matrix by W x, which has the identity for its covariance.
  public func whiten(rowsOf vectors: inout Matrix) {
    precondition(vectors.columns == size, "\(vectors.columns) elements for a size of \(size)")
    switch form {
    case .dense(let factor, _): factor.whiten(rowsOf: &vectors)
    case .inverse(let factor, _): factor.multiplyTransposed(rowsOf: &vectors)
    case .diagonal(let scales): scale(rowsOf: &vectors.elements, by: scales)
    case .lowRank(let factor): factor.whiten(rowsOf: &vectors)
    }
  }

  /// Replaces every row u of a matrix by Wᵀ u, which has the covariance C⁻¹ if u has the identity; after `whiten` this completes
  /// C⁻¹ x.
  ///
  /// Cost: n²/2 multiplications a row for a dense matrix, n or n rank for the others.
  package func unwhitenTransposed(rowsOf vectors: inout Matrix) {
    precondition(vectors.columns == size, "\(vectors.columns) elements for a size of \(size)")
    switch form {
    case .dense(let factor, _): factor.solveTransposed(rowsOf: &vectors)
    case .inverse(let factor, _): factor.multiply(rowsOf: &vectors)
    case .diagonal(let scales): scale(rowsOf: &vectors.elements, by: scales)
    case .lowRank(let factor): factor.unwhitenTransposed(rowsOf: &vectors)
    }
  }

  /// The diagonal of C⁻¹: one over the variance of each datum given all others.
  ///
  /// Cost: n³ multiplications for a dense matrix above n = 4096, n or n rank for the others.
  package var precisions: [Double] {
    switch form {
    case .dense(_, .some(let inverse)), .inverse(_, let inverse): inverse.diagonal
    case .dense(let factor, nil): factor.inverse.diagonal
    case .diagonal(let scales): scales.map { $0 * $0 }
    case .lowRank(let factor): factor.precisions
    }
  }

  /// Writes C⁻¹ x and returns xᵀ C⁻¹ x.
  ///
  /// Cost: n² multiplications for a dense matrix, n or n rank for the others.
  public func solve(_ vector: Span<Double>, into solution: inout MutableSpan<Double>) -> Double {
    precondition(vector.count == size, "\(vector.count) elements for a size of \(size)")
    switch form {
    case .dense(_, .some(let inverse)), .inverse(_, let inverse):
      inverse.multiplySymmetric(vector, into: &solution)
    case .dense(let factor, nil):
      for i in 0..<size { solution[i] = vector[i] }
      factor.whiten(&solution)
      factor.solveTransposed(&solution)
    case .diagonal(let scales):
      for i in 0..<size { solution[i] = vector[i] * scales[i] * scales[i] }
    case .lowRank(let factor):
      factor.solve(vector, into: &solution)
    }
    var sum = 0.0
    for i in 0..<size { sum += vector[i] * solution[i] }
    return sum
  }
}

extension CovarianceFactor {
  /// W⁻¹ x, which has the covariance C if x has the identity: noise from standard normal deviates.
  ///
  /// Cost: n² multiplications for a dense matrix, n or n rank for the others.
  package func noise(from white: [Double]) -> [Double] {
    precondition(white.count == size, "\(white.count) deviates for a size of \(size)")
    switch form {
    case .dense(let factor, _): return factor.multiply(white)
    case .inverse(let factor, _):
      var noise = white
      var span = noise.mutableSpan
      factor.solveTransposed(&span)
      return noise
    case .diagonal(let scales): return zip(white, scales).map { $0 / $1 }
    case .lowRank(let factor): return factor.noise(from: white)
    }
  }

  /// xᵀ C⁻¹ x.
  public func precision(of vector: [Double]) -> Double {
    var solution = vector
    var span = solution.mutableSpan
    return solve(vector.span, into: &span)
  }
}

/// Multiplies every row of a matrix, stored row by row, by one number per column.
func scale(rowsOf elements: inout [Double], by scales: [Double]) {
  let count = scales.count
  for first in stride(from: 0, to: elements.count, by: count) {
    for i in 0..<count { elements[first + i] *= scales[i] }
  }
}
