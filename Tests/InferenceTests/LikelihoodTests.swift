import Inference
import TestSupport
import Testing

@Suite struct LikelihoodTests {
  /// −½ Σ (i+1) (pᵢ − i)² + p₀ p₁ for any number of parameters, with gradient −(i+1)(pᵢ − i) + …
  struct Quadratic: Likelihood {
    let parameterNames: [String]
    init(_ count: Int) { parameterNames = (0..<count).map { "p\($0)" } }

    func logLikelihood<Scalar: DifferentiableScalar>(of parameters: Span<Scalar>) -> Scalar {
      var sum: Scalar = parameters.count > 1 ? parameters[0] * parameters[1] : 0
      for i in 0..<parameters.count {
        let residual = parameters[i] - Double(i)
        sum -= 0.5 * Double(i + 1) * residual * residual
      }
      return sum
    }
  }

  @Test(
    "the free gradient equals the written one, for every number of parameters",
    arguments: [1, 2, 3, 4, 5, 8, 9, 16, 17])
  func gradient(count: Int) {
    let likelihood = Quadratic(count)
    let point = (0..<count).map { 0.3 * Double($0) - 1 }
    let (value, gradient) = likelihood.evaluate(at: point)
    #expect(value == likelihood.logLikelihood(of: point.span))
    for i in 0..<count {
      var exact = -Double(i + 1) * (point[i] - Double(i))
      if count > 1, i < 2 { exact += point[1 - i] }
      #expect(abs(gradient[i] - exact) < 1e-13)
    }
  }
}
