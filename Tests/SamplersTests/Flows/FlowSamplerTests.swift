import Inference
import RealModule
import Samplers
import TestSupport
import Testing

/// Flows as samplers of posteriors: exact by weights, and never wrong in silence.
@Suite struct FlowSamplerTests {
  /// A likelihood of two narrow modes in the plane, the right one with a share of the mass.
  private struct TwoHills: Likelihood {
    let parameterNames = ["x", "y"]
    var share = 0.3
    static let width = 0.25
    /// The mean of x is that of the shares.
    static let mean = (0.3 - 0.7) * 1.5 / (1 + width * width)

    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      func hill(_ center: Double) -> Scalar {
        let (dx, dy) = (p[0] - center, p[1])
        return (dx * dx + dy * dy) * (-0.5 / (Self.width * Self.width))
      }
      let left = hill(-1.5) + Double.log(1 - share)
      let right = hill(1.5) + Double.log(share)
      let top = max(left.value, right.value)
      return Scalar.log(.exp(left - top) + .exp(right - top)) + top
    }

    /// ∫ N(x; 0, 1) N(y; 0, 1) L: both modes have one factor, a normal density of their sum's width.
    var logEvidence: Double {
      let variance = 1 + Self.width * Self.width
      let factor = 2 * Double.log(Self.width) - .log(variance)
      return factor - 0.5 * 1.5 * 1.5 / variance
    }

    static func posterior() throws -> Posterior { try natural().standardised }

