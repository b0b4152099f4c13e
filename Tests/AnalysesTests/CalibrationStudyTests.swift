import Analyses
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing
import Studies

/// Simulation-based calibration of the bundled data, and what it must find.
@Suite struct CalibrationStudyTests {
  private func problem(
    _ model: String = "flat_lcdm", _ change: (inout Analysis) throws -> Void = { _ in }
  ) throws -> Problem {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.csv"))
    analysis.theory.model = model
    analysis.samplers = [TransportSampler()]
    try change(&analysis)
    return try analysis.problem()
  }

  private func run(
    _ survey: MockSurvey, _ sampler: any ReplicateSampler, _ count: Int, _ seed: Seed = 1,
    threads: Int? = nil
  ) async -> UnitTable {
    await UnitTable(
      of: CalibrationStudy(survey, by: sampler, count: count),
      in: RunContext(seed: seed, workers: LocalWorkers(threadCount: threads)))
  }

  private func result(
    _ survey: MockSurvey, _ sampler: any ReplicateSampler, _ count: Int, _ seed: Seed = 1
  ) async -> CalibrationResult {
    CalibrationResult(await run(survey, sampler, count, seed), of: survey.names)
  }

  @Test("the right model passes with 10,000 mocks, for three seeds")
  func right() async throws {
    let survey = try problem().survey()
    let sampler = await GridReplicates(for: survey, in: RunContext())
    for seed in [Seed(1), 2, 3] {
      let result = await result(survey, sampler, 10_000, seed)
      #expect(result.failedCount == 0 && result.effectiveDraws == .infinity)
      #expect(result.objections.isEmpty && result.exitStatus == .success)
      for ranks in result.ranks {
        #expect(ranks.probability > 0.001 && ranks.bandProbability > 0.001, "\(ranks.name)")
      }
    }
  }

  @Test("errors that are 5 % too small are seen with 10,000 mocks")
  func errors() async throws {
    let survey = try problem().survey(errorScale: 1 / 1.1.squareRoot())
    let sampler = await GridReplicates(for: survey, in: RunContext())
    let result = await result(survey, sampler, 10_000)
    for ranks in result.ranks.dropLast() {
      let deviation = try #require(ranks.pullVarianceDeviation)
      #expect(deviation > 4, "\(ranks.name)")
    }
    #expect(result.objections.contains("errors of omega_m are too small"))
    #expect(result.exitStatus == .failedCheck)
  }

  @Test("the lattice and weighted draws find the same posteriors of the same mocks")
  func samplers() async throws {
    let survey = try problem().survey()
    let lattice = await run(survey, GridReplicates(for: survey, in: RunContext()), 40)
    var many = WeightedReplicates()
    many.effectiveCount = 20_000
    (many.roundSize, many.roundCount) = (10_000, 20)
    let weighted = await run(survey, many, 40)
    #expect(lattice.rows.count == 40 && weighted.rows.count == 40)
    for name in survey.names {
      let sds = lattice["sd_\(name)"]
      for unit in sds.indices {
        let shift = (weighted["mean_\(name)"][unit] - lattice["mean_\(name)"][unit]) / sds[unit]
        #expect(abs(shift) < 0.05, "\(name) \(unit)")
        #expect(abs(weighted["sd_\(name)"][unit] / sds[unit] - 1) < 0.05, "\(name) \(unit)")
        let ranks = (weighted["rank_\(name)"][unit], lattice["rank_\(name)"][unit])
        #expect(abs(ranks.0 - ranks.1) < 0.02, "\(name) \(unit)")
      }
    }
    for (a, b) in zip(weighted["rank_log_likelihood"], lattice["rank_log_likelihood"]) {
      #expect(abs(a - b) < 0.02, "\(a) \(b)")
    }
  }

  @Test("chains are calibrated; the numbers do not depend on the number of threads")
  func chains() async throws {
    let survey = try problem().survey()
    let result = await result(survey, ChainReplicates(), 300)
    #expect(result.failedCount == 0 && result.objections.isEmpty, "\(result.objections)")
    #expect(result.effectiveDraws > 100)
    let lattice = await GridReplicates(for: survey, in: RunContext())
    for sampler in [lattice, ChainReplicates()] as [any ReplicateSampler] {
      let one = await run(survey, sampler, 40, threads: 1)
      let three = await run(survey, sampler, 40, threads: 3)
      #expect(one.rows == three.rows)
    }
    // A unit's numbers depend on nothing but the seed and its own.
    let study = CalibrationStudy(survey, by: lattice, count: 1)
    let alone = try await study.values(of: 17, in: RunContext(seed: 1))
    #expect(await run(survey, lattice, 40).rows[17] == alone)
  }

