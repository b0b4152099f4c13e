public import Inference

/// A kinetic energy K(p) = ½ pᵀ M⁻¹ p and its momenta, p ~ N(0, M).
///
/// M⁻¹, the inverse mass matrix, is best near the covariance of the density that is sampled.
public protocol Metric: Sendable {
  /// Draws a momentum from N(0, M).
  func sampleMomentum(
    into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator)

  /// Writes the velocity M⁻¹ p.
  func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>)
}

/// A metric that warm-up adapts to draws.
public protocol AdaptiveMetric: Metric {
  /// The initial metric, M = I.
  init(dimension: Int)

  /// The metric whose inverse mass matrix is the regularised covariance of draws; nil if that is
  /// not positive definite.
  init?(_ estimator: CovarianceEstimator)

  /// The numbers from which `init(dimension:inverseMasses:)` makes the same metric.
  var inverseMasses: [Double] { get }

  /// The metric of a checkpoint; nil if the numbers are not those of one.
  init?(dimension: Int, inverseMasses: [Double])
}

/// The metric M = I, which is never adapted.
public struct UnitMetric: AdaptiveMetric {
  /// The metric.
  public init(dimension: Int) {}

  /// The metric; the estimate is ignored.
  public init?(_ estimator: CovarianceEstimator) {}

  /// Empty.
  public var inverseMasses: [Double] { [] }

  /// The metric; nil unless the list is empty.
  public init?(dimension: Int, inverseMasses: [Double]) {
    if !inverseMasses.isEmpty { return nil }
  }

  /// Draws a standard normal momentum.
  @inlinable
  public func sampleMomentum(
    into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    generator.fillWithStandardNormals(&momentum)
  }

  /// Writes p.
  @inlinable
  public func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>) {
    for i in 0..<momentum.count { velocity[i] = momentum[i] }
  }
}
