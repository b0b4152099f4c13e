import Inference

/// A series with one value and one error remembered: ARMA(1, 1).
private struct MovingAverage: Likelihood {
  let parameterNames = ["mu", "phi", "theta", "sigma"]
  let y: [Double]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    let (mu, phi, theta) = (p[0], p[1], p[2])
    var error = y[0] - (mu + phi * mu)
    var sum = error * error
    for t in 1..<y.count {
      error = y[t] - (mu + phi * y[t - 1] + theta * error)
      sum += error * error
    }
    return -0.5 * sum / (p[3] * p[3]) - Double(y.count) * Scalar.log(p[3])
  }
}

extension PublicModel {
  /// An autoregressive series with a moving average.
  static var movingAverage: PublicModel {
    get throws {
      try PublicModel("ARMA(1, 1)", "arma", beginsNearMode: true) { data in
        try Posterior(
          ParameterSpace([
            Parameter("mu", prior: .normal(mean: 0, standardDeviation: 10)),
            Parameter("phi", prior: .normal(mean: 0, standardDeviation: 2)),
            Parameter("theta", prior: .normal(mean: 0, standardDeviation: 2)),
            Parameter("sigma", prior: .halfCauchy(scale: 2.5)),
          ]), MovingAverage(y: data["y"] ?? []))
      }
    }
  }
}
