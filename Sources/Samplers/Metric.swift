import Inference
public import LinearAlgebra

/// A kinetic energy K(p) = ½ pᵀ M⁻¹ p and its momenta, p ~ N(0, M).
///
/// M⁻¹, the inverse mass matrix, is best near the covariance of the posterior.
public protocol Metric: Sendable {
  /// Draws a momentum from N(0, M).
  func sampleMomentum(
    into momentum: inout [Double], using generator: inout some RandomNumberGenerator)

  /// Writes the velocity M⁻¹ p.
  func velocity(of momentum: [Double], into velocity: inout [Double])
}

extension Metric {
  /// K(p) = ½ pᵀ M⁻¹ p.
  public func kineticEnergy(of momentum: [Double]) -> Double {
    var velocity = momentum
    self.velocity(of: momentum, into: &velocity)
    return 0.5 * zip(momentum, velocity).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// A metric with a whole symmetric inverse mass matrix.
public struct DenseMetric: Metric {
  /// M⁻¹, dimension × dimension.
  public let inverseMassMatrix: Matrix
  private let factor: Cholesky

  /// A metric from its inverse mass matrix.
  ///
  /// - Throws: `NotPositiveDefinite` if it is not positive definite.
  public init(inverseMassMatrix: Matrix) throws(NotPositiveDefinite) {
    factor = try Cholesky(inverseMassMatrix)
    self.inverseMassMatrix = inverseMassMatrix
  }

  /// Draws p = L⁻ᵀ ξ with M⁻¹ = L Lᵀ and ξ standard normal, whose covariance is M.
  public func sampleMomentum(
    into momentum: inout [Double], using generator: inout some RandomNumberGenerator
  ) {
    for i in momentum.indices { momentum[i] = generator.nextStandardNormal() }
    var span = momentum.mutableSpan
    factor.solveTransposed(&span)
  }

  /// Writes M⁻¹ p; dimension² multiplications.
  public func velocity(of momentum: [Double], into velocity: inout [Double]) {
    let elements = inverseMassMatrix.elements
    let size = momentum.count
    for i in 0..<size {
      var sum = 0.0
      for j in 0..<size { sum += elements[i * size + j] * momentum[j] }
      velocity[i] = sum
    }
  }
}
