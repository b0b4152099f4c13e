import Inference
import TestSupport
import Testing

/// Spaces whose parameters depend on each other.
@Suite struct RequirementTests {
  static func uniform(_ name: String, _ lower: Double, _ upper: Double) -> Parameter {
    Parameter(name, prior: .uniform(lower: lower, upper: upper))
  }

  static let wide = Prior.normal(mean: 0, standardDeviation: 2)

  /// A likelihood that reads all of some parameters, with all second derivatives.
  struct Bowl: Likelihood {
    let parameterNames: [String]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for i in 0..<p.count {
        sum -= 0.3 * (p[i] - 0.2) * (p[i] - 0.2)
        if i > 0 { sum -= 0.2 * p[i] * p[i - 1] }
      }
      return sum
    }
  }

  /// Many kinds of spaces, by their names.
  static func spaces() throws -> [(String, ParameterSpace)] {
    let w = [uniform("w0", -3, 1), uniform("wa", -3, 2)]
    let garch = [
      Parameter("mu", prior: wide), Parameter("alpha0", prior: .halfNormal(standardDeviation: 2)),
      uniform("alpha1", 0, 1), uniform("beta1", 0, 1),
    ]
    let ordered = ["c", "a", "b"].map { Parameter($0, prior: wide) }
    let normal = MultivariateNormalPrior(
      ["a", "b", "c"], mean: [0.5, -1, 2],
      covariance: [[1, 0.4, -0.3], [0.4, 0.8, 0.1], [-0.3, 0.1, 0.6]])
    let families: [Prior] = [
      .gamma(shape: 2, rate: 1), .halfCauchy(scale: 1),
      .logNormal(logMean: 0, logStandardDeviation: 1),
      .exponential(rate: 1), .inverseGamma(shape: 3, scale: 2), .beta(a: 2, b: 3),
      .studentT(degreesOfFreedom: 4, location: 0, scale: 1), .logUniform(lower: 0.01, upper: 10),
      .cauchy(location: 0.3, scale: 1),
      .truncatedNormal(mean: 0, standardDeviation: 1, lower: -2, upper: 3),
    ]
    var all = [
      ("sum", try ParameterSpace(w, requiring: ["w0 + wa < 0"])),
      (
        "fixed",
        try ParameterSpace(w + [Parameter("k", prior: .fixed(2))], requiring: ["w0 > k * wa"])
      ),
      ("garch", try ParameterSpace(garch, requiring: ["alpha1 + beta1 < 1"])),
      ("ordered", try ParameterSpace(ordered, requiring: ["a < b < c"])),
      ("two ends", try ParameterSpace(ordered, requiring: ["a < b", "b < a + 1", "c > 0"])),
      (
        "curved",
        try ParameterSpace(
          [uniform("m", 0, 1), uniform("h", 0.4, 1), Parameter("r", prior: wide)],
          requiring: ["m * h^2 < 0.2", "r < exp(m) - h"])
      ),
      (
        "formula",
        try ParameterSpace(
          [uniform("a", 0, 1), uniform("b", 0, 1), Parameter("c", equal: "a * b - 2 * a")],
          requiring: ["a + b < 1.5"])
      ),
      (
        "simplex",
        try ParameterSpace([], joint: [DirichletPrior("pi", count: 4, concentration: 1.5)])
      ),
      ("normal", try ParameterSpace(ordered, joint: [normal])),
      ("chain", try ParameterSpace([], joint: [ChainPriorTests.prior])),
      (
        "cut chain",
        try ParameterSpace(
          [uniform("c", 0, 3)], requiring: ["a < b", "c < a"], joint: [ChainPriorTests.prior])
      ),
      ("cut normal", try ParameterSpace(ordered, requiring: ["a < b", "b < c"], joint: [normal])),
      (
        "improper",
        try ParameterSpace(
          [Parameter("a", prior: .improperFlat), Parameter("b", prior: .improperFlat)],
          requiring: ["a > 0", "b > a"])
      ),
    ]
    for (index, prior) in families.enumerated() {
      all.append(
        (
          "family \(index)",
          try ParameterSpace(
            [Parameter("x", prior: prior), Parameter("y", prior: prior)],
            requiring: ["x + 0.1 < 1.2 * y"])
        ))
    }
    return all
  }

  @Test("gradients are those of the log density, in both coordinate systems")
  func gradients() throws {
    var random = RandomStream(seed: 4, "requirements")
    for (name, natural) in try Self.spaces() {
      for space in [natural, natural.standardised] {
        let posterior = try Posterior(space, Bowl(parameterNames: space.parameters.map(\.name)))
        for _ in 0..<20 {
          let position = (0..<space.dimension).map { _ in 3 * random.nextUniform() - 1.5 }
          let error = gradientError(of: posterior, at: position)
          // Differences over a node of a table see its third derivative jump.
          let tolerance = name.hasSuffix("chain") ? 1e-5 : 2e-7
          #expect(error < tolerance, "\(name), \(space.coordinates)")
        }
      }
    }
  }

  @Test("many points at once are what each is alone")
  func batch() throws {
    var random = RandomStream(seed: 5, "requirements")
    for (name, space) in try Self.spaces() {
      let posterior = try Posterior(
        space.standardised, Bowl(parameterNames: space.parameters.map(\.name)))
      let (count, d) = (20, space.dimension)
      let points = (0..<count * d).map { _ in random.nextStandardNormal() }
      var (gradients, values) = (points, points.prefix(count) + [])
      var gradientSpan = gradients.mutableSpan
      var valueSpan = values.mutableSpan
      posterior.logDensities(at: points.span, gradients: &gradientSpan, into: &valueSpan)
      for n in 0..<count {
        let alone = posterior.logDensityAndGradient(at: Array(points[n * d..<(n + 1) * d]))
        #expect(values[n] == alone.logDensity, "\(name)")
        #expect(Array(gradients[n * d..<(n + 1) * d]) == alone.gradient, "\(name)")
      }
    }
  }

  @Test("coordinates of a draw lead back to it, and both systems give it one density")
  func roundTrip() throws {
    var random = RandomStream(seed: 6, "requirements")
    for (name, natural) in try Self.spaces() {
      let standard = natural.standardised
      let (a, b) = (try Posterior(natural), try Posterior(standard))
      for _ in 0..<50 {
        let position = natural.samplePrior(using: &random)
        let draw = a.draw(
          at: position, logDensity: a.logDensityAndGradient(at: position).logDensity)
        let back = try #require(natural.position(of: draw.values), "\(name)")
        for (x, y) in zip(position, back) { #expect(abs(x - y) < 1e-6 * (1 + abs(x)), "\(name)") }
        let other = try #require(standard.position(of: draw.values), "\(name)")
        let same = b.draw(at: other, logDensity: b.logDensityAndGradient(at: other).logDensity)
        for (x, y) in zip(draw.values, same.values) {
          #expect(abs(x - y) < 1e-9 * (1 + abs(x)), "\(name)")
        }
        #expect(abs(draw.logDensity - same.logDensity) < 1e-6, "\(name)")
      }
    }
  }

  @Test("the density of a draw is that of the priors, without normalisation inside the cut")
  func density() throws {
    let space = try ParameterSpace(
      [Self.uniform("w0", -3, 1), Self.uniform("wa", -3, 2)], requiring: ["w0 + wa < 0"])
    var random = RandomStream(seed: 7, "requirements")
    for space in [space, space.standardised] {
      let posterior = try Posterior(space)
      for _ in 0..<50 {
        let position = space.samplePrior(using: &random)
        let value = posterior.logDensityAndGradient(at: position).logDensity
        let draw = posterior.draw(at: position, logDensity: value)
        #expect(draw.values[0] + draw.values[1] < 0)
        #expect(abs(draw.logDensity + .log(20)) < 1e-9)
      }
    }
  }

  /// The shares of draws of w0 in bins, and those that the lengths left of wa are of the whole.
  static func marginal(_ w0: [Double], weights: [Double]? = nil, bins: Int = 8) -> [(
    Double, Double
  )] {
    let sum = weights?.reduce(0, +) ?? Double(w0.count)
    return (0..<bins).map { bin in
      let (low, high) = (
        -3 + 4 * Double(bin) / Double(bins), -3 + 4 * Double(bin + 1) / Double(bins)
      )
      let share = zip(w0.indices, w0).reduce(0) {
        $1.1 >= low && $1.1 < high ? $0 + (weights?[$1.0] ?? 1) : $0
      }
      // ∫ min(5, 3 − w0), which is 3 − w0 above −2.
      func area(_ x: Double) -> Double {
        x < -2 ? 5 * (x + 3) : 5 + (3 * (x + 2) - 0.5 * (x * x - 4))
      }
      return (share / sum, (area(high) - area(low)) / area(1))
    }
  }

  @Test("without data, w0 has a density proportional to the length that is left of wa")
  func priorDraws() throws {
    let space = try ParameterSpace(
      [Self.uniform("w0", -3, 1), Self.uniform("wa", -3, 2)], requiring: ["w0 + wa < 0"])
    try Self.checkMarginal(space)
    // The broken twin: a prior of wa that is normalised for every w0 leaves w0 flat.
    let renormalised = try ParameterSpace([
      Self.uniform("w0", -3, 1), Self.uniform("share", 0, 1),
      Parameter("wa", equal: "-3 + share * (min(2, -w0) + 3)"),
    ])
    withKnownIssue { try Self.checkMarginal(renormalised) }
  }

  private static func checkMarginal(_ space: ParameterSpace) throws {
    let posterior = try Posterior(space)
    var random = RandomStream(seed: 8, "requirements")
    let count = 40_000
    let draws = (0..<count).map { _ in
      posterior.draw(at: space.samplePrior(using: &random), logDensity: 0).values
    }
    #expect(draws.allSatisfy { ($0.first ?? 0) + ($0.last ?? 0) < 0 })
    for (share, expected) in marginal(draws.map { $0[0] }) {
      #expect(abs(share - expected) < 4 * (expected * (1 - expected) / Double(count)).squareRoot())
    }
  }

  @Test("shares of a simplex have the beta densities of a Dirichlet density")
  func simplex() throws {
    let space = try ParameterSpace([], joint: [DirichletPrior("pi", count: 3)])
    #expect(space.dimension == 2)
    let posterior = try Posterior(space.standardised)
    var random = RandomStream(seed: 9, "requirements")
    var (sums, squares) = ([0.0, 0, 0], [0.0, 0, 0])
    let count = 20_000
    for _ in 0..<count {
      let u = (0..<2).map { _ in random.nextStandardNormal() }
      let value = posterior.logDensityAndGradient(at: u).logDensity
      #expect(abs(value + 0.5 * (u[0] * u[0] + u[1] * u[1]) + .log(2 * .pi)) < 1e-12)
      let draw = posterior.draw(at: u, logDensity: value)
      // Γ(3) = 2.
      #expect(abs(draw.logDensity - .log(2)) < 1e-6)
      let pi = draw.values
      #expect(pi.count == 3 && abs(pi[0] + pi[1] + pi[2] - 1) < 1e-12)
      for i in 0..<3 { (sums[i], squares[i]) = (sums[i] + pi[i], squares[i] + pi[i] * pi[i]) }
    }
    let n = Double(count)
    for i in 0..<3 {
      #expect(abs(sums[i] / n - 1 / 3.0) < 4 * (1 / 18.0 / n).squareRoot())
      #expect(abs(squares[i] / n - 1 / 6.0) < 4 * (1 / 15.0 / n).squareRoot())
    }
  }

  @Test("a multivariate normal prior is N(0, I) in coordinates and has its moments")
  func normal() throws {
    let covariance = [[1, 0.4, -0.3], [0.4, 0.8, 0.1], [-0.3, 0.1, 0.6]]
    let prior = MultivariateNormalPrior(
      ["a", "b", "c"], mean: [0.5, -1, 2], covariance: covariance)
    let posterior = try Posterior(ParameterSpace([], joint: [prior]).standardised)
    var random = RandomStream(seed: 10, "requirements")
    var (sum, products) = ([0.0, 0, 0], [Double](repeating: 0, count: 9))
    let count = 40_000
    for _ in 0..<count {
      let u = (0..<3).map { _ in random.nextStandardNormal() }
      let value = posterior.logDensityAndGradient(at: u).logDensity
      let norm = u.reduce(1.5 * .log(2 * .pi)) { $0 + 0.5 * $1 * $1 }
      #expect(abs(value + norm) < 1e-12)
      let x = zip(posterior.draw(at: u, logDensity: value).values, prior.mean).map { $0 - $1 }
      for i in 0..<3 {
        sum[i] += x[i]
        for j in 0..<3 { products[3 * i + j] += x[i] * x[j] }
      }
    }
    let n = Double(count)
    for i in 0..<3 {
      #expect(abs(sum[i] / n) < 4 * (covariance[i][i] / n).squareRoot())
      for j in 0..<3 {
        let variance = covariance[i][i] * covariance[j][j] + covariance[i][j] * covariance[i][j]
        #expect(abs(products[3 * i + j] / n - covariance[i][j]) < 4 * (variance / n).squareRoot())
      }
    }
  }

  @Test("vectors that ascend have the mass of one order in all")
  func ascending() throws {
    let space = try ParameterSpace(
      Parameter.vector("mu", count: 3, prior: Self.wide),
      requiring: [Parameter.ascending("mu", count: 3)])
    let posterior = try Posterior(space.standardised)
    var random = RandomStream(seed: 13, "requirements")
    let count = 20_000
    var (sum, square) = (0.0, 0.0)
    for _ in 0..<count {
      let u = (0..<3).map { _ in random.nextStandardNormal() }
      let value = posterior.logDensityAndGradient(at: u).logDensity
      let mass = Double.exp(u.reduce(value + 1.5 * .log(2 * .pi)) { $0 + 0.5 * $1 * $1 })
      (sum, square) = (sum + mass, square + mass * mass)
      let mu = posterior.draw(at: u, logDensity: value).values
      #expect(mu[0] < mu[1] && mu[1] < mu[2])
    }
    let mean = sum / Double(count)
    let error = ((square / Double(count) - mean * mean) / Double(count)).squareRoot()
    #expect(abs(mean - 1 / 6.0) < 4 * error, "\(mean) ± \(error)")
  }

  @Test("no interval is empty where requirements are linear")
  func noEmptyInterval() throws {
    let names = ["a", "b", "c", "d"]
    let texts = [
      ["a < b < c < d"], ["d < c < b < a"], ["a + b + c + d < 1"],
      ["b > 0.5 * a + 0.8", "a + b < 1"],
      ["a + b > 1.5", "b + c > 1.5", "c + d > 1.9"], ["2 * a - b + c < -0.5", "d > a + b"],
    ]
    var random = RandomStream(seed: 11, "requirements")
    for requirements in texts {
      let space = try ParameterSpace(
        names.map { Self.uniform($0, 0, 1) }, requiring: requirements)
      let posterior = try Posterior(space.standardised)
      for _ in 0..<500 {
        let u = names.map { _ in 2 * random.nextStandardNormal() }
        let value = posterior.logDensityAndGradient(at: u)
        #expect(value.logDensity.isFinite, "\(requirements)")
        #expect(value.gradient.allSatisfy { $0.isFinite }, "\(requirements)")
      }
    }
  }

  @Test("requirements that cannot be met, or mean nothing, are refused by name")
  func refused() throws {
    let parameters = [
      Self.uniform("w0", -3, 1), Self.uniform("wa", -3, 2), Parameter("k", prior: .fixed(3)),
    ]
    func refusal(_ texts: String...) -> String {
      do {
        _ = try ParameterSpace(parameters, requiring: texts)
        return "none"
      } catch { return "\(error)" }
    }
    for (text, words) in [
      ("w0 + waa < 0", "did you mean wa?"), ("w0 + wa", "is not an inequality"),
      ("w0 + < 0", "is not expected there"), ("w0 < 0 > wa", "is not an inequality"),
      ("w0 < -3", "nothing within the priors fulfils 'w0 < -3'"),
      ("w0 + wa > k", "nothing within the priors"), ("w0 + wa < k", "requires nothing"),
      ("k < 4", "requires nothing"), ("k > 4", "nothing within the priors"),
      ("w0^2 + wa^2 < 1", "bounds none of w0, wa"), ("w0 * wa < 1", "bounds none of"),
      ("frob(w0) < 1", "there is no function 'frob'"),
    ] {
      #expect(refusal(text).contains(words), "\(text): \(refusal(text))")
    }
    #expect(refusal("w0 < wa", "wa < w0 - 1").contains("'w0 < wa' and 'wa < w0 - 1'"))
    #expect(refusal("w0 < wa^2 - 1", "wa < w0^2 - 1").contains("circle"))
    #expect(throws: ModelError.circular(["a", "b"])) {
      try ParameterSpace([
        Self.uniform("x", 0, 1), Parameter("a", equal: "b + x"), Parameter("b", equal: "a"),
      ])
    }
    #expect(throws: ModelError.priorGivenTwice("k")) {
      try ParameterSpace(
        parameters,
        joint: [
          MultivariateNormalPrior(["k", "w0"], mean: [0, 0], covariance: [[1, 0], [0, 1]])
        ])
    }
    for covariance in [
      [[1, 2], [2, 1]], [[1, 0]], [[1, 0.5], [0.1, 1]], [[1, .nan], [.nan, 1]],
    ] {
      let prior = MultivariateNormalPrior(["a", "b"], mean: [0, 0], covariance: covariance)
      #expect(prior.flaw != nil)
      #expect(throws: ModelError.self) { try ParameterSpace([], joint: [prior]) }
    }
  }
}
