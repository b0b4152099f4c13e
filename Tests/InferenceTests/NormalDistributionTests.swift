import Inference
import Testing

@Suite struct NormalDistributionTests {
  @Test(
    "quantiles are those of mpmath",
    arguments: [
      (1e-300, -37.0470962993611992),
      (1e-20, -9.26234008979840758),
      (1e-5, -4.26489079392282461),
      (0.01, -2.32634787404084109),
      (0.1, -1.28155156554460044),
      (0.3, -0.524400512708040816),
      (0.49, -0.025068908258711058),
      (0.5001, 0.000250662830088007492),
      (0.7, 0.524400512708040656),
      (0.975, 1.95996398454005386),
      (0.999999, 4.75342430881708777),
    ])
  func quantiles(probability: Double, exact: Double) {
    // mpmath 1.4.1, the inverse of erfc with 40 digits (2026-11-21).
    #expect(abs(NormalDistribution.quantile(probability) - exact) <= 4e-15 * max(1, abs(exact)))
    #expect(abs(NormalDistribution.probability(below: exact) / probability - 1) < 1e-12)
  }

  @Test("quantiles are odd, and infinite at the ends")
  func limits() {
    #expect(NormalDistribution.quantile(0.5) == 0)
    #expect(NormalDistribution.quantile(0.25) == -NormalDistribution.quantile(0.75))
    #expect(
      NormalDistribution.quantile(0) == -.infinity && NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(-0.1).isNaN && NormalDistribution.quantile(.nan).isNaN)
  }
}
