import Analyses
import Cosmology
import Inference
import Samplers
import TestSupport
import Testing

/// Samplers on priors that requirements cut, and on priors that cannot be normalised.
@Suite struct RequirementFitTests {
  /// A likelihood that has seen nothing.
  private struct NoData: Likelihood {
    let parameterNames: [String]
    func logLikelihood<Scalar: DifferentiableScalar>(of x: Span<Scalar>) -> Scalar { 0 }
  }

  private static func uniform(_ name: String, _ lower: Double, _ upper: Double) -> Parameter {
    Parameter(name, prior: .uniform(lower: lower, upper: upper))
  }

  private static func box(requiring: [String]) throws -> Posterior {
    let space = try ParameterSpace(
      [uniform("w0", -3, 1), uniform("wa", -3, 2)], requiring: requiring)
    return try Posterior(space, NoData(parameterNames: ["w0", "wa"]))
  }

  /// The share of the draws with w0 below −1, with its standard error from the number of independent
  /// draws that there are.
  private static func share(
    _ set: SampleSet, worth: Double
  ) -> (share: Double, error: Double) {
    var (below, all) = (0.0, 0.0)
    for chain in set.chains {
      for (value, weight) in zip(chain.column(0), chain.weights) {
        all += weight
        if value < -1 { below += weight }
      }
    }
    let share = below / all
    return (share, (share * (1 - share) / worth).squareRoot())
  }

  /// Of the area below w0 + wa = 0 in the box, 5 · 1 + ∫ (3 − w0) from −2 to 1 = 15.5, the part below
  /// w0 = −1 is 5 + 4.5.
  private static let expected = 9.5 / 15.5

