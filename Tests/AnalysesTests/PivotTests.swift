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
}
