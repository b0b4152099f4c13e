import Analyses
import Inference
import Samplers
import TestSupport
import Testing
import Studies

/// How often intervals hold the cosmology that mocks were made with.
@Suite struct CoverageTests {
  private func problem(_ model: String) throws -> Problem {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.csv"))
    analysis.theory.model = model
    analysis.samplers = [TransportSampler()]
    return try analysis.problem()
  }

  private func result(_ survey: MockSurvey, _ count: Int) async -> CoverageResult {
    let sampler = await GridReplicates(for: survey, in: RunContext())
    return CoverageResult(
      await UnitTable(
        of: CalibrationStudy(survey, by: sampler, count: count), in: RunContext(seed: 1)),
      of: survey.names)
  }

  @Test(
    "intervals of the right model hold the truth; those of errors that are half as large do not")
  func intervals() async throws {
    let problem = try problem("flat_lcdm")
    let result = await result(try problem.survey(at: ["omega_m": 0.3]), 2000)
    #expect(result.exitStatus == .success && result.rows.count == 2)
    for row in result.rows {
      for interval in row.intervals {
        // Those of one cosmology are right to the order of 1/N.
        #expect(abs(interval.share - interval.probability) < 4 * interval.error + 0.01, "\(row)")
      }
      #expect(abs(row.bias) < 0.1 && abs(row.pullDeviation - 1) < 0.08, "\(row)")
    }
    #expect(result.rows[0].truth == 0.3)
    let half = await self.result(try problem.survey(at: ["omega_m": 0.3], errorScale: 0.5), 1000)
    #expect(half.objections.contains("errors of omega_m are too small"))
    // The figure: right intervals stay in the band, and those of small errors hold the truth too rarely.
    #expect(result.points.count == 99 && result.halfWidths.count == 99)
    for row in result.rows {
      let excess = zip(row.differences, result.halfWidths).map { abs($0) - 1.5 * $1 }
      #expect(excess.allSatisfy { $0 < 0.01 }, "\(row.name)")
    }
    #expect(half.rows[0].differences[49] < -4 * half.halfWidths[49])
  }

  @Test("mocks of another model show the bias that it brings")
  func otherModel() async throws {
    let (fitted, maker) = (try problem("flat_lcdm"), try problem("flat_wcdm"))
    let truth = ["omega_m": 0.3, "w": -1.0]
    let same = await result(try fitted.survey(at: truth, madeBy: maker), 1000)
    #expect(same.exitStatus == .success, "\(same.objections)")
    let other = await result(
      try fitted.survey(at: ["omega_m": 0.3, "w": -0.7], madeBy: maker), 1000)
    #expect(other.objections.contains("omega_m is biased"))
    // Fitted with w where the truth is a cosmological constant, whose model has none.
    let wider = try maker.survey(at: ["omega_m": 0.3], madeBy: fitted)
    let sampler = WeightedReplicates()
    let table = await UnitTable(
      of: CalibrationStudy(wider, by: sampler, count: 30), in: RunContext(seed: 1))
    #expect(CoverageResult(table, of: wider.names).withoutTruth == ["w"])
  }
}
