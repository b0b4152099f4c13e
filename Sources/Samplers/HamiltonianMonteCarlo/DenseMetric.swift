public import Inference
public import LinearAlgebra

/// A metric with a dense inverse mass matrix.
public struct DenseMetric: AdaptiveMetric {
  /// M⁻¹, dimension × dimension.
  public let inverseMassMatrix: Matrix
  @usableFromInline let factor: Cholesky

  /// A metric from its inverse mass matrix.
  ///
  /// - Throws: `NotPositiveDefinite` if it is not positive definite.
  public init(inverseMassMatrix: Matrix) throws(NotPositiveDefinite) {
    factor = try Cholesky(inverseMassMatrix)
    self.inverseMassMatrix = inverseMassMatrix
  }

  /// The metric M = I.
  public init(dimension: Int) {
    do {
      try self.init(inverseMassMatrix: .identity(dimension))
    } catch {
      preconditionFailure("the identity matrix is positive definite")
    }
  }

  /// The metric whose inverse mass matrix is the regularised covariance of draws.
  public init?(_ estimator: CovarianceEstimator) {
    try? self.init(inverseMassMatrix: estimator.regularizedCovariance)
  }

  /// The elements of M⁻¹, row by row.
  public var inverseMasses: [Double] { inverseMassMatrix.elements }

  /// The metric of a checkpoint; nil unless the elements are those of a symmetric positive-definite
  /// matrix.
  public init?(dimension: Int, inverseMasses: [Double]) {
    guard inverseMasses.count == dimension * dimension else { return nil }
    let matrix = Matrix(rows: dimension, columns: dimension, elements: inverseMasses)
    for i in 0..<dimension {
      for j in 0...i where matrix[i, j] != matrix[j, i] || !matrix[i, j].isFinite { return nil }
    }
    try? self.init(inverseMassMatrix: matrix)
  }

  /// Draws p = L⁻ᵀ ξ with M⁻¹ = L Lᵀ and ξ standard normal, whose covariance is M.
  @inlinable
  public func sampleMomentum(
    into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    generator.fillWithStandardNormals(&momentum)
    factor.solveTransposed(&momentum)
  }

  /// Writes M⁻¹ p; dimension² multiplications.
  @inlinable
  public func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>) {
    let elements = inverseMassMatrix.elements.span
    let size = momentum.count
    for i in 0..<size {
      var sum = 0.0
      for j in 0..<size { sum += elements[i * size + j] * momentum[j] }
      velocity[i] = sum
    }
  }
}
