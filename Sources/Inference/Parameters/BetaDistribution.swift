import RealModule

/// The beta distribution of order statistics: x^(a−1) (1 − x)^(b−1) / B(a, b) on (0, 1).
public struct BetaDistribution: Sendable, Equatable {
  /// The exponent of x less one, positive.
  public let a: Double
  /// The exponent of 1 − x less one, positive.
  public let b: Double

  /// A distribution with its two parameters.
  public init(a: Double, b: Double) {
    precondition(a > 0 && b > 0, "a beta distribution with a = \(a), b = \(b)")
    self.a = a
    self.b = b
  }

  /// The probability of a value below x, the regularised incomplete beta function.
  ///
  /// By its continued fraction (DLMF 8.17.22), evaluated from the front after Lentz 1976; relative
  /// error below 1e-10.
  public func probability(below x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast on this side of the mean; the other side is its mirror image.
    if x > (a + 1) / (a + b + 2) {
      return 1 - BetaDistribution(a: b, b: a).probability(below: 1 - x)
    }
    let logFront =
      .logGamma(a + b) - .logGamma(a) - .logGamma(b) + a * .log(x) + b * .log(onePlus: -x)
    let tiny = 1e-300
    var (numerator, denominator, fraction) = (1.0, 1 - (a + b) * x / (a + 1), 1.0)
    denominator = 1 / (abs(denominator) < tiny ? tiny : denominator)
    fraction = denominator
    for m in 1...10_000 {
      let k = Double(m)
      let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
      let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
      var change = 1.0
      for coefficient in [even, odd] {
        denominator = 1 + coefficient * denominator
        denominator = 1 / (abs(denominator) < tiny ? tiny : denominator)
        numerator = 1 + coefficient / numerator
        if abs(numerator) < tiny { numerator = tiny }
        change = numerator * denominator
        fraction *= change
      }
      if abs(change - 1) < 1e-15 { break }
    }
    return .exp(logFront) * fraction / a
  }

  /// The value that has a given probability below it, by bisection to the last digit.
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
