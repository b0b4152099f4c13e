import RealModule

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, as logarithms.
///
/// The smaller one is computed by itself: its series (Abramowitz & Stegun 6.5.29) below a + 1, its continued
/// fraction (6.5.31, by the method of Lentz) above. Relative error below 1e-9 for a up to 1e6. Cost: some
/// ten √a terms near the middle.
enum IncompleteGamma {
  /// log P and log Q.
  ///
  /// - Parameters:
  ///   - a: the shape, positive.
  ///   - x: not negative.
  ///   - logX: log x, which may be known where x underflows.
  static func logTails(_ a: Double, _ x: Double, logX: Double) -> (below: Double, above: Double) {
    if x == .infinity { return (0, -.infinity) }
    let leading = logLeading(a, x, logX)
    if x < a + 1 {
      let below = min(0, leading + .log(series(a, x)))
      return (below, complement(below))
    }
    let above = min(0, leading + .log(a * continuedFraction(a, x)))
    return (complement(above), above)
  }

  /// log(1 − eᵗ).
  private static func complement(_ t: Double) -> Double {
    t > -0.69 ? .log(-.expMinusOne(t)) : .log(onePlus: -.exp(t))
  }

  /// log(xᵃ e⁻ˣ / Γ(a + 1)).
  private static func logLeading(_ a: Double, _ x: Double, _ logX: Double) -> Double {
    if a < 20 { return a * logX - x - .logGamma(a + 1) }
    // Stirling's series; log and x/a − 1 all but cancel near the middle.
    let square = 1 / (a * a)
    let correction = (1.0 / 12 - square * (1.0 / 360 - square / 1260)) / a
    return a * logOnePlusLess((x - a) / a) - correction - 0.5 * .log(2 * .pi * a)
  }

  /// log(1 + u) − u.
  private static func logOnePlusLess(_ u: Double) -> Double {
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
  private static func series(_ a: Double, _ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, 0.0)
    while term > 1e-17 * sum {
      n += 1
      term *= x / (a + n)
      sum += term
    }
    return sum
  }

  /// 1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/(x+5−a− …))).
  private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
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

  private static func nonZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
}
