package import Inference
import RealModule

extension OffsetLikelihood {
  /// The parameter of a zero point with a prior that does not exclude the data: the default, or where
  /// the zero points preferred by the data over the priors of the other parameters come near its ends, one
  /// around these.
  ///
  /// Zero points of catalogs are arbitrary: a prior that suits one may exclude another's.
  ///
  /// - Parameters:
  ///   - parameter: the zero point with its default prior, which is uniform.
  ///   - space: the parameters.
  package func followingData(_ parameter: Parameter, over space: ParameterSpace) -> Parameter {
    guard let prior = parameter.prior.density as? UniformPrior,
      let index = parameterNames.firstIndex(of: parameter.name)
    else { return parameter }
    let (lower, upper) = (prior.lower, prior.upper)
    let start = 0.5 * (lower + upper)
    let wanted = space.representativePoints(for: parameterNames).compactMap { point in
      var point = point
      point[index] = start
      return bestOffsetValue(at: point)
    }.sorted()
    guard wanted.count >= 4 else { return parameter }
    // Corners of the prior prefer values that data never will.
    let (low, high) = (wanted[wanted.count / 4], wanted[wanted.count - 1 - wanted.count / 4])
    let isScale = offset.map { $0.scale != .identity } ?? false
    if isScale {
      // Twice a Hubble constant is 1.5 mag.
      if low > 0.02 * upper, high < 0.9 * upper { return parameter }
      return parameter.with(.uniform(lower: 0, upper: rounded(2 * high)))
    }
    if low > lower + 1, high < upper - 1 { return parameter }
    return parameter.with(
      .uniform(lower: (low - 10).rounded(.down), upper: (high + 10).rounded(.up)))
  }

  /// A number with two digits.
  private func rounded(_ value: Double) -> Double {
    // Powers of ten above 1 are exact.
    let exponent = Int(Double.log10(value).rounded(.down)) - 1
    let power = Double.pow(10, abs(exponent))
    return exponent < 0
      ? (value * power).rounded(.up) / power : (value / power).rounded(.up) * power
  }
}

extension Parameter {
  fileprivate func with(_ prior: Prior) -> Parameter {
    Parameter(name, label: label, prior: prior)
  }
}
