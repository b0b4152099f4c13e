import Foundation
import Inference
import Samplers
import Testing

/// Powers of prior and likelihood, against normal posteriors whose means are known.
@Suite struct PowerScalingTests {
  /// A normal posterior by its quantiles: draws without noise.
  private static func draws(_ mean: Double, _ deviation: Double, _ count: Int = 20_000) -> [Double]
  {
    (0..<count).map {
      mean + deviation * NormalDistribution.quantile((Double($0) + 0.5) / Double(count))
    }
  }

  private static func logNormal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
    -0.5 * (x - mean) * (x - mean) / (deviation * deviation)
  }

  @Test("the mean of a normal posterior with a normal prior moves as it does in closed form")
  func closedForm() {
    // Prior N(0, 1) and likelihood N(2, 0.5²).
    let (prior, likelihood) = (1.0, 4.0)
    let deviation = 1 / (prior + likelihood).squareRoot()
    let values = Self.draws(2 * likelihood / (prior + likelihood), deviation)
    func mean(_ priorPower: Double, _ likelihoodPower: Double) -> Double {
      2 * likelihoodPower * likelihood / (priorPower * prior + likelihoodPower * likelihood)
    }
    let span = 2 * log2(1.25) * deviation
    let byPrior = PowerScaling(values.map { Self.logNormal($0, 0, 1) }, of: [("x", values)])
    let expected = (mean(1.25, 1) - mean(0.8, 1)) / span
    #expect(abs(byPrior.sensitivities[0].shift / expected - 1) < 0.01)
    let byData = PowerScaling(values.map { Self.logNormal($0, 2, 0.5) }, of: [("x", values)])
    let ofData = (mean(1, 1.25) - mean(1, 0.8)) / span
    #expect(abs(byData.sensitivities[0].shift / ofData - 1) < 0.01)
    #expect(byPrior.isReliable && byData.isReliable)
    #expect(byPrior.sensitivities[0].shift < 0 && byData.sensitivities[0].shift > 0)
    // The broken twin: the prior in the place of the likelihood.
    #expect(abs(byPrior.sensitivities[0].shift / ofData - 1) > 0.5)
    #expect(byPrior.sensitivities[0].distance > PowerScaling.sensitiveDistance)
  }

  @Test("D_CJS is an integral of two distribution functions")
  func distance() {
    // A prior that is exponential shifts a standard normal posterior by (α − 1) a.
    let values = Self.draws(0, 1)
    let a = 0.8
    let scaling = PowerScaling(values.map { a * $0 }, of: [("x", values)])
    func phi(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
    /// By the midpoint rule between the outermost draws.
    func distance(_ shift: Double, _ sign: Double) -> Double {
      let edge = values[values.count - 1]
      let step = edge / 5000
      var (sum, bound) = (0.0, 0.0)
      for k in 0..<10_000 {
        let x = -edge + (Double(k) + 0.5) * step
        let (p, q) = (phi(sign * x), phi(sign * (x - shift)))
        sum += step * (p * log2(2 * p / (p + q)) + q * log2(2 * q / (p + q)))
        bound += step * (p + q)
      }
      return (sum / bound).squareRoot()
    }
    let expected =
      PowerScaling.exponents.reduce(0.0) { sum, exponent in
        let shift = (exponent - 1) * a
        return sum + max(distance(shift, 1), distance(shift, -1))
      } / (2 * log2(1.25))
    #expect(abs(scaling.sensitivities[0].distance / expected - 1) < 0.02)
  }

  @Test("a flat prior is the same to any power; a shift of 0.3 σ a doubling is near the threshold")
  func thresholds() {
    let values = Self.draws(1, 2)
    let flat = PowerScaling(values.map { _ in -1.5 }, of: [("x", values)])
    #expect(flat.sensitivities[0].shift.magnitude < 1e-12 && flat.sensitivities[0].distance < 1e-6)
    #expect(flat.isReliable && flat.powers[0].effectiveSampleSize.rounded() == 20_000)
    // (α − 1) a moves by a (1.25 − 0.8) / (2 log₂ 1.25) a doubling, in units of σ.
    let a = 0.3 * 2 * log2(1.25) / 0.45
    let moved = PowerScaling(values.map { a * ($0 - 1) / 2 }, of: [("x", values)])
    #expect(abs(moved.sensitivities[0].shift - 0.3) < 0.01)
    #expect((0.03...0.09).contains(moved.sensitivities[0].distance))
  }

  @Test("weights whose tail is too heavy do not tell")
  func unreliable() {
    let values = Self.draws(0, 1, 4000)
    // exp(−0.2 log f) ~ exp(1.2 x²/2): without a mean.
    let heavy = PowerScaling(values.map { -6 * $0 * $0 / 2 }, of: [("x", values)])
    #expect(!heavy.isReliable)
  }
}
