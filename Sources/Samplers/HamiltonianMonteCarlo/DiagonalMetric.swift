public import Inference
import LinearAlgebra

/// A metric with a diagonal inverse mass matrix: a scale for each coordinate, no correlations.
public struct DiagonalMetric: AdaptiveMetric {
  /// The diagonal of M⁻¹, all positive.
  public let inverseMasses: [Double]
  /// The standard deviations of the momenta, 1/√M⁻¹ᵢᵢ.
  @usableFromInline let momentumScales: [Double]

  /// A metric from the diagonal of its inverse mass matrix; nil unless all elements are positive
  /// and finite.
  public init?(inverseMasses: [Double]) {
    guard inverseMasses.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    self.inverseMasses = inverseMasses
    momentumScales = inverseMasses.map { 1 / $0.squareRoot() }
  }

  /// The metric M = I.
  public init(dimension: Int) {
    inverseMasses = [Double](repeating: 1, count: dimension)
    momentumScales = inverseMasses
  }

  /// The metric whose inverse masses are the regularised variances of draws.
  public init?(_ estimator: CovarianceEstimator) {
    self.init(inverseMasses: estimator.regularizedCovariance.diagonal)
  }

  /// The metric of a checkpoint; nil unless there is a positive number for each dimension.
  public init?(dimension: Int, inverseMasses: [Double]) {
    guard inverseMasses.count == dimension else { return nil }
    self.init(inverseMasses: inverseMasses)
  }

  /// Draws pᵢ from N(0, Mᵢᵢ).
  @inlinable
  public func sampleMomentum(
    into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    generator.fillWithStandardNormals(&momentum)
    for i in 0..<momentum.count { momentum[i] *= momentumScales[i] }
  }

  /// Writes M⁻¹ p.
  @inlinable
  public func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>) {
    for i in 0..<momentum.count { velocity[i] = inverseMasses[i] * momentum[i] }
  }
}
