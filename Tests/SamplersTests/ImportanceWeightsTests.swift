import Inference
import RealModule
import Samplers
import TestSupport
import Testing

@Suite struct ImportanceWeightsTests {
  /// Even and irrational steps through (0, 1).
  private static func sequence(_ count: Int) -> [Double] {
    (1...count).map { (0.5 + 0.6180339887498949 * Double($0)).truncatingRemainder(dividingBy: 1) }
  }

  @Test(
    "Pareto smoothing gives what ArviZ gives",
    arguments: DiagnosticsTests.rows(
      """
       200  0.3  0.37842615628495063 -2.696767084024404   -7.638713607125524 0.015967932094866168
      1000  0.7   0.6412011336293669 -2.638398903887141   -9.919761118409228 0.011654331966373756
      5000 -0.4   -0.341515208148597   -7.2985009182041  -10.216069686332485 0.00030825346754352704
      2000  1.2   1.1475851510012207 -1.0484036782365638 -12.515375466835817 0.14030016658079797
      """))
  func golden(row: [Double]) {
    // Draws, k; psislw of ArviZ 0.23.4: k-hat, the logarithms of the largest and the first smoothed
    // weight, and the sum of their squares (2026-11-21).
    let k = row[1]
    let logWeights = Self.sequence(Int(row[0])).map { u -> Double in
      .log(.expMinusOne(-k * .log(onePlus: -u)) / k + 0.01)
    }
    let weights = ImportanceWeights(logWeights)
    #expect(abs(weights.paretoShape - row[2]) < 1e-9)
    #expect(abs(.log(largest(weights.smoothed)) - row[3]) < 1e-9)
    #expect(abs(.log(weights.smoothed[0]) - row[4]) < 1e-9)
    let squares = weights.smoothed.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares / row[5] - 1) < 1e-9)
  }

  @Test("draws without a weight do not enter the tail")
  func zeros() {
    let logWeights = Self.sequence(1000).map { $0 < 0.3 ? -.infinity : -4.5 * $0 * $0 }
    let weights = ImportanceWeights(logWeights)
    // As above.
    #expect(abs(weights.paretoShape - -0.816205322075209) < 1e-9)
    #expect(abs(.log(largest(weights.smoothed)) - -5.43626570214082) < 1e-9)
    #expect(weights.meanLogWeight == -.infinity && weights.logEvidence.isFinite)
  }

  @Test("weights that are all the same, and none at all")
  func limits() {
    let same = ImportanceWeights([Double](repeating: -700, count: 500))
    #expect(same.paretoShape == -.infinity && same.efficiency == 1)
    #expect(abs(same.logEvidence + 700) < 1e-12 && same.logEvidenceError == 0)
    #expect(ImportanceVerdict(same).grade == .good)
    let none = ImportanceWeights([-.infinity, -.infinity])
    #expect(none.effectiveSampleSize == 0 && none.logEvidence == -.infinity)
    #expect(ImportanceVerdict(none).reasons == [.noWeight])
    #expect(ImportanceVerdict(none).grade == .rejected)
    let single = ImportanceWeights([0] + [Double](repeating: -.infinity, count: 99))
    #expect(abs(single.effectiveSampleSize - 1) < 1e-12 && single.largestRelativeWeight == 100)
    #expect(ImportanceVerdict(single).grade == .rejected)
  }

  /// log weights of a normal proposal of standard deviation s for exp(3 − ½ x²), whose log Z is 3 +
  /// ½ log 2π, at draws of the proposal or the target.
  private static func gaussian(
    _ deviation: Double, count: Int, ofTarget: Bool, seed: Seed = 1
  ) -> [Double] {
    var random = RandomStream(seed: seed, "gaussian weights", ofTarget ? 1 : 0)
    return (0..<count).map { _ in
      let z = random.nextStandardNormal()
      let x = ofTarget ? z : deviation * z
      let proposal = NormalDistribution.logDensity(at: x / deviation) - .log(deviation)
      return 3 - 0.5 * x * x - proposal
    }
  }

  static let logEvidence = 3 + 0.5 * Double.log(2 * .pi)

  @Test("of normal proposals evidence and efficiency are known", arguments: [1.0, 1.2, 1.5, 2])
  func gaussians(deviation: Double) {
    let weights = ImportanceWeights(Self.gaussian(deviation, count: 100_000, ofTarget: false))
    #expect(abs(weights.logEvidence - Self.logEvidence) <= 4 * weights.logEvidenceError + 1e-12)
    // E_q[w²] / Z² = s² / √(2s² − 1).
    let exact = Double.sqrt(2 * deviation * deviation - 1) / (deviation * deviation)
    #expect(abs(weights.efficiency - exact) < 0.01)
    #expect(weights.meanLogWeight <= weights.logEvidence + 1e-10)
    let forward = ForwardWeights(
      logWeightsOnTargetDraws: Self.gaussian(deviation, count: 100_000, ofTarget: true))
    #expect(abs(forward.efficiency - exact) < 0.01)
    #expect(forward.meanLogWeight >= Self.logEvidence - 1e-10)
    #expect(ImportanceVerdict(weights, forward: forward).grade == .good)
  }

  @Test("the error of the evidence is the spread of its estimates")
  func evidenceError() {
    let estimates = (0..<400).map {
      ImportanceWeights(Self.gaussian(1.6, count: 400, ofTarget: false, seed: Seed(10 + $0)))
    }
    let deviations = estimates.map { $0.logEvidence - Self.logEvidence }
    let spread = (deviations.reduce(0) { $0 + $1 * $1 } / 400).squareRoot()
    let reported = estimates.reduce(0) { $0 + $1.logEvidenceError } / 400
    // The standard error of a standard deviation of 400 values is 3.5 %.
    #expect(abs(spread / reported - 1) < 0.15, "\(spread) of \(reported)")
  }

  @Test("a proposal that is too narrow has a tail that shows", arguments: [0.5, 0.6])
  func tooNarrow(deviation: Double) {
    // w ~ exp((1/s² − 1) x²/2) has P(w > t) ~ t^(−1/(1 − s²)), so k = 1 − s².
    let weights = ImportanceWeights(Self.gaussian(deviation, count: 20_000, ofTarget: false))
    let exact = 1 - deviation * deviation
    #expect(abs(weights.paretoShape - exact) < 0.2, "\(weights.paretoShape) for \(exact)")
  }

  @Test("Pareto tails come out with their shape", arguments: [-0.3, 0.2, 0.5, 0.9])
  func knownShapes(shape: Double) {
    var random = RandomStream(seed: 3, "pareto")
    let logWeights = (0..<40_000).map { _ -> Double in
      .log(.expMinusOne(-shape * .log(random.nextUniform())) / shape)
    }
    let weights = ImportanceWeights(logWeights)
    // 600 exceedances: the standard error of the shape is about (1 + k)/√600 (Smith 1987).
    #expect(abs(weights.paretoShape - shape) < 4 * (1 + shape) / 600.0.squareRoot())
  }

  @Test("a mode that the proposal misses is seen by target draws, or by a wide component")
  func missedMode() {
    // ½ N(0, 1) + ½ N(12, 1), proposed from N(0, 1.1²).
    var random = RandomStream(seed: 4, "two modes")
    func target(_ x: Double) -> Double {
      let (a, b) = (NormalDistribution.logDensity(at: x), NormalDistribution.logDensity(at: x - 12))
      return max(a, b) + .log(onePlus: .exp(-abs(a - b))) - .log(2)
    }
    func proposal(_ x: Double) -> Double {
      NormalDistribution.logDensity(at: x / 1.1) - .log(1.1)
    }
    func wide(_ x: Double) -> Double { NormalDistribution.logDensity(at: x / 10) - .log(10) }
    let own = (0..<20_000).map { _ -> Double in
      let x = 1.1 * random.nextStandardNormal()
      return target(x) - proposal(x)
    }
    let blind = ImportanceWeights(own)
    #expect(ImportanceVerdict(blind).grade == .good)
    let forward = ForwardWeights(
      logWeightsOnTargetDraws: (0..<20_000).map { index -> Double in
        let x = random.nextStandardNormal() + (index % 2 == 0 ? 0 : 12)
        return target(x) - proposal(x)
      })
    #expect(ImportanceVerdict(blind, forward: forward).grade == .rejected)

    let mixed = ImportanceWeights(
      (0..<20_000).map { index -> Double in
        let isWide = index % 50 == 0
        let x = (isWide ? 10 : 1.1) * random.nextStandardNormal()
        let density = 0.98 * Double.exp(proposal(x)) + 0.02 * Double.exp(wide(x))
        return target(x) - .log(density)
      })
    #expect(ImportanceVerdict(mixed).grade >= .usableWithCare, "\(mixed.efficiency)")
    #expect(abs(mixed.logEvidence) < 4 * mixed.logEvidenceError)
  }

  @Test("verdicts say why")
  func sentences() {
    let reasons: [(ImportanceVerdict.Reason, String)] = [
      (.noWeight, "all weights are zero: the proposal misses the target altogether"),
      (
        .paretoShape(0.8123, threshold: 0.7, largestRelativeWeight: 55.55),
        "k-hat of the weights is 0.81, not below 0.7; the largest weight is 55.6 × the mean"
      ),
      (.largestWeight(123.4), "the largest weight is 123.0 × the mean, not below 100 ×"),
      (
        .effectiveSampleSize(99.94),
        "the effective sample size is 99.9, not above 400"
      ),
      (
        .missedMass(forward: 0.001, reverse: 0.95),
        "the forward efficiency is 0.1 % where the proposal's own is 95.0 %: the proposal"
          + " misses part of the posterior"
      ),
    ]
    for (reason, words) in reasons { #expect(reason.description == words) }
    #expect(ImportanceVerdict.Grade.usableWithCare.description == "usable with care")
  }
}
