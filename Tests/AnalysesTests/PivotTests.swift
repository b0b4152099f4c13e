import Analyses
import Inference
import Testing

/// The redshift at which w is measured best, from draws with known moments.
@Suite struct PivotTests {
  private func chain(_ names: [String], _ draws: [[Double]], weights: [Double]) -> Chain {
    var chain = Chain(columns: names.map { Chain.Column(name: $0) })
    for (draw, weight) in zip(draws, weights) {
      chain.append(draw, logDensity: 0, weight: weight)
    }
    return chain
  }

  @Test("w there has the least variance, whatever the order of columns")
  func least() throws {
    // w0 = −0.5 − 0.3 wa ± 0.1, where wa = −1.5 ± 1: independent signs.
    let signs = [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)]
    let draws = signs.map { wa, rest in
      let wa = -1.5 + wa
      return [wa, 0.3, -0.5 - 0.3 * wa + 0.1 * rest]
    }
    let names = ["wa", "omega_m", "w0"]
    let pivot = try #require(Pivot([chain(names, draws, weights: [2, 2, 2, 2])]))
    #expect(abs(pivot.redshift - (1 / 0.7 - 1)) < 1e-12)
    #expect(abs(pivot.mean + 0.5) < 1e-12)
    #expect(abs(pivot.standardDeviation - 0.1) < 0.016)
    // Without the draws of one sign of the rest its mean is shifted by 0.1.
    let part = try #require(
      Pivot([chain(names, draws, weights: [1, 1e-6, 1, 1e-6])]))
    #expect(abs(part.mean + 0.4) < 1e-6 && part.standardDeviation < 1e-3)
  }

  @Test("none without both parameters, or where they do not vary together")
  func none() throws {
    #expect(Pivot([]) == nil)
    #expect(Pivot([chain(["w0"], [[1], [2]], weights: [1, 1])]) == nil)
    #expect(Pivot([chain(["w0", "wa"], [[-1, 0], [-1, 0]], weights: [1, 1])]) == nil)
    // w0 that grows by more than wa falls has its pivot beyond the beginning of time.
    #expect(
      Pivot([chain(["w0", "wa"], [[0, 0], [-2, 1], [-2.1, 1.1]], weights: [1, 1, 1])]) == nil)
  }

  /// Means, standard deviations and correlation of w0 and wa, with the pivot by the formulas of Albrecht et al. 2006 in Python.
  struct Row: Sendable {
    let data: String
    let means, deviations: (w0: Double, wa: Double)
    let correlation: Double
    let redshift, mean, deviation: Double
  }

  /// The joint posteriors of an independent program (NumPy and importance sampling) to seven digits.
  static let rows = [
    Row(
      data: "desi_dr2", means: (-0.4674702, -1.696161), deviations: (0.260223, 0.9333649),
      correlation: -0.9583861, redshift: 0.364626835, mean: -0.920682611,
      deviation: 0.074287210),
    Row(
      data: "desi_dr2 + cmb", means: (-0.4284737, -1.712087), deviations: (0.215269, 0.6254768),
      correlation: -0.9775372, redshift: 0.507015612, mean: -1.004482888,
      deviation: 0.045370730),
    Row(
      data: "desi_dr2 + cmb + pantheon_binned", means: (-0.9225912, -0.3726002),
      deviations: (0.0685063, 0.2431865),
      correlation: -0.8995994, redshift: 0.339440474, mean: -1.017015395,
      deviation: 0.029917802),
    Row(
      data: "desi_dr2 + pantheon_binned", means: (-0.9825603, 0.1885253),
      deviations: (0.07117296, 0.4913824),
      correlation: -0.6464017, redshift: 0.103297695, mean: -0.964909371,
      deviation: 0.054304775),
    Row(
      data: "desi_dr1", means: (-0.5447001, -1.660064), deviations: (0.3032736, 1.054785),
      correlation: -0.8998549, redshift: 0.349032166, mean: -0.974204858,
      deviation: 0.132284718),
  ]

  @Test("pivots of published joint posteriors by their covariances", arguments: rows)
  func covariances(row: Row) throws {
    let (first, second) = row.deviations
    let pivot = try #require(
      Pivot(
        means: row.means, variances: (first * first, second * second),
        covariance: row.correlation * first * second))
    #expect(abs(pivot.redshift - row.redshift) < 1e-6)
    #expect(abs(pivot.mean - row.mean) < 1e-6)
    #expect(abs(pivot.standardDeviation - row.deviation) < 1e-6)
    // The broken twin: the pivot of w0 and −wa.
    let twin = Pivot(
      means: row.means, variances: (first * first, second * second),
      covariance: -row.correlation * first * second)
    #expect(abs((twin?.mean ?? 0) - row.mean) > 1e-3)
  }

  @Test("none of covariances that are singular or of data that measure nothing together")
  func singular() {
    #expect(Pivot(means: (-1, 0), variances: (1, 0), covariance: 0) == nil)
    #expect(Pivot(means: (-1, 0), variances: (1, 1), covariance: -1) == nil)
    #expect(Pivot(means: (-1, 0), variances: (4, 1), covariance: -1.5) == nil)
    #expect(Pivot(means: (-1, 0), variances: (.nan, 1), covariance: 0) == nil)
  }
}
