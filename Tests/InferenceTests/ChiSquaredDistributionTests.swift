import Inference
import Testing

@Suite struct ChiSquaredDistributionTests {
  struct Tail: Sendable {
    let degreesOfFreedom, value, below, above: Double
  }

  /// gammainc(ν/2, x/2) of mpmath 1.3.0 with 50 digits.
  static let tails = [
    Tail(degreesOfFreedom: 1, value: 1e-08, below: 7.97884559473058e-5, above: 0.999920211544053),
    Tail(degreesOfFreedom: 1, value: 0.5, below: 0.520499877813047, above: 0.479500122186953),
    Tail(degreesOfFreedom: 1, value: 50, below: 0.999999999998463, above: 1.53745979442803e-12),
    Tail(degreesOfFreedom: 1, value: 1370, below: 1.0, above: 6.94293736464327e-300),
    Tail(degreesOfFreedom: 2, value: 1e-12, below: 4.99999999999875e-13, above: 0.9999999999995),
    Tail(degreesOfFreedom: 2, value: 3, below: 0.77686983985157, above: 0.22313016014843),
    Tail(degreesOfFreedom: 29, value: 0.001, below: 4.07405037892319e-60, above: 1.0),
    Tail(degreesOfFreedom: 29, value: 5, below: 1.71797859248503e-7, above: 0.999999828202141),
    Tail(degreesOfFreedom: 29, value: 33.62, below: 0.746557831204001, above: 0.253442168795999),
    Tail(degreesOfFreedom: 29, value: 120, below: 0.999999999999508, above: 4.9208210206404e-13),
    Tail(degreesOfFreedom: 29, value: 1300, below: 1.0, above: 2.13083623273377e-255),
    Tail(degreesOfFreedom: 737, value: 350, below: 2.87501636553836e-37, above: 1.0),
    Tail(degreesOfFreedom: 737, value: 722.3, below: 0.356411894400664, above: 0.643588105599336),
    Tail(degreesOfFreedom: 737, value: 1100, below: 1.0, above: 7.67600279792653e-17),
    Tail(degreesOfFreedom: 737, value: 3000, below: 1.0, above: 1.21080740902315e-269),
    Tail(degreesOfFreedom: 1588, value: 1403, below: 0.00032760866597361, above: 0.999672391334026),
    Tail(degreesOfFreedom: 10000, value: 7500, below: 3.36404536878788e-84, above: 1.0),
    Tail(degreesOfFreedom: 10000, value: 9990, below: 0.473681030363975, above: 0.526318969636025),
    Tail(degreesOfFreedom: 10000, value: 14000, below: 1.0, above: 1.58421939478261e-140),
    Tail(degreesOfFreedom: 100000, value: 90000, below: 7.05549897389532e-119, above: 1.0),
    Tail(
      degreesOfFreedom: 100000, value: 99552.78640450005, below: 0.158654444788795,
      above: 0.841345555211205),
    Tail(
      degreesOfFreedom: 100000, value: 100000, below: 0.500594708104793, above: 0.499405291895207),
    Tail(
      degreesOfFreedom: 100000, value: 103000, below: 0.999999999984711, above: 1.52891301173024e-11
    ),
    Tail(degreesOfFreedom: 100000, value: 116000, below: 1.0, above: 3.89509214986851e-254),
  ]

  @Test("both tails, far ones too, up to 1e5 degrees of freedom", arguments: tails)
  func bothTails(tail: Tail) {
    let distribution = ChiSquaredDistribution(degreesOfFreedom: tail.degreesOfFreedom)
    let (below, above) = (
      distribution.probability(below: tail.value), distribution.probability(above: tail.value)
    )
    #expect(abs(below / tail.below - 1) < 1e-7, "\(below)")
    #expect(abs(above / tail.above - 1) < 1e-7, "\(above)")
  }

  @Test("the ends are exact, and what underflows is zero")
  func ends() {
    let distribution = ChiSquaredDistribution(degreesOfFreedom: 1)
    for (value, below) in [(-1, 0), (0, 0), (.infinity, 1), (1e300, 1)] as [(Double, Double)] {
      #expect(distribution.probability(below: value) == below)
      #expect(distribution.probability(above: value) == 1 - below)
    }
    #expect(distribution.probability(below: .nan).isNaN)
    #expect(distribution.probability(above: .nan).isNaN)
  }

  @Test("a million degrees of freedom have tails, too")
  func many() {
    // Three standard deviations up: p = 0.00136 (mpmath).
    let distribution = ChiSquaredDistribution(degreesOfFreedom: 2e6)
    #expect(abs(distribution.probability(above: 2_006_000) / 1.3642e-3 - 1) < 1e-2)
    #expect(abs(distribution.probability(below: 2e6) - 0.5) < 1e-3)
  }

  @Test("as improbable as so many standard deviations")
  func standardDeviations() {
    func sigmas(_ degreesOfFreedom: Double, _ x: Double) -> Double {
      ChiSquaredDistribution(degreesOfFreedom: degreesOfFreedom).standardDeviations(at: x)
    }
    // One degree of freedom is the square of a normal deviate, also where probabilities underflow.
    for deviate in [0.01, 1, 3, 8, 40] {
      #expect(abs(sigmas(1, deviate * deviate) / deviate - 1) < 1e-9)
    }
    // exp(−x/2) for two: 68.27 % and 99.73 %.
    #expect(abs(sigmas(2, 2.295748928898636) - 1) < 1e-9)
    #expect(abs(sigmas(2, 11.829158081900795) - 3) < 1e-9)
    #expect(sigmas(2, 0) == 0 && sigmas(2, -1) == 0 && sigmas(2, .nan).isNaN)
  }
}
