import RealModule

/// The map of a standard normal deviate u to a parameter with the same probability below it: x =
/// F⁻¹(Φ(u)).
///
/// Both tails are computed from the probability that is small there, so neither loses digits.
extension Prior {
  /// The value below which the parameter is with a probability, 0 to 1.
  public func quantile(_ probability: Double) -> Double {
    value(atNormal: NormalDistribution.quantile(probability))
  }

  /// Returns x(u), for any u whose square is finite.
  func value(atNormal u: Double) -> Double {
    switch self {
    case .uniform(let lower, let upper):
      let tail = (upper - lower) * NormalDistribution.probability(below: -abs(u))
      return u < 0 ? lower + tail : upper - tail
    case .normal(let mean, let standardDeviation):
      return mean + standardDeviation * u
    case .softUniform(let center, let halfWidth, let sharpness):
      // The distribution function solved for x (Souveton et al. 2023 leave it out): with p below
      // and q above, x − c = a (p − q) + [log(1 − exp(−2aβp)) − log(1 − exp(−2aβq))] / β.
      let below = NormalDistribution.probability(below: u)
      let above = NormalDistribution.probability(below: -u)
      let scale = 2 * halfWidth * sharpness
      func logComplement(_ probability: Double, _ deviate: Double) -> Double {
        let exponent = scale * probability
        return exponent < 1e-20
          ? .log(scale) + NormalDistribution.logProbability(below: deviate)
          : .log(-.expMinusOne(-exponent))
      }
      return center + halfWidth * (below - above)
        + (logComplement(below, u) - logComplement(above, -u)) / sharpness
    case .logNormal(let logMean, let logStandardDeviation):
      return .exp(logMean + logStandardDeviation * u)
    case .fixed(let value):
      return value
    }
  }

  /// Returns u(x), the inverse of `value(atNormal:)`; infinite at the edges of the support.
  func normal(at value: Double) -> Double {
    switch self {
    case .uniform(let lower, let upper):
      let width = upper - lower
      let (below, above) = ((value - lower) / width, (upper - value) / width)
      return below < above
        ? NormalDistribution.quantile(below) : -NormalDistribution.quantile(above)
    case .normal(let mean, let standardDeviation):
      return (value - mean) / standardDeviation
    case .softUniform(let center, let halfWidth, let sharpness):
      // The probability beyond |x − c| is [softplus(A) − softplus(A − 2aβ)] / 2aβ with A = β (a −
      // |x − c|), which is one logarithm without cancellation.
      let scale = 2 * halfWidth * sharpness
      let near = sharpness * (halfWidth - abs(value - center))
      let far = Double.log(onePlus: .exp(near - scale))
      let ratio = -Double.exp(near) * .expMinusOne(-scale) / (1 + .exp(near - scale))
      let difference =
        near > 30 ? near + .log(onePlus: .exp(-near)) - far : .log(onePlus: ratio)
      let normal = NormalDistribution.quantile(min(difference / scale, 0.5))
      return value < center ? normal : -normal
    case .logNormal(let logMean, let logStandardDeviation):
      return (.log(value) - logMean) / logStandardDeviation
    case .fixed:
      return 0
    }
  }
}