  @Test("chains of bent posteriors in three parameters start where they can move")
  func bentChains() async throws {
    let survey = try problem("flat_wcdm").survey()
    #expect(survey.names.count == 3)
    let result = await result(survey, ChainReplicates(), fullTestsAreAskedFor ? 1000 : 40)
    #expect(result.failedCount * 200 <= result.mockCount, "\(result.reasons)")
    #expect(result.objections.isEmpty, "\(result.objections)")
  }

  @Test("a flow that is trained for all mocks has the posteriors of the lattice")
  func flow() async throws {
    let survey = try problem().survey()
    var settings = AmortisedPosterior.Settings()
    (settings.simulationCount, settings.stepCount) = (2000, 200)
    var flow = try await FlowReplicates.train(for: survey, settings, in: RunContext(seed: 1))
    flow.drawCount = 4000
    let (own, lattice) = (
      await run(survey, flow, 8),
      await run(survey, GridReplicates(for: survey, in: RunContext()), 8)
    )
    #expect(own.rows.count == 8 && lattice.rows.count == 8, "\(own.failures)")
    for (unit, size) in own["effective_draws"].enumerated() {
      #expect(size > 400, "\(size)")
      let error = 5 / size.squareRoot()
      for name in survey.names {
        let sd = lattice["sd_\(name)"][unit]
        #expect(
          abs(own["mean_\(name)"][unit] - lattice["mean_\(name)"][unit]) < error * sd, "\(unit)")
        #expect(abs(own["sd_\(name)"][unit] / sd - 1) < 2 * error, "\(unit)")
        #expect(
          abs(own["rank_\(name)"][unit] - lattice["rank_\(name)"][unit]) < 0.5 * error, "\(unit)")
      }
      #expect(
        abs(own["rank_log_likelihood"][unit] - lattice["rank_log_likelihood"][unit]) < 0.5 * error)
    }
  }

  /// Chains of independent proposals that are all accepted, if that is forced: a broken kernel.
  private struct ForcedAcceptance: ReplicateSampler {
    let isForced: Bool

    func judge(
      _ mock: Replicate, in context: RunContext
    ) async throws(UnitFailure) -> ReplicateJudgement {
      let posterior = try mock.posterior()
      var random = mock.random
      var chain = Chain(columns: posterior.columns, statistics: [])
      guard let approximation = try? LaplaceApproximation(posterior, from: mock.point ?? [0, 0])
      else { throw UnitFailure("no mode") }
      let covariance = approximation.covariance
      // Independent proposals, 20 % too wide, of which Metropolis' rule would refuse some.
      var point = approximation.sample(using: &random)
      var value = posterior.logDensityAndGradient(at: point).logDensity
      func proposed(_ point: [Double]) -> Double {
        let (x, y) = (point[0] - approximation.mode[0], point[1] - approximation.mode[1])
        let (p, q, r) = (covariance[0, 0], covariance[0, 1], covariance[1, 1])
        return -0.5 * (r * x * x - 2 * q * x * y + p * y * y) / (p * r - q * q) / 1.44
      }
      for _ in 0..<600 {
        let next = approximation.sample(stretch: 1.2, using: &random)
        let other = posterior.logDensityAndGradient(at: next).logDensity
        let logRatio = other - value + proposed(point) - proposed(next)
        if isForced || logRatio > 0 || random.nextUniform() < exp(logRatio) {
          (point, value) = (next, other)
        }
        let draw = posterior.draw(at: point, logDensity: value)
        chain.append(draw.values, logDensity: draw.logDensity)
      }
      return try ReplicateJudgement(chain, of: posterior, mock)
    }
  }

  /// A posterior that ignores the data.
  private struct PriorAlone: ReplicateSampler {
    func judge(
      _ mock: Replicate, in context: RunContext
    ) async throws(UnitFailure) -> ReplicateJudgement {
      let posterior = try mock.posterior()
      var random = mock.random
      var chain = Chain(columns: posterior.columns, statistics: [])
      for _ in 0..<200 {
        let point = posterior.startingPoint(using: &random)
        let value = posterior.logDensityAndGradient(at: point).logDensity
        let draw = posterior.draw(at: point, logDensity: value)
        chain.append(draw.values, logDensity: draw.logDensity)
      }
      return try ReplicateJudgement(chain, of: posterior, mock)
    }
  }

  @Test("a kernel whose acceptance is forced is seen with 1,000 mocks, and its right twin passes")
  func brokenKernel() async throws {
    let survey = try problem().survey()
    let right = await result(survey, ForcedAcceptance(isForced: false), 1000)
    #expect(right.objections.isEmpty, "\(right.objections)")
    let broken = await result(survey, ForcedAcceptance(isForced: true), 1000)
    #expect(broken.exitStatus == .failedCheck)
    #expect(broken.objections.contains { $0.contains("too large") }, "\(broken.objections)")
  }

  @Test("a posterior that is the prior is seen by the ranks of log L alone")
  func priorAlone() async throws {
    let result = await result(try problem().survey(), PriorAlone(), 1000)
    #expect(result.objections == ["ranks of log_likelihood are not uniform"])
  }

  @Test("cosmologies outside of the projection go the direct path, and are counted")
  func direct() async throws {
    let survey = try problem("flat_wcdm").survey()
    let table = await run(survey, WeightedReplicates(), 100)
    let result = CalibrationResult(table, of: survey.names)
    #expect(result.directCount == table["direct"].count { $0 == 1 })
    #expect(result.directCount > 0 && result.directCount < 60, "\(result.directCount)")
  }

  @Test("y of all probes of a joint fit has the likelihood of the data")
  func jointSummaries() throws {
    let problem = try problem("flat_w0wacdm") { $0.probes = try .init(options: ["desi_dr2,cmb"]) }
    let joint = try #require(problem.joint)
    let likelihood = try SummarisedJointLikelihood(joint)
    let same = likelihood.replacingSummaries(likelihood.summaries)
    var constants: [Double] = []
    for (place, matter) in [0.29, 0.31, 0.33].enumerated() {
      var values = ["omega_m": matter, "w0": -0.9, "wa": -0.3, "h": 0.68, "omega_b": 0.0224]
      values["delta_mu"] = 0.01 * Double(place)
      let point = likelihood.parameterNames.map { values[$0] ?? (($0 == "n_eff") ? 3.044 : 0.06) }
      let predicted = try #require(likelihood.predictedSummaries(at: point))
      let squares = zip(likelihood.summaries, predicted).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      constants.append(joint.chiSquared(at: point) - squares)
      #expect(abs(value(same, point) - value(joint, point)) < 1e-8)
      // Data without noise have these y.
      let exact = likelihood.summaries(of: joint.prediction(at: point))
      for (a, b) in zip(exact, predicted) { #expect(abs(a - b) < 1e-5) }
    }
    for constant in constants { #expect(abs(constant - constants[0]) < 1e-5) }
  }

  private func value(_ likelihood: some GradientLikelihood, _ point: [Double]) -> Double {
    var gradient = point
    var span = gradient.mutableSpan
    return likelihood.logLikelihood(at: point.span, gradient: &span)
  }

  @Test("data whose errors are not normal, and improper priors, are refused")
  func refusals() throws {
    let tables = try problem("flat_lcdm") { $0.probes = try .init(options: ["sdss_dr16"]) }
    #expect(throws: AnalysisError.self) { try tables.survey() }
    let direct = try problem { $0.likelihood[Analysis.supernovae]?.path = .direct }
    #expect(throws: AnalysisError.self) { try direct.survey() }
    #expect(throws: AnalysisError.self) { try problem().survey(at: ["w": -0.9]) }
  }

  @Test(
    "w0waCDM with BAO and CMB is calibrated, 1,000 mocks",
    .enabled(if: fullTestsAreAskedFor, "half a minute; make test-full runs it"))
  func joint() async throws {
    let survey = try problem("flat_w0wacdm") { analysis in
      analysis.probes = try .init(options: ["desi_dr2,cmb"])
      // Three times the widths of the posterior of such data, around its means.
      try analysis.assign(
        priors: [
          "omega_m=normal(0.30323,0.02043)", "h=normal(0.68355,0.0221)",
          "omega_b=normal(0.022312,0.000403)", "w0=normal(-0.9226,0.2055)",
          "wa=normal(-0.3726,0.7296)",
        ], fixed: [])
    }.survey()
    let result = await result(survey, WeightedReplicates(), 1000)
    #expect(result.objections.isEmpty, "\(result.objections)")
    #expect(result.failedCount <= 3 && result.mockCount + result.failedCount == 1000)
  }

  @Test(
    "chains are calibrated with 6,000 mocks, maps and a flow with fewer",
    .enabled(if: fullTestsAreAskedFor, "minutes; make test-full runs it"))
  func otherSamplers() async throws {
    let survey = try problem().survey()
    let chains = await result(survey, ChainReplicates(), 6000)
    #expect(chains.objections.isEmpty, "\(chains.objections)")
    let maps = await result(survey, MapReplicates(), 100)
    #expect(maps.objections.isEmpty && maps.failedCount == 0, "\(maps.objections)")
    var settings = AmortisedPosterior.Settings()
    (settings.simulationCount, settings.stepCount) = (10_000, 1500)
    let flow = try await FlowReplicates.train(for: survey, settings, in: RunContext(seed: 1))
    let flows = await result(survey, flow, 200)
    #expect(flows.objections.isEmpty && flows.failedCount == 0, "\(flows.objections)")
  }
}
