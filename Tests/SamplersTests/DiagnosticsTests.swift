import Inference
import Samplers
import Testing

@Suite struct DiagnosticsTests {
  /// x ← φ x + u − ½ with u from Knuth's 64-bit linear congruential generator: easy to repeat in any language.
  static func series(seed: UInt64, phi: Double, count: Int) -> [Double] {
    var (state, x) = (seed, 0.0)
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      x = phi * x + (Double(state >> 11) + 0.5) * 0x1p-53 - 0.5
      return x
    }
  }

  @Test(
    "effective sample size and split R-hat equal ArviZ's",
    arguments: [
      (0.9, 500, 0.0, 114.83545540111758, 1.011545831856746),
      (0.9, 500, 0.3, 119.31033074006672, 1.0038604789597072),
      (0.9, 501, 0.0, 114.87768472588665, 1.0117483572152464),
      (0.9, 501, 0.3, 119.49765633830218, 1.003844268418932),
      (0.0, 500, 0.0, 1819.9982334463402, 0.9988966947305128),
      (0.0, 500, 0.3, 28.521788017558734, 1.0950856787266194),
      (0.0, 501, 0.0, 1827.107556693015, 0.9988946881001187),
      (0.0, 501, 0.3, 28.590634988605544, 1.0953099783625193),
      (-0.6, 500, 0.0, 6602.059991327962, 0.9982354566735983),
      (-0.6, 500, 0.3, 38.938836930099214, 1.0648680439310023),
      (-0.6, 501, 0.0, 6602.059991327962, 0.9982085900852665),
      (-0.6, 501, 0.3, 38.72961522200432, 1.0654385425577138),
    ])
  func arviz(phi: Double, count: Int, shift: Double, effective: Double, rHat: Double) {
    // ArviZ 0.23.4, ess(method="mean") and rhat(method="split"), the fourth of four chains shifted (2026-11-21).
    let chains = (0..<4).map { chain in
      Self.series(seed: UInt64(chain + 1), phi: phi, count: count).map {
        $0 + (chain == 3 ? shift : 0)
      }
    }
    // ArviZ's autocovariances come from a Fourier transform, whose rounding shows where they nearly cancel.
    #expect(abs(effectiveSampleSize(chains) / effective - 1) < 1e-7)
    #expect(abs(splitRHat(chains) / rHat - 1) < 1e-12)
  }

  @Test("draws that do not move, or are not finite, have neither")
  func degenerate() {
    for chains in [[[1, 1, 1, 1]], [[1, .nan, 2, 3]], [[1, .infinity, 2, 3]], [[1.0]], []] {
      #expect(effectiveSampleSize(chains).isNaN)
      #expect(splitRHat(chains).isNaN)
    }
  }

  @Test("a summary has the moments, quantiles and correlation of the draws")
  func summary() {
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    for i in 0...100 {
      let x = Double((37 * i) % 101)
      chain.append([x, 5 - 2 * x], logDensity: 0, statistics: [.divergent: i < 3 ? 1 : 0])
    }
    let summary = PosteriorSummary([chain])
    #expect(summary.drawCount == 101 && summary.divergenceCount == 3)
    let a = summary.parameters[0]
    #expect(a.mean == 50)
    // The variance of 0 … 100 with n − 1: (101² − 1)/12 · 101/100.
    #expect(abs(a.standardDeviation - 858.5.squareRoot()) < 1e-12)
    #expect(a.quantiles == [2.5, 16, 50, 84, 97.5])
    #expect(abs(summary.correlation[0][1] + 1) < 1e-12)
    #expect(summary.failedGates.contains("3 of 101 transitions diverged"))
  }

  @Test("the gates of good chains are open, those of stuck chains are not")
  func gates() {
    func summary(_ shift: Double) -> PosteriorSummary {
      PosteriorSummary(
        (0..<4).map { index in
          var chain = Chain(columns: [.init(name: "x")])
          for x in Self.series(seed: UInt64(index + 1), phi: 0, count: 500) {
            chain.append([x + (index == 3 ? shift : 0)], logDensity: 0)
          }
          return chain
        })
    }
    #expect(summary(0).failedGates.isEmpty)
    #expect(summary(0.3).failedGates.count == 2)
    #expect(summary(.nan).failedGates.count == 2)
  }
}
