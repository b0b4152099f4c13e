import RealModule

/// Quantiles of a distribution on the real line whose density is log-concave, from its tails.
struct LogConcaveQuantile {
  /// The logarithms of the probabilities on both sides of a point, and of the density there.
  typealias Tails = (below: Double, above: Double, density: Double)

  /// A starting point near the middle.
  let start: Double
  /// The tails at a point.
  let tails: (Double) -> Tails

  /// The point with the probability Φ(u) below it.
  ///
  /// By Newton's method on the logarithm of the smaller tail, which is concave too: after one step that
  /// may be too long, every other one stays on its side.
  func point(atNormal u: Double) -> Double {
    let target = NormalDistribution.logProbability(below: -abs(u))
    var y = start
    for _ in 0..<100 {
      let (below, above, density) = tails(y)
      let tail = u < 0 ? below : above
      let step = (tail - target) * .exp(tail - density)
      y += u < 0 ? -step : step
      if abs(step) <= 1e-15 * max(1, abs(y)) || !step.isFinite { break }
    }
    return y
  }

  /// The standard normal deviate of the same cumulative probability as a point.
  static func normal(_ below: Double, _ above: Double) -> Double {
    below < above
      ? NormalDistribution.quantile(logProbability: below)
      : -NormalDistribution.quantile(logProbability: above)
  }
}