    static func natural() throws -> Posterior {
      let normal = Prior.normal(mean: 0, standardDeviation: 1)
      let space = try ParameterSpace([
        Parameter("x", prior: normal), Parameter("y", prior: normal),
      ])
      return try Posterior(space, TwoHills())
    }
  }

  @Test("a second mode that the mode does not know is seen, and the chains behind the flow run")
  func twoHills() async throws {
    var sampler = FlowSampler()
    sampler.coordinates = .whitened
    let posterior = try TwoHills.posterior()
    let result = try await sampler.fit(posterior, in: RunContext(seed: 2))
    _ = try #require(result.laplace)
    // The normal density at one mode is worth nothing; nothing but the wide draws can tell.
    #expect(result.verdict.grade != .good)
    #expect(!result.verdict.reasons.isEmpty)
    #expect(result.largestDefensiveWeight > 10 || result.weights.paretoShape > 0.7)
    if result.verdict.grade == .rejected { #expect(!result.exact.isEmpty) }
  }

  @Test("the default coordinates find both modes", arguments: 1...3)
  func bothHills(seed: Int) async throws {
    var sampler = FlowSampler()
    (sampler.drawCount, sampler.fallback) = (40_000, .never)
    let sets = try await sampler.run(
      try TwoHills.natural(), in: RunContext(seed: Seed(UInt64(seed))))
    let maps = try #require(sets.first { $0.root == "weighted" })
    #expect(maps.outcome.efficiency ?? 0 > 0.95 && maps.outcome.isComplete == true)
    let error = (maps.outcome.logEvidence ?? .nan) - TwoHills().logEvidence
    #expect(abs(error) < max(5 * (maps.outcome.logEvidenceError ?? .nan), 0.01))
    let x = WeightedSummary(maps.chains[0]).parameters[0]
    #expect(abs(x.mean - TwoHills.mean) < 5 * x.standardErrorOfMean)
  }

  // The reverse loss alone drops a mode, tempered or not.
  @Test("a flow from the prior that has lost a mode is rejected, and so are chains behind it")
  func lostHill() async throws {
    var rejectedCount = 0
    func isRight(_ mean: Double, _ error: Double) -> Bool {
      abs(mean - TwoHills.mean) < 5 * error
    }
    for seed in 1...3 {
      var sampler = FlowSampler()
      sampler.preset = .prior
      sampler.drawCount = 40_000
      let result = try await sampler.fit(
        try TwoHills.posterior(), in: RunContext(seed: Seed(seed)))
      let weighted = WeightedSummary(result.weighted).parameters[0]
      #expect(
        result.verdict.grade != .good || isRight(weighted.mean, weighted.standardErrorOfMean))
      if result.verdict.grade != .rejected { continue }
      rejectedCount += 1
      let chains = PosteriorSummary(result.exact)
      let x = chains.parameters[0]
      #expect(
        isRight(x.mean, x.standardErrorOfMean) || !chains.failedGates.isEmpty,
        "\(x.mean), R-hat \(x.rHat)")
    }
    #expect(rejectedCount > 0)
  }

  @Test("a flow that is wrong on purpose is not believed, and the chains behind it are right")
  func wrongFlow() async throws {
    let posterior = try OneHill.posterior()
    var flow = FlowPreset.default.make(dimension: 2, seed: 1).flow
    // Turns by an eighth instead of a quarter, and draws momenta that are far too small.
    var generator = RandomStream(seed: 1, "wrong")
    flow.parameters = flow.parameters.map { $0 + 0.3 * generator.nextStandardNormal() }
    let target = TransformedDensity(posterior, in: FittedCoordinates.probit(dimension: 2))
    let proposal = FlowProposal(
      target, flow: flow, wide: .aroundPrior(dimension: 2), share: 0.02)
    let draws = try await proposal.sample(20_000, in: RunContext(seed: 1))
    let weights = ImportanceWeights(draws.logWeights)
    #expect(ImportanceVerdict(weights).grade != .good)
    // The weights are unbiased all the same.
    let exact = OneHill.logEvidence
    #expect(abs(weights.logEvidence - exact) < 5 * weights.logEvidenceError)

    let neutra = NeutraDensity(target, behind: flow)
    #expect(gradientError(of: neutra, at: [0.3, -0.2, 0.5, 0.1]) < 1e-6)
    let chains = try await ChainRunner(drawCount: 2000, targetAcceptance: 0.9).run(
      NoUTurnSampler(neutra, metric: DenseMetric(dimension: 4)), in: RunContext(seed: 1))
    let summary = PosteriorSummary(chains)
    for (index, mean) in OneHill.means.enumerated() {
      let parameter = summary.parameters[index]
      #expect(abs(parameter.mean - mean) < 4.5 * parameter.standardErrorOfMean)
      #expect(
        abs(parameter.standardDeviation - OneHill.deviation)
          < 4.5 * parameter.standardErrorOfStandardDeviation)
    }
  }

  /// A normal likelihood away from the prior.
  private struct OneHill: Likelihood {
    let parameterNames = ["x0", "x1"]
    static let centers = [1.2, -0.7]
    static let width = 0.4
    static var means: [Double] { centers.map { $0 / (1 + width * width) } }
    static var deviation: Double { width / (1 + width * width).squareRoot() }
    static var logEvidence: Double {
      centers.reduce(0) {
        $0 + .log(width) - 0.5 * .log(1 + width * width) - 0.5 * $1 * $1 / (1 + width * width)
      }
    }

    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for i in 0..<2 {
        let deviation = (p[i] - Self.centers[i]) / Self.width
        sum -= 0.5 * deviation * deviation
      }
      return sum
    }

    static func posterior() throws -> Posterior {
      let parameters = (0..<2).map {
        Parameter("x\($0)", prior: .normal(mean: 0, standardDeviation: 1))
      }
      return try Posterior(
        try ParameterSpace(parameters, coordinates: .standardNormal), OneHill())
    }
  }

  @Test("independent Metropolis through the flow has the moments of the target")
  func metropolis() async throws {
    let posterior = try OneHill.posterior()
    let result = try await FlowSampler().fit(posterior, in: RunContext(seed: 4))
    let summary = PosteriorSummary([result.metropolis(seed: 1)])
    for (index, mean) in OneHill.means.enumerated() {
      let parameter = summary.parameters[index]
      #expect(abs(parameter.mean - mean) < 4.5 * parameter.standardErrorOfMean)
    }
    #expect(abs(result.evidence.logEvidence - OneHill.logEvidence) < 0.002)
    #expect(result.evidenceLowerBound < OneHill.logEvidence + 1e-3)
  }

  @Test("eight schools have their evidence")
  func eightSchools() async throws {
    let space = try EightSchools.space()
    let posterior = try Posterior(space.standardised, EightSchools())
    var sampler = FlowSampler()
    sampler.drawCount = 40_000
    sampler.options.trainingSteps = 1500
    let result = try await sampler.fit(posterior, in: RunContext(seed: 1))
    #expect(result.coordinates == .fitted)
    // Two-dimensional quadrature after the effects are integrated out; the likelihood here leaves
    // out Σ ½ log(2π σ²) of the eight errors.
    let constant = EightSchools.errors.reduce(0) { $0 + 0.5 * Double.log(2 * .pi) + .log($1) }
    let exact = -36.1308 + constant
    #expect(
      abs(result.evidence.logEvidence - exact) < max(0.01, 5 * result.evidence.standardError),
      "\(result.evidence.logEvidence) \(exact) \(result.evidence.standardError)")
    #expect(result.verdict.grade != .rejected, "\(result.verdict.sentences)")
  }

  @Test("training that was stopped continues as if it had not been, through a file")
  func resume() async throws {
    let (flow, training) = FlowPreset.prior.make(dimension: 2, seed: 3)
    var settings = training
    settings.stepCount = 200
    let density = try TwoHills.posterior()
    let trainer = FlowTrainer(settings)
    let whole = try await trainer.train(flow, towards: density, in: RunContext(seed: 3))

    let half = try await trainer.train(
      flow, towards: density, in: RunContext(seed: 3, stop: .after(87)))
    #expect(half.state.step == 87)
    let saved = try JSONCoding.copy(half.state)
    let rest = try await trainer.train(
      flow, towards: density, from: saved, in: RunContext(seed: 3))
    #expect(rest.flow == whole.flow)
    #expect(rest.state.records == whole.state.records)
  }

  @Test("a loss that is not finite is undone, and training continues more slowly")
  func recovery() async throws {
    /// A density whose gradient is huge beyond a wall, where any step is too long.
    struct Wall: LogDensity {
      let dimension = 2
      func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
        for i in 0..<2 { gradient[i] = 1e30 * x[i] }
        return -1e38 * x[0] * x[0]
      }
    }
    let (flow, training) = FlowPreset.prior.make(dimension: 2, seed: 3)
    var settings = training
    settings.stepCount = 120
    settings.learningRate = .constant(1e4)
    let result = try await FlowTrainer(settings).train(
      flow, towards: Wall(), in: RunContext(seed: 1))
    #expect(!result.state.notes.isEmpty)
    #expect(result.state.rateFactor < 1)
    #expect(result.flow.parameters.allSatisfy { $0.isFinite })
  }
}
