import Inference

/// A mixture of two normal densities.
private struct Mixture: Likelihood {
  let parameterNames = ["mu[1]", "mu[2]", "sigma[1]", "sigma[2]", "theta"]
  let y: [Double]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for value in y {
      let (a, b) = ((value - p[0]) / p[2], (value - p[1]) / p[3])
      let first = Scalar.log(p[4] / p[2]) - 0.5 * a * a
      let second = Scalar.log((1 - p[4]) / p[3]) - 0.5 * b * b
      let (high, low) = first.value > second.value ? (first, second) : (second, first)
      sum += high + .log(onePlus: .exp(low - high))
    }
    return sum
  }
}

extension PublicModel {
  /// Two normal densities, told apart by the order of their means.
  static var mixture: PublicModel {
    get throws {
      try PublicModel("mixture", "mixture") { data in
        try Posterior(
          ParameterSpace(
            Parameter.vector("mu", count: 2, prior: .normal(mean: 0, standardDeviation: 2))
              + Parameter.vector("sigma", count: 2, prior: .halfNormal(standardDeviation: 2))
              + [Parameter("theta", prior: .beta(a: 5, b: 5))],
            requiring: [Parameter.ascending("mu", count: 2)]), Mixture(y: data["y"] ?? []))
      }
    }
  }
}
