import RealModule

/// The distribution of χ²: of the sum of ν squares of independent standard normal deviates.
///
/// The tails are the regularised incomplete gamma functions P(a, x) and Q(a, x) of a = ν/2 at x = χ²/2, right
/// down to 1e-300; smaller ones may be zero.
public struct ChiSquaredDistribution: Sendable, Equatable {
  /// ν, positive.
  public let degreesOfFreedom: Double

  /// A distribution with its degrees of freedom.
  public init(degreesOfFreedom: Double) {
    precondition(
      degreesOfFreedom > 0 && degreesOfFreedom.isFinite,
      "χ² of \(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(χ² ≤ x), the lower tail; NaN for a NaN.
  public func probability(below x: Double) -> Double { tails(x).below }

  /// P(χ² ≥ x), the upper tail; NaN for a NaN.
  public func probability(above x: Double) -> Double { tails(x).above }

  /// The number of standard deviations beyond which a normal distribution has as much probability, on both sides
  /// together, as this one has above x; 0 for x ≤ 0, NaN for a NaN.
  public func standardDeviations(at x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 0 }
    let above = IncompleteGamma.logTails(0.5 * degreesOfFreedom, 0.5 * x, logX: .log(0.5 * x)).above
    return max(0, -NormalDistribution.quantile(logProbability: above - .log(2)))
  }

  private func tails(_ chiSquared: Double) -> (below: Double, above: Double) {
    if chiSquared.isNaN { return (.nan, .nan) }
    guard chiSquared > 0 else { return (0, 1) }
    let x = 0.5 * chiSquared
    let tails = IncompleteGamma.logTails(0.5 * degreesOfFreedom, x, logX: .log(x))
    return (.exp(tails.below), .exp(tails.above))
  }
}
