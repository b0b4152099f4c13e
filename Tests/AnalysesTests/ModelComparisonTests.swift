import Analyses
import Inference
import TestSupport
import Testing

/// Models side by side, against importance sampling of an independent program.
@Suite struct ModelComparisonTests {
  private func rows(
    _ data: String, supernovae: String? = nil
  ) async throws -> (comparison: ModelComparison, last: ModelComparison.Row) {
    let comparison = try await ModelComparison(
      BestFitTests.analysis(data, supernovae: supernovae), models: ["flat_w0wacdm"])
    #expect(comparison.rows.map(\.model) == ["flat_lcdm", "flat_w0wacdm"])
    return (comparison, try #require(comparison.rows.last))
  }

  private func check(
    _ row: ModelComparison.Row, _ difference: Double, _ factor: Double
  ) throws {
    #expect(abs(row.deltaChiSquared - difference) < 0.01)
    let (value, error) = (try #require(row.logBayesFactor), try #require(row.logBayesFactorError))
    #expect(abs(value - factor) < 0.02 + 3 * error, "\(value) ± \(error)")
    if let density = row.againstStandardModel?.savageDickey {
      #expect(
        abs(density.logBayesFactor - value) < 4 * density.logBayesFactorError + 0.02,
        "\(density) against \(value)")
    }
  }

  @Test("BAO alone: Δχ² −4.7, ln B −1.7")
  func oscillations() async throws {
    let (comparison, row) = try await rows("desi_dr2")
    try check(row, -4.652, -1.666)
    #expect(row.parameterCount == 4 && comparison.dataCount == 13)
    #expect(abs(row.akaike - row.bestFit.chiSquared - 8) < 1e-9)
    #expect(abs(row.schwarz - row.bestFit.chiSquared - 4 * .log(13.0)) < 1e-9)
    #expect(abs(try #require(row.priorVolume) - 20) < 1e-9)
  }

  @Test("BAO and CMB: Δχ² and ln B disagree, and a sentence says so")
  func disagreement() async throws {
    let (comparison, row) = try await rows("desi_dr2,cmb")
    try check(row, -8.021, -0.618)
    let remark = try #require(comparison.remarks.first)
    for words in ["flat_w0wacdm", "-8.0", "2.4σ", "ln B = -0.6"] {
      #expect(remark.contains(words), "\(remark)")
    }
  }

  @Test(
    "BAO and supernovae, with and without CMB", .needs("data/pantheon_binned"),
    arguments: [("desi_dr2", -0.3807, -4.586), ("desi_dr2,cmb", -2.583, -4.795)])
  func supernovae(data: String, difference: Double, factor: Double) async throws {
    try check(
      try await rows(data, supernovae: "lcparam_DS17f.txt").last, difference, factor)
  }

  @Test("what is said about parameters of other models does not hold for a model")
  func foreign() async throws {
    var analysis = try BestFitTests.analysis("desi_dr2")
    try analysis.assign(priors: ["w=uniform(-1.5,-0.5)"], fixed: ["wa=0"])
    analysis.require = ["w0 < -0.5"]
    analysis.derived = [try NamedFormula(text: "x=w0+1"), try NamedFormula(text: "y=2*x")]
    let comparison = try await ModelComparison(analysis, models: ["flat_wcdm", "flat_w0wacdm"])
    let volumes = comparison.rows.map(\.priorVolume)
    #expect(volumes[0] == nil)
    let (second, third) = (try #require(volumes[1]), try #require(volumes[2]))
    #expect(abs(second - 1) < 1e-9)
    #expect(abs(third - 4) < 1e-9)
  }

  @Test("models that there are not, or twice, are refused")
  func refused() async throws {
    let analysis = try BestFitTests.analysis("desi_dr2")
    await #expect(throws: AnalysisError.unknownModel("flat")) {
      try await ModelComparison(analysis, models: ["flat"])
    }
    await #expect(throws: AnalysisError.optionTwice("models", "lcdm")) {
      try await ModelComparison(analysis, models: ["lcdm", "lcdm"])
    }
  }
}
