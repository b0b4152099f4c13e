public import Inference

/// A normal density with zero mean and unit variances, in which every pair of neighbours has one
/// correlation (an AR(1) process).
public struct CorrelatedGaussian: LogDensity {
  /// The number of coordinates.
  public let dimension: Int
  /// The correlation of neighbours, between −1 and 1.
  public let correlation: Double

  /// A density with its size and correlation.
  public init(dimension: Int, correlation: Double) {
    self.dimension = dimension
    self.correlation = correlation
  }

  /// −½ Σ (xᵢ − ρ xᵢ₋₁)² / (1 − ρ²), starting with −½ x₁².
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let variance = 1 - correlation * correlation
    var value = -0.5 * position[0] * position[0]
    gradient[0] = -position[0]
    for i in 1..<max(dimension, 1) {
      let residual = position[i] - correlation * position[i - 1]
      value -= 0.5 * residual * residual / variance
      gradient[i] = -residual / variance
      gradient[i - 1] += correlation * residual / variance
    }
    return value
  }
}

/// A density that is nowhere finite.
public struct NowhereFinite: LogDensity {
  /// Two coordinates.
  public let dimension = 2

  /// The density.
  public init() {}

  /// Minus infinity.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double { -.infinity }
}
