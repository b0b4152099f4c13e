import Inference

/// The prior of Souveton et al. 2023, section 6, as a factor on top of a uniform one: the soft-uniform
/// density s(q + 3) s(3 − q) / Z of each logit q, s the logistic function.
struct SoftUniformLogits: Likelihood {
  let parameterNames = ["omega_m", "h"]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    let logNormalisation = Double.log(6 / (1 - .exp(-6)))
    var sum: Scalar = 0
    for i in 0..<2 {
      let q = Scalar.log(p[i] / (1 - p[i]))
      sum -= Scalar.log(1 + .exp(-q - 3.0)) + Scalar.log(1 + .exp(q - 3.0))
      // A density of p becomes one of q with dp/dq = p (1 − p).
      sum -= Scalar.log(p[i] * (1 - p[i])) + logNormalisation
    }
    return sum
  }
}
