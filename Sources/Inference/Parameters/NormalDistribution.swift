import RealModule

/// The standard normal distribution.
public enum NormalDistribution {
  /// The probability of a value below x, to full relative accuracy in the lower tail as well.
  public static func probability(below x: Double) -> Double {
    0.5 * .erfc(-x * 0.5.squareRoot())
  }

  /// The log of the probability of a value below x, finite wherever x² is.
  ///
  /// Where the probability underflows, its asymptotic series (Abramowitz & Stegun 26.2.12), whose
  /// first term left out is 945/x¹⁰.
  public static func logProbability(below x: Double) -> Double {
    if x > -37 { return .log(probability(below: x)) }
    let inverse = 1 / (x * x)
    let series = 1 - inverse * (1 - inverse * (3 - inverse * (15 - 105 * inverse)))
    return logDensity(at: x) - .log(-x) + .log(series)
  }

  /// The log of the density, −½ x² − ½ log 2π.
  @inlinable
  public static func logDensity(at x: Double) -> Double {
    -0.5 * x * x - 0.918_938_533_204_672_742
  }

  /// The quantile of a probability: the inverse of `probability(below:)`.
  ///
  /// A rational start (Abramowitz & Stegun 26.2.23, good to 4.5e-4), then two steps of Halley's
  /// method on the error function; relative error 4e-15. Infinite for 0 and 1, NaN outside.
  public static func quantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else {
      return probability == 0 ? -.infinity : (probability == 1 ? .infinity : .nan)
    }
    if probability == 0.5 { return 0 }
    // The tail that is no larger than one half keeps its digits.
    let tail = min(probability, 1 - probability)
    let t = Double.sqrt(-2 * .log(tail))
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var x = t - numerator / denominator
    for _ in 0..<2 {
      let density = Double.exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let newton = (self.probability(below: -x) - tail) / density
      x += 2 * newton / (2 - x * newton)
    }
    return probability < 0.5 ? -x : x
  }

  /// The log of the probability of a value between two, the lower first.
  static func logProbability(from low: Double, to high: Double) -> Double {
    guard low < high else { return -.infinity }
    // In the lower tail both keep their digits.
    if low > 0 { return logProbability(from: -high, to: -low) }
    let (a, b) = (logProbability(below: low), logProbability(below: high))
    return b + .log(onePlus: -.exp(a - b))
  }

  /// The quantile of a probability given by its logarithm.
  ///
  /// Where the probability itself underflows, Newton's method on its logarithm.
  static func quantile(logProbability: Double) -> Double {
    if logProbability > -600 { return quantile(.exp(logProbability)) }
    guard logProbability > -.infinity else { return -.infinity }
    var x = -(-2 * logProbability).squareRoot()
    for _ in 0..<20 {
      let value = self.logProbability(below: x)
      let step = (value - logProbability) * .exp(value - logDensity(at: x))
      x -= step
      if abs(step) < 1e-14 * abs(x) { break }
    }
    return x
  }

  /// The value of the distribution cut at two ends, a below b, that has the same probability below it
  /// there as u has in the whole: Φ(z) = Φ(a) + Φ(u) (Φ(b) − Φ(a)).
  ///
  /// In the tail that keeps its digits: log Φ(z) = log[Φ(u) Φ(b) + Φ(−u) Φ(a)].
  static func value(atNormal u: Double, from low: Double, to high: Double) -> Double {
    let isMirrored = low > 0
    let (a, b) = isMirrored ? (-high, -low) : (low, high)
    let deviate = isMirrored ? -u : u
    let target = logSum(
      logProbability(below: b) + logProbability(below: deviate),
      logProbability(below: a) + logProbability(below: -deviate))
    var z = quantile(logProbability: target)
    // Close to 1 a probability has no digits left, the other one has.
    if z > 0 {
      let above = logSum(
        logProbability(below: -a) + logProbability(below: -deviate),
        logProbability(below: -b) + logProbability(below: deviate))
      z = -quantile(logProbability: above)
    }
    z = min(max(z, a), b)
    return isMirrored ? -z : z
  }

  /// The inverse of `value(atNormal:from:to:)`, by the smaller of the probabilities on both sides.
  static func normal(at z: Double, from low: Double, to high: Double) -> Double {
    let whole = logProbability(from: low, to: high)
    let below = logProbability(from: low, to: z) - whole
    let above = logProbability(from: z, to: high) - whole
    return below < above ? quantile(logProbability: below) : -quantile(logProbability: above)
  }
}
