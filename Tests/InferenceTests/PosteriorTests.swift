import Inference
import TestSupport
import Testing

@Suite struct PosteriorTests {
  struct Line: Likelihood {
    let parameterNames = ["slope", "noise", "intercept"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for (x, y) in [(0.0, 1.1), (1, 2.9), (2, 5.2), (3, 6.8)] {
        let residual = (p[0] * x + p[2] - y) / p[1]
        sum -= 0.5 * residual * residual + .log(p[1])
      }
      return sum
    }
  }

  struct SlopePenalty: GradientLikelihood {
    let parameterNames = ["slope"]
    func logLikelihood(at p: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -3
      return p[0] > 9 ? -.infinity : -3 * p[0]
    }
  }

  static let parameters = [
    Parameter("intercept", prior: .normal(mean: 0, standardDeviation: 2)),
    Parameter("slope", prior: .uniform(lower: -1, upper: 10)),
    Parameter("unused", prior: .fixed(5)),
    Parameter("noise", prior: .uniform(lower: 0.1, upper: 4)),
  ]

  @Test("many points at once are what each is alone, where a likelihood has no meaning too")
  func batch() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), Line(), SlopePenalty())
    var random = RandomStream(seed: 2, "posterior batch")
    let count = 50
    let points = (0..<3 * count).map { _ in 12 * random.nextUniform() - 6 }
    var (gradients, values) = (points, points.prefix(count) + [])
    var gradientSpan = gradients.mutableSpan
    var valueSpan = values.mutableSpan
    posterior.logDensities(at: points.span, gradients: &gradientSpan, into: &valueSpan)
    for n in 0..<count {
      let alone = posterior.logDensityAndGradient(at: Array(points[3 * n..<3 * n + 3]))
      #expect(values[n] == alone.logDensity)
      if values[n].isFinite { #expect(Array(gradients[3 * n..<3 * n + 3]) == alone.gradient) }
    }
    #expect(values.contains(-.infinity) && values.contains { $0.isFinite })
  }

  @Test("the gradient is that of the log density, with fixed, transformed and shared parameters")
  func gradient() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), Line(), SlopePenalty())
    #expect(posterior.dimension == 3)
    var random = RandomStream(seed: 1, "posterior test")
    for _ in 0..<100 {
      let position = (0..<3).map { _ in 4 * random.nextUniform() - 2 }
      #expect(gradientError(of: posterior, at: position) < 1e-8)
    }
  }

  @Test("log density = log prior + log-Jacobian + log likelihoods")
  func decomposition() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), Line(), SlopePenalty())
    let position = [0.3, -0.8, 0.5]
    let logDensity = posterior.logDensityAndGradient(at: position).logDensity
    let draw = posterior.draw(at: position, logDensity: logDensity)
    let (intercept, slope, noise) = (draw.values[0], draw.values[1], draw.values[2])
    #expect(intercept == 0.3)
    #expect(abs(slope - (-1 + 11 / (1 + Double.exp(0.8)))) < 1e-14)
    let logLikelihood = Line().logLikelihood(of: [slope, noise, intercept].span) - 3 * slope
    let logPrior =
      -0.5 * .pow(intercept / 2, 2) - 0.5 * .log(2 * .pi) - .log(2) - .log(11) - .log(3.9)
    #expect(abs(draw.logDensity - (logPrior + logLikelihood)) < 1e-12)
    let logJacobian =
      Double.log((slope + 1) * (10 - slope) / 11) + .log((noise - 0.1) * (4 - noise) / 3.9)
    #expect(abs(logDensity - (logPrior + logLikelihood + logJacobian)) < 1e-12)
  }

  @Test("one term of minus infinity makes the posterior so")
  func impossible() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), SlopePenalty(), Line())
    #expect(posterior.logDensityAndGradient(at: [0, 5, 0]).logDensity == -.infinity)
  }

  @Test("the columns carry names and hard edges; fixed parameters are left out")
  func columns() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), Line())
    #expect(posterior.columns.map(\.name) == ["intercept", "slope", "noise"])
    #expect(posterior.columns[1].lowerBound == -1 && posterior.columns[1].upperBound == 10)
    #expect(posterior.columns[0].lowerBound == -.infinity)
  }

  @Test("models that make no sense are refused by name")
  func refusals() throws {
    let x = Parameter("x", prior: .uniform(lower: 0, upper: 1))
    #expect(throws: ModelError.duplicateParameter("x")) { try ParameterSpace([x, x]) }
    #expect(throws: ModelError.nothingToSample) { try ParameterSpace([]) }
    #expect(throws: ModelError.nothingToSample) {
      try ParameterSpace([Parameter("x", prior: .fixed(1))])
    }
    for name in ["", "a b", "a*", "Ωm", "a\tb"] {
      #expect(throws: ModelError.unusableName(name)) {
        try ParameterSpace([Parameter(name, prior: .uniform(lower: 0, upper: 1))])
      }
    }
    let error = ModelError.missingParameter("slope", available: ["x"])
    #expect(throws: error) { try Posterior(ParameterSpace([x]), Line()) }
    #expect(error.description == "a likelihood needs the parameter 'slope', but the model has x")
  }

  struct Twice: Likelihood {
    let parameterNames = ["x", "x", "x"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      -p[0] * p[1] - p[2]
    }
  }

  @Test("a likelihood that names a parameter several times gets all its derivatives")
  func repeatedParameter() throws {
    let space = try ParameterSpace([Parameter("x", prior: .normal(mean: 0, standardDeviation: 1))])
    #expect(gradientError(of: try Posterior(space, Twice()), at: [0.7]) < 1e-9)
  }

  @Test("the parts of a posterior add up to it, and tell which is not finite")
  func parts() throws {
    let posterior = try Posterior(ParameterSpace(Self.parameters), Line(), SlopePenalty())
    let position = [0.3, -0.8, 0.5]
    let parts = posterior.parts(at: position)
    #expect(parts.map(\.name) == ["prior", "Line", "SlopePenalty"])
    let sum = parts.reduce(0) { $0 + $1.value }
    #expect(abs(sum - posterior.logDensityAndGradient(at: position).logDensity) < 1e-12)
    #expect(posterior.parts(at: [0, 5, 0]).map(\.value.isFinite) == [true, true, false])
  }
}
