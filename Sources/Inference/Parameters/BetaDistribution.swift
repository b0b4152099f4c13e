import RealModule

/// The beta distribution of order statistics: x^(a−1) (1 − x)^(b−1) / B(a, b) on (0, 1).
public struct BetaDistribution: Sendable, Equatable {
  /// The exponent of x plus one, positive.
  public let a: Double
  /// The exponent of 1 − x plus one, positive.
  public let b: Double

  /// A distribution with its two parameters.
  public init(a: Double, b: Double) {
    precondition(a > 0 && b > 0, "a beta distribution with a = \(a), b = \(b)")
    self.a = a
    self.b = b
  }

  /// The probability of a value below x, the regularised incomplete beta function.
  public func probability(below x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    return .exp(IncompleteBeta.logTails(a, b, .init(x)).below)
  }

  /// The quantile of a probability, by bisection to the last digit.
  public func quantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      if self.probability(below: middle) < probability { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
