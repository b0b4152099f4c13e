import RealModule

/// The distribution of χ²: of the sum of ν squares of independent standard normal deviates.
///
/// The tails are the regularised incomplete gamma functions P(a, x) and Q(a, x) of a = ν/2 at x = χ²/2,
/// the smaller one computed by itself: its series (Abramowitz & Stegun 6.5.29) below a + 1, its continued
/// fraction (6.5.31, by the method of Lentz) above. Relative error below 1e-9 for ν up to 2e6 and
/// probabilities down to 1e-300; smaller ones may be zero. Cost: some ten √ν terms near the middle.
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

  private func tails(_ chiSquared: Double) -> (below: Double, above: Double) {
    if chiSquared.isNaN { return (.nan, .nan) }
    guard chiSquared > 0 else { return (0, 1) }
    let (a, x) = (0.5 * degreesOfFreedom, 0.5 * chiSquared)
    let density = leading(a, x)
    guard density > 0 else { return x < a ? (0, 1) : (1, 0) }
    if x < a + 1 {
      let below = min(1, density * series(a, x))
      return (below, 1 - below)
    }
    let above = min(1, density * a * continuedFraction(a, x))
    return (1 - above, above)
  }

  /// xᵃ e⁻ˣ / Γ(a + 1).
  private func leading(_ a: Double, _ x: Double) -> Double {
    if a < 20 { return .exp(a * .log(x) - x - .logGamma(a + 1)) }
    // Stirling's series; log and x/a − 1 all but cancel near the middle.
    let square = 1 / (a * a)
    let correction = (1.0 / 12 - square * (1.0 / 360 - square / 1260)) / a
    return .exp(a * logOnePlusLess((x - a) / a) - correction) / (2 * .pi * a).squareRoot()
  }

  /// log(1 + u) − u.
  private func logOnePlusLess(_ u: Double) -> Double {
    guard abs(u) < 0.3 else { return .log(onePlus: u) - u }
    var (sum, power, n) = (0.0, -u, 1.0)
    repeat {
      power *= -u
      n += 1
      sum -= power / n
    } while abs(power) > 1e-17 * abs(sum) * n
    return sum
  }

  /// Σ xⁿ / ((a+1) … (a+n)).
  private func series(_ a: Double, _ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, 0.0)
    while term > 1e-17 * sum {
      n += 1
      term *= x / (a + n)
      sum += term
    }
    return sum
  }

  /// 1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/(x+5−a− …))).
  private func continuedFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var (c, d) = (1e300, 1 / b)
    var (value, n) = (d, 0.0)
    while true {
      n += 1
      let numerator = -n * (n - a)
      b += 2
      d = 1 / nonZero(numerator * d + b)
      c = nonZero(b + numerator / c)
      value *= d * c
      if abs(d * c - 1) < 1e-15 || n > 1e7 { return value }
    }
  }

  private func nonZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
}
