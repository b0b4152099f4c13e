import Cosmology
import Inference
import TestSupport
import Testing

@Suite struct GoodnessOfFitTests {
  @Test(
    "a χ² is judged by its own distribution, on both sides",
    arguments: [
      (33.62, 29, .plausible), (1649, 1829, .plausible), (1403, 1588, .unusual),
      (59.3, 29, .unusual),
      (4.9, 29, .implausible), (59, 0, .meaningless), (120, 29, .meaningless),
      (1.0, 29, .meaningless),
      (0, 29, .meaningless),
      (51, 1, .meaningless), (49, 1, .implausible), (1e-10, 1, .unusual),
      (156_037, 1, .meaningless),
      (0, 0, .meaningless), (5, 0, .meaningless), (1, -2, .meaningless),
      (.infinity, 29, .meaningless), (.nan, 29, .meaningless), (-1e-9, 0, .meaningless),
      // Six standard deviations are no longer the same for few and for many.
      (14, 1, .unusual), (97_800, 100_000, .implausible), (96_700, 100_000, .meaningless),
    ] as [(Double, Int, GoodnessOfFit.Grade)])
  func grades(chiSquared: Double, degreesOfFreedom: Int, grade: GoodnessOfFit.Grade) {
    let goodness = GoodnessOfFit(chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom)
    #expect(goodness.grade == grade, "\(goodness)")
    #expect((goodness.sentence == nil) == (grade == .plausible))
  }

  @Test("sentences tell which side, how unlikely, and what follows")
  func sentences() {
    func sentence(_ chiSquared: Double, _ degreesOfFreedom: Int) -> String {
      GoodnessOfFit(chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom).sentence ?? ""
    }
    #expect(
      sentence(1403, 1588)
        == "χ² = 1403.0 is small for 1588 degrees of freedom (p = 3e-4): the errors may be larger than the scatter"
    )
    #expect(
      sentence(156_037.123, 1)
        == "χ² = 156037.12 is far too large for 1 degree of freedom (p < 1e-300): the model does not fit, or redshifts, magnitudes or errors are not what they are assumed to be"
    )
    #expect(sentence(0.003, 29).hasPrefix("χ² = 3e-3 is far too small for 29 degrees of freedom"))
    #expect(sentence(2, 0).hasPrefix("no more data than parameters"))
    #expect(
      GoodnessOfFit(chiSquared: 33.624, degreesOfFreedom: 29).description
        == "χ² = 33.62 for 29 degrees of freedom, PTE = 0.25")
  }

  /// y = a + b x with errors of 1.
  struct Line: GaussianLikelihood {
    let parameterNames = ["a", "b"]
    var data = [1.1, 2.9, 5.2, 6.8, 9.3]
    let marginalisedCount = 0

    func prediction(at p: [Double]) -> [Double] { (0..<5).map { p[0] + p[1] * Double($0) } }

    func replacingData(_ data: [Double]) -> Line {
      var other = self
      other.data = data
      return other
    }

    func logLikelihood(
      at p: Span<Double>, gradient: inout MutableSpan<Double>
    ) -> Double {
      var value = 0.0
      (gradient[0], gradient[1]) = (0, 0)
      for (i, y) in data.enumerated() {
        let x = Double(i)
        let residual = p[0] + p[1] * x - y
        value -= 0.5 * residual * residual
        gradient[0] -= residual
        gradient[1] -= residual * x
      }
      return value
    }

    func chiSquared(at parameters: [Double]) -> Double {
      -2 * evaluate(at: parameters).value
    }
  }

  @Test(
    "the best fit is that of least squares, whatever the priors weigh, or the edge that is nearest")
  func bestFit() throws {
    func fit(_ a: Prior, _ b: Prior, from start: [String: Double] = [:]) throws -> BestFit {
      try BestFit(
        Line(), over: ParameterSpace([Parameter("a", prior: a), Parameter("b", prior: b)]),
        from: start)
    }
    // a = 1.0, b = 2.03, χ² = 0.163 by the normal equations.
    let wide = Prior.uniform(lower: -100, upper: 100)
    let elsewhere = Prior.normal(mean: 30, standardDeviation: 3)
    for best in [
      try fit(wide, wide), try fit(elsewhere, wide), try fit(wide, wide, from: ["b": 50]),
    ] {
      #expect(abs(try #require(best.parameters["a"]) - 1) < 1e-3, "\(best)")
      #expect(abs(try #require(best.parameters["b"]) - 2.03) < 1e-3, "\(best)")
      #expect(abs(best.goodness.chiSquared - 0.163) < 1e-4)
      #expect(best.goodness.degreesOfFreedom == 3)
    }
    let edge = try fit(wide, .uniform(lower: 3, upper: 4))
    #expect(abs(try #require(edge.parameters["b"]) - 3) < 1e-2, "\(edge)")
    let held = try fit(.fixed(1), wide)
    #expect(held.goodness.degreesOfFreedom == 4 && held.parameters.keys.sorted() == ["b"])
  }
}
