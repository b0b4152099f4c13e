import Inference

/// Scores of children on a line in the IQ of their mothers (Gelman and Hill 2007).
private struct Regression: Likelihood {
  let parameterNames = ["beta[1]", "beta[2]", "sigma"]
  let iq, score: [Double]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum = -Double(score.count) * Scalar.log(p[2])
    for i in score.indices {
      let residual = (score[i] - (p[0] + p[1] * iq[i])) / p[2]
      sum -= 0.5 * residual * residual
    }
    return sum
  }
}

extension PublicModel {
  /// A regression with a half-Cauchy scale.
  static var regression: PublicModel {
    get throws {
      try PublicModel("regression", "regression") { data in
        try Posterior(
          ParameterSpace(
            Parameter.vector("beta", count: 2, prior: .improperFlat) + [
              Parameter("sigma", prior: .halfCauchy(scale: 2.5))
            ]), Regression(iq: data["mom_iq"] ?? [], score: data["kid_score"] ?? []))
      }
    }
  }
}
