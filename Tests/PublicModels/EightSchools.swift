import Inference

/// Effects θⱼ ~ N(μ, τ²) of eight schools, of which yⱼ ± σⱼ are known (Rubin 1981).
private struct EightSchools: Likelihood {
  let y, sigma: [Double]
  /// Whether the parameters are the deviates (θⱼ − μ)/τ instead of the effects.
  let sampleDeviates: Bool
  var parameterNames: [String] { ["mu", "tau"] + y.indices.map { "\(effect)[\($0 + 1)]" } }
  var effect: String { sampleDeviates ? "deviate" : "theta" }

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for j in y.indices {
      let deviate = sampleDeviates ? p[j + 2] : (p[j + 2] - p[0]) / p[1]
      let residual = (y[j] - (p[0] + p[1] * deviate)) / sigma[j]
      sum -= 0.5 * residual * residual
      if !sampleDeviates { sum -= 0.5 * deviate * deviate + .log(p[1]) }
    }
    return sum
  }
}

extension PublicModel {
  private static func schools(
    _ title: String, sampleDeviates: Bool, effects: Prior
  ) throws -> PublicModel {
    try PublicModel(title, "schools") { data in
      let schools = EightSchools(
        y: data["y"] ?? [], sigma: data["sigma"] ?? [], sampleDeviates: sampleDeviates)
      let posterior = try Posterior(
        ParameterSpace(
          [
            Parameter("mu", prior: .normal(mean: 0, standardDeviation: 5)),
            Parameter("tau", prior: .halfCauchy(scale: 5)),
          ] + Parameter.vector(schools.effect, count: 8, prior: effects)), schools)
      guard sampleDeviates else { return posterior }
      return try posterior.deriving(
        (1...8).map { try DerivedQuantity("theta[\($0)]", "mu + tau * deviate[\($0)]") })
    }
  }

  /// Eight schools whose deviates are sampled, as the funnel of the effects wants it.
  static var schools: PublicModel {
    get throws {
      try schools(
        "eight schools", sampleDeviates: true, effects: .normal(mean: 0, standardDeviation: 1))
    }
  }

  /// Eight schools as they are written, whose effects are sampled and have no prior of their own.
  static var centredSchools: PublicModel {
    get throws {
      try schools("eight schools, centred", sampleDeviates: false, effects: .improperFlat)
    }
  }
}
