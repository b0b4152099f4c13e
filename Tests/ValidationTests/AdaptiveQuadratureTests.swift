import Foundation
import Testing
import Validation

@Suite struct AdaptiveQuadratureTests {
  @Test(
    "known integrals",
    arguments: [
      ("exp", 0.0...1, M_E - 1), ("1/(1+x²)", -1...1, Double.pi / 2), ("√x", 0...4, 16.0 / 3),
    ] as [(String, ClosedRange<Double>, Double)])
  func knownIntegrals(name: String, interval: ClosedRange<Double>, exact: Double) throws {
    let integrands: [String: (Double) -> Double] = [
      "exp": { exp($0) }, "1/(1+x²)": { 1 / (1 + $0 * $0) }, "√x": { $0.squareRoot() },
    ]
    let integrand = try #require(integrands[name])
    let result = try AdaptiveQuadrature(relativeTolerance: 1e-12).integrate(
      over: interval, integrand)
    #expect(abs(result.value - exact) <= max(result.error, 1e-14), "\(result.value - exact)")
    #expect(result.error < 1e-11)
  }

  @Test("an integral that diverges is an error with its interval, and the process continues")
  func divergence() throws {
    let error = #expect(throws: QuadratureError.self) {
      try AdaptiveQuadrature(maximumIntervals: 50).integrate(over: 0...1) { 1 / $0 }
    }
    #expect(error?.interval == 0...1)
    #expect(error?.description.contains("from 0.0 to 1.0 did not converge") == true)
  }

  @Test("an integrand may itself integrate")
  func nesting() throws {
    let rule = AdaptiveQuadrature(relativeTolerance: 1e-10)
    let area = try rule.integrate(over: 0...1) { x in
      (try? rule.integrate(over: 0...1) { y in x * y }.value) ?? .nan
    }
    #expect(abs(area.value - 0.25) < 1e-12)
  }
}
