import Inference

/// A series in which each value is regressed on the five before it: AR(5).
private struct Autoregression: Likelihood {
  let y: [Double]
  let parameterNames = ["alpha"] + (1...5).map { "beta[\($0)]" } + ["sigma"]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum = -Double(y.count - 5) * Scalar.log(p[6])
    for t in 5..<y.count {
      var mean = p[0]
      for k in 1...5 { mean += p[k] * y[t - k] }
      let residual = (y[t] - mean) / p[6]
      sum -= 0.5 * residual * residual
    }
    return sum
  }
}

extension PublicModel {
  /// An autoregressive series.
  static var autoregression: PublicModel {
    get throws {
      try PublicModel("AR(5)", "ar") { data in
        let wide = Prior.normal(mean: 0, standardDeviation: 10)
        return try Posterior(
          ParameterSpace(
            [Parameter("alpha", prior: wide)] + Parameter.vector("beta", count: 5, prior: wide)
              + [Parameter("sigma", prior: .halfCauchy(scale: 2.5))]),
          Autoregression(y: data["y"] ?? []))
      }
    }
  }
}
