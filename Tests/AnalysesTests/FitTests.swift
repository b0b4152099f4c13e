import Analyses
import Inference
import Samplers
import TestSupport
import Testing

/// Anybody's posterior in one call.
@Suite struct FitTests {
  /// Eight schools with the priors of the Inference Gym: μ ~ N(0, 10²), log τ ~ N(5, 1); Rubin 1981, Journal
  /// of Educational Statistics 6, 377.
  private struct Schools: Likelihood {
    let y: [Double] = [28, 8, -3, 7, -1, 1, 18, 12]
    let sigma: [Double] = [15, 10, 16, 11, 9, 11, 10, 18]
    var parameterNames: [String] { ["mu", "tau"] + (1...8).map { "theta[\($0)]" } }

    func logLikelihood<Scalar: DifferentiableScalar>(of x: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for j in 0..<8 {
        // theta are the effects' deviates.
        let residual = (y[j] - (x[0] + x[1] * x[2 + j])) / sigma[j]
        sum -= 0.5 * residual * residual + .log(Scalar(sigma[j] * (2 * Double.pi).squareRoot()))
      }
      return sum
    }

    var posterior: Posterior {
      get throws {
        try Posterior(
          ParameterSpace(
            [
              Parameter("mu", prior: .normal(mean: 0, standardDeviation: 10)),
              Parameter("tau", prior: .logNormal(logMean: 5, logStandardDeviation: 1)),
            ]
              + Parameter.vector(
                "theta", count: 8, label: #"\theta"#,
                prior: .normal(mean: 0, standardDeviation: 1))), self)
      }
    }
  }

  @Test("eight schools have the posterior and the evidence of quadrature")
  func eightSchools() async throws {
    var chains = HamiltonianSampler()
    chains.draws = 1000
    let result = try await fit(
      Schools().posterior, by: [chains], in: RunContext(seed: 2))
    let draws = try #require(result.quoted)
    // Two-dimensional quadrature once the effects are integrated out.
    let summary = try #require(result.summary)
    let mu = try #require(summary.parameters.first { $0.name == "mu" })
    #expect(abs(mu.mean - 5.799) < 4 * mu.standardErrorOfMean, "\(mu)")
    #expect(abs(mu.standardDeviation - 5.447) < 4 * mu.standardErrorOfStandardDeviation, "\(mu)")
    let evidence = try #require(result.logEvidence)
    #expect(abs(evidence.value + 36.1308) < 4 * evidence.error + 0.01, "\(evidence)")
    #expect(draws.chains[0].columns.count == 10)
    #expect(result.findings.verdict?.grade != .rejected)
  }
}