  @Test("without data, chains, weighted draws and the flow see the prior of the box inside the cut")
  func noData() async throws {
    let posterior = try Self.box(requiring: ["w0 + wa < 0"])
    var (chains, flow) = (HamiltonianSampler(), FlowSampler())
    (chains.draws, flow.drawCount) = (2000, 8000)
    flow.options.trainingSteps = 100
    let result = try await fit(posterior, by: [chains, flow], in: RunContext(seed: 3))
    for root in ["hmc", "weighted", "nhf"] {
      let set = try #require(result.sets.first { $0.root == root })
      // Chains through fitted coordinates have a draw in two that is independent, or more.
      let worth = Double(set.chains.reduce(0) { $0 + $1.count }) * (set.outcome.efficiency ?? 0.4)
      let (share, error) = Self.share(set, worth: worth)
      #expect(abs(share - Self.expected) < 4 * error, "\(root): \(share) ± \(error)")
      // Normalised for every w0, one half would be there.
      #expect(abs(share - 0.5) > 6 * error, "\(root)")
      if let evidence = set.outcome.logEvidence, let error = set.outcome.logEvidenceError {
        #expect(
          abs(evidence - .log(15.5 / 20)) < 4 * error + 1e-3, "\(root): \(evidence) ± \(error)")
      }
    }
    #expect(result.logEvidence != nil)
  }

  @Test("what was learned is measured from the prior inside the cut: nothing, without data")
  func nothingLearned() async throws {
    var chains = HamiltonianSampler()
    chains.draws = 2000
    let posterior = try Self.box(requiring: ["w0 + 2 * wa < -3"])
    let result = try await fit(posterior, by: [chains], in: RunContext(seed: 4))
    let constraints = try #require(result.findings.verdict).constraints
    #expect(constraints.count == 2)
    for constraint in constraints { #expect(constraint.information < 0.1, "\(constraint)") }
    #expect(result.findings.verdict?.grade == .rejected, "nothing was learned")
  }

  /// A GARCH(1, 1) process of returns, of which each has the variance α₀ + α₁ e² + β₁ σ² of the one before.
  private struct Garch: Likelihood {
    let returns: [Double]
    let parameterNames = ["mu", "alpha0", "alpha1", "beta1"]

    init() {
      var random = RandomStream(seed: 12, "returns")
      var (variance, returns) = (1.0, [Double]())
      for _ in 0..<200 {
        let error = variance.squareRoot() * random.nextStandardNormal()
        returns.append(0.5 + error)
        variance = 0.2 + 0.3 * error * error + 0.5 * variance
      }
      self.returns = returns
    }

    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var (sum, variance): (Scalar, Scalar) = (0, 1)
      for value in returns {
        let error = value - p[0]
        sum -= 0.5 * (error * error / variance + .log(variance))
        variance = p[1] + p[2] * error * error + p[3] * variance
      }
      return sum
    }
  }

  @Test("a GARCH process, stationary by a requirement, has no divergences at its wall")
  func garch() async throws {
    let space = try ParameterSpace(
      [
        Parameter("mu", prior: .normal(mean: 0, standardDeviation: 5)),
        Parameter("alpha0", prior: .halfCauchy(scale: 2)), Self.uniform("alpha1", 0, 1),
        Self.uniform("beta1", 0, 1),
      ], requiring: ["alpha1 + beta1 < 1"])
    var chains = HamiltonianSampler()
    chains.draws = 1000
    for coordinates in [CoordinateChoice.natural, .fitted] {
      chains.coordinates = coordinates
      let result = try await fit(
        try Posterior(space, Garch()), by: [chains], in: RunContext(seed: 5))
      let summary = try #require(result.findings.chains)
      // A wall of minus infinity makes half of all transitions diverge. A map that is fitted to the bulk can
      // stretch the tails, where a few do.
      let allowed = coordinates == .natural ? 0 : 8
      #expect(summary.divergenceCount <= allowed, "\(coordinates)")
      let set = try #require(result.sets.first)
      for chain in set.chains {
        #expect(zip(chain.column(2), chain.column(3)).allSatisfy { $0 + $1 < 1 })
      }
    }
  }

  @Test(
    "a requirement on the zero point cuts its draws, and gives what the cut leaves of all draws")
  func offset() async throws {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.fits"))
    var chains = HamiltonianSampler()
    chains.draws = 2000
    analysis.params = [.hubble]
    let all = try await fit(
      analysis.problem().posterior, by: [chains], in: RunContext(seed: 8))
    analysis.require = ["h < 0.69 + 0.1 * (omega_m - 0.3)"]
    let cut = try await fit(
      analysis.problem().posterior, by: [chains], in: RunContext(seed: 9))
    func draws(_ fit: Fit) throws -> [(matter: Double, h: Double)] {
      let set = try #require(fit.sets.first)
      let names = try #require(set.chains.first).columns.map(\.name)
      let matter = try #require(names.firstIndex(of: "omega_m"))
      let h = try #require(names.firstIndex(of: "h"))
      return set.chains.flatMap { chain in
        zip(chain.column(matter), chain.column(h)).map { (matter: $0, h: $1) }
      }
    }
    let kept = try draws(all).filter { $0.h < 0.69 + 0.1 * ($0.matter - 0.3) }
    let found = try draws(cut)
    #expect(found.allSatisfy { $0.h < 0.69 + 0.1 * ($0.matter - 0.3) })
    let mean = kept.reduce(0) { $0 + $1.matter } / Double(kept.count)
    let spread = kept.reduce(0) { $0 + ($1.matter - mean) * ($1.matter - mean) }
    let deviation = (spread / Double(kept.count)).squareRoot()
    let cutMean = found.reduce(0) { $0 + $1.matter } / Double(found.count)
    // One draw in four, or more, is independent.
    let error = deviation * (4 / Double(kept.count) + 4 / Double(found.count)).squareRoot()
    #expect(abs(cutMean - mean) < 4 * error, "\(cutMean), \(mean) ± \(error)")
    #expect(kept.count > 100 && kept.count < 6000)
  }

  private struct Point: Likelihood {
    let parameterNames = ["a", "b"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      let (x, y) = (p[0] - 3, p[1] - 1)
      return -0.5 * (x * x + y * y)
    }
  }

  @Test(
    "an improper prior has chains, but neither evidence nor information; other samplers refuse it")
  func improper() async throws {
    let posterior = try Posterior(
      ParameterSpace(
        [
          Parameter("a", prior: .improperFlat),
          Parameter("b", prior: .normal(mean: 0, standardDeviation: 1)),
        ]),
      Point())
    var chains = HamiltonianSampler()
    chains.draws = 1000
    let result = try await fit(posterior, by: [chains], in: RunContext(seed: 6))
    let a = try #require(result.summary?.parameters.first { $0.name == "a" })
    #expect(abs(a.mean - 3) < 4 * a.standardErrorOfMean)
    #expect(abs(a.standardDeviation - 1) < 4 * a.standardErrorOfStandardDeviation)
    #expect(result.logEvidence == nil)
    let constraint = result.findings.verdict?.constraint(of: "a")
    #expect(constraint?.information.isNaN == true)
    await #expect(throws: SamplingError.improperPrior(["a"])) { _ = try await fit(posterior) }
    await #expect(throws: SamplingError.improperPrior(["a"])) {
      _ = try await FlowSampler().run(posterior, in: RunContext())
    }
  }

  @Test("a multivariate normal prior has its posterior and its evidence")
  func multivariate() async throws {
    // The product of two normal densities is known.
    let prior = MultivariateNormalPrior(
      ["a", "b"], mean: [0, 0], covariance: [[1, 0.5], [0.5, 1]])
    let posterior = try Posterior(ParameterSpace([], joint: [prior]), Point())
    var chains = HamiltonianSampler()
    chains.draws = 2000
    let result = try await fit(posterior, by: [chains], in: RunContext(seed: 7))
    // (C⁻¹ + 1)⁻¹ (3, 1), and ln N((3, 1); 0, C + 1) + ln 2π.
    let (a, b) = (
      try #require(result.summary?.parameters.first), try #require(result.summary?.parameters.last)
    )
    #expect(abs(a.mean - 1.5333) < 4 * a.standardErrorOfMean + 1e-4, "\(a.mean)")
    #expect(abs(b.mean - 0.8667) < 4 * b.standardErrorOfMean + 1e-4, "\(b.mean)")
    let evidence = try #require(result.logEvidence)
    let exact = -0.5 * .log(3.75) - 0.5 * (9 * 2 - 2 * 3 * 0.5 + 2) / 3.75
    #expect(abs(evidence.value - exact) < 4 * evidence.error + 1e-3, "\(evidence) \(exact)")
  }
}
