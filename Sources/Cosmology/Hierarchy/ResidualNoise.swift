import Inference
import RealModule

/// The distribution of the residual ρ of a supernova of variance v, eight at a time.
///
/// An evaluation is kept until `accumulate` adds the derivatives with respect to the distribution's own
/// parameters, since mixtures know the weight of a component only after all are evaluated.
protocol ResidualNoise {
  typealias Lanes = SIMD8<Double>

  /// log p(ρ), with −∂/∂ρ and ∂/∂v.
  ///
  /// - Parameter share: the probability of each supernova to be of type Ia.
  mutating func density(
    _ residual: Lanes, _ variance: Lanes, share: Lanes
  ) -> (value: Lanes, pull: Lanes, slope: Lanes)

  /// The log of the probability that ρ and another normal deviate stay below a margin in their sum.
  ///
  /// - Parameters:
  ///   - margin: the margin in magnitudes.
  ///   - variance: v.
  ///   - other: the variance of the other deviate.
  ///   - share: as above.
  /// - Returns: its value, with the derivatives in the margin, in v, and in the other variance.
  mutating func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes, share: Lanes
  ) -> (value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes)

  /// The mean of ρ² in units of the variance of the component that it belongs to, given ρ: 1 on average whatever the
  /// distribution, and χ² for a normal one.
  mutating func chiSquared(_ residual: Lanes, _ variance: Lanes, share: Lanes) -> Lanes

  /// Adds the derivatives of the last evaluation, times a weight.
  mutating func accumulate(_ weight: Lanes)

  /// Writes the sums of the derivatives.
  func write(to gradient: UnsafeMutablePointer<Double>)
}

/// N(ρ; 0, v).
struct NormalNoise: ResidualNoise {
  @inline(__always)
  mutating func density(
    _ residual: Lanes, _ variance: Lanes, share: Lanes
  ) -> (value: Lanes, pull: Lanes, slope: Lanes) {
    Self.density(residual, variance)
  }

  @inline(__always)
  static func density(
    _ residual: Lanes, _ variance: Lanes
  ) -> (value: Lanes, pull: Lanes, slope: Lanes) {
    let inverse = 1 / variance
    let pull = residual * inverse
    let logTwoPi = 1.837_877_066_409_345_484
    let value = -0.5 * (Lanes.log(variance) + (residual * pull + logTwoPi))
    return (value, pull, 0.5 * (pull * pull - inverse))
  }

  @inline(__always)
  mutating func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes, share: Lanes
  ) -> (value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes) {
    let (value, marginSlope, slope) = Self.detection(margin, variance + other)
    return (value, marginSlope, slope, slope)
  }

  @inline(__always)
  static func detection(
    _ margin: Lanes, _ variance: Lanes
  ) -> (value: Lanes, marginSlope: Lanes, slope: Lanes) {
    let inverse = 1 / variance
    let root = inverse.squareRoot()
    let place = margin * root
    let (value, hazard) = Lanes.normalProbability(below: place)
    return (value, hazard * root, -0.5 * hazard * place * inverse)
  }

  mutating func chiSquared(_ residual: Lanes, _ variance: Lanes, share: Lanes) -> Lanes {
    residual * residual / variance
  }

  @inline(__always)
  mutating func accumulate(_ weight: Lanes) {}

  func write(to gradient: UnsafeMutablePointer<Double>) {}
}
