import Analyses
import Cosmology
import Inference
import Samplers
import TestSupport
import Testing

/// One flow for the posteriors of all data.
@Suite struct AmortisationTests {
  private func problem(_ model: String = "flat_lcdm", _ change: (inout Analysis) -> Void = { _ in })
    throws -> Problem
  {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.fits"))
    analysis.theory.model = model
    analysis.samplers = [TransportSampler()]
    change(&analysis)
    return try analysis.problem()
  }

  @Test("summaries have the likelihood of the data, and their model is that of the data")
  func summaries() throws {
    let problem = try problem("flat_wcdm")
    let likelihood = try #require(problem.likelihood as? any SummarisedLikelihood)
    let gaussian = problem.likelihood
    let same = likelihood.replacingSummaries(likelihood.summaries)
    // omega_m, w, delta_mu.
    let points = [[0.3, -1, 0], [0.25, -0.8, 0.05], [0.4, -1.4, -0.1]]
    #expect(likelihood.parameterNames == ["omega_m", "w", "delta_mu"])
    var constants: [Double] = []
    for point in points {
      let value = likelihood.logLikelihood(at: point)
      #expect(abs(same.logLikelihood(at: point) - value) < 1e-9)
      // |y − m|² against χ² of the data, up to a constant.
      let predicted = try #require(likelihood.predictedSummaries(at: point))
      let squares = zip(likelihood.summaries, predicted).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      constants.append(gaussian.chiSquared(at: point) - squares)
      // Data that are predicted elsewhere have these summaries.
      let mock = gaussian.replacingData(gaussian.prediction(at: point))
      let summarised = try #require(mock as? any SummarisedLikelihood)
      for (a, b) in zip(summarised.summaries, predicted) { #expect(abs(a - b) < 1e-6) }
      let moved = likelihood.replacingSummaries(predicted)
      #expect(moved.logLikelihood(at: point) > moved.logLikelihood(at: points[0].map { $0 + 0.02 }))
    }
    for constant in constants { #expect(abs(constant - constants[0]) < 1e-6) }
    #expect(likelihood.predictedSummaries(at: [.nan, -1, 0]) == nil)
  }

  @Test("trained once, it has exact posteriors of the data and of mocks")
  func amortised() async throws {
    let problem = try problem()
    var settings = AmortisedPosterior.Settings()
    (settings.simulationCount, settings.stepCount) = (10_000, 1500)
    let amortised = try await AmortisedPosterior.train(
      for: problem, settings, in: RunContext(seed: 1))
    let result = try await problem.amortisation(
      by: amortised, mocks: 200, draws: 500, in: RunContext(seed: 2))
    #expect(result.exitStatus == .success && result.lostCount == 0)
    #expect(result.efficiency > 0.9 && result.efficiencies.median > 0.9)
    // What is lost is a good part less than by normal densities, of which those of an untrained flow are an independent
    // measurement, below.
    #expect(1 - result.efficiencies.median < 0.8 * (1 - result.laplaceEfficiencies.median))
    // The README's fit of the same data by chains and maps.
    #expect(abs(result.logEvidence - 37.3037) < 5 * result.logEvidenceError + 0.001)
    let row = result.rows[0]
    #expect(row.parameter == "omega_m")
    #expect(abs(row.mean - 0.2971) < 0.002 && abs(row.standardDeviation - 0.0337) < 0.0015)
    // 200 mocks: a standard error of 3.3 % and 1.5 %.
    for row in result.rows {
      #expect(abs(row.coverage68 - 0.6827) < 4 * 0.033, "\(row)")
      #expect(abs(row.coverage95 - 0.9545) < 4 * 0.015, "\(row)")
    }
    // The weights are what makes it exact: untrained it is as exact, and less efficient.
    settings.stepCount = 1
    let untrained = try await AmortisedPosterior.train(
      for: problem, settings, in: RunContext(seed: 1))
    let other = try await problem.amortisation(
      by: untrained, mocks: 200, draws: 500, in: RunContext(seed: 2))
    #expect(abs(other.efficiencies.median - result.laplaceEfficiencies.median) < 0.02)
    #expect(abs(other.logEvidence - 37.3037) < 5 * other.logEvidenceError + 0.001)
  }

  @Test("one for another problem, and data without summaries, are refused")
  func refusals() async throws {
    var settings = AmortisedPosterior.Settings()
    (settings.simulationCount, settings.stepCount) = (1000, 1)
    let amortised = try await AmortisedPosterior.train(for: problem(), settings)
    await #expect(throws: AnalysisError.otherAmortisation) {
      try await problem("flat_wcdm").amortisation(by: amortised, mocks: 1, draws: 100)
    }
    let direct = try problem { $0.likelihood[Analysis.supernovae]?.path = .direct }
    #expect(throws: AnalysisError.notSummarised) { try direct.simulation() }
    #expect(throws: SavedFlowError.self) {
      var flow = amortised.flow
      flow.flow = FlowArchitecture().makeFlow(dimension: 2, seed: 1)
      flow.columns = ["a", "b"]
      flow.standardisation = Standardisation(dimension: 2)
      flow.edges = ColumnEdges(dimension: 2)
      _ = try AmortisedPosterior(flow)
    }
  }
}
