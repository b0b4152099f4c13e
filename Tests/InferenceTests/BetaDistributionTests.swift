import Inference
import Testing

@Suite struct BetaDistributionTests {
  @Test(
    "quantiles are those of scipy",
    arguments: [
      (0.1586553, 1.5, 30.2, 0.013600360145518612), (0.1586553, 51, 951, 0.043974380330828296),
      (0.1586553, 501, 501, 0.4842044043831977),
      (0.1586553, 3801.5, 201.25, 0.9462706017740389), (0.1586553, 1, 1, 0.1586553),
      (0.8413447, 1.5, 30.2, 0.08164388507594764), (0.8413447, 51, 951, 0.05782260705770927),
      (0.8413447, 501, 501, 0.5157955956168023),
      (0.8413447, 3801.5, 201.25, 0.9531734938762841), (0.8413447, 1, 1, 0.8413447),
    ])
  func quantiles(probability: Double, a: Double, b: Double, exact: Double) {
    // scipy 1.17, stats.beta.ppf (2026-11-21).
    let beta = BetaDistribution(a: a, b: b)
    #expect(abs(beta.quantile(probability) / exact - 1) < 1e-11)
    #expect(abs(beta.probability(below: exact) / probability - 1) < 1e-10)
  }

  @Test("outside of (0, 1) the probability is 0 or 1")
  func outside() {
    let beta = BetaDistribution(a: 2, b: 3)
    #expect(beta.probability(below: -1) == 0 && beta.probability(below: 2) == 1)
  }
}
