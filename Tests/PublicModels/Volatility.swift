import Inference

/// A series whose variance remembers the last value and the last variance: GARCH(1, 1).
private struct Volatility: Likelihood {
  let parameterNames = ["mu", "alpha0", "alpha1", "beta1"]
  let y: [Double]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var variance = Scalar(0.25)
    var sum: Scalar = 0
    for t in y.indices {
      if t > 0 {
        let last = y[t - 1] - p[0]
        variance = p[1] + p[2] * last * last + p[3] * variance
      }
      let residual = y[t] - p[0]
      sum -= 0.5 * (residual * residual / variance + .log(variance))
    }
    return sum
  }
}

extension PublicModel {
  /// A series with its own volatility, stationary by the condition on its parameters.
  static var volatility: PublicModel {
    get throws {
      try PublicModel("GARCH(1, 1)", "garch") { data in
        try Posterior(
          ParameterSpace(
            [
              Parameter("mu", prior: .normal(mean: 0, standardDeviation: 1e3)),
              Parameter("alpha0", prior: .uniform(lower: 0, upper: 1e3)),
              Parameter("alpha1", prior: .uniform(lower: 0, upper: 1)),
              Parameter("beta1", prior: .uniform(lower: 0, upper: 1)),
            ], requiring: ["alpha1 + beta1 < 1"]), Volatility(y: data["y"] ?? []))
      }
    }
  }
}
