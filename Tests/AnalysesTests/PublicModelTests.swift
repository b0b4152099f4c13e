import Analyses
import Inference
import PublicModels
import Samplers
import Testing

/// Models of a public benchmark have the moments that are published.
@Suite struct PublicModelTests {
  @Test("means and deviations are those of the reference", arguments: try PublicModel.all)
  func moments(model: PublicModel) async throws {
    var sampler = HamiltonianSampler()
    sampler.draws = 2000
    if model.beginsNearMode { sampler.start = .jittered }
    let result = try await fit(model.posterior, by: [sampler], in: RunContext(seed: 1))
    let summary = try #require(result.summary)
    // The wall of its condition is at infinity of the coordinates.
    if model.description.hasPrefix("GARCH") {
      #expect(result.findings.chains?.divergenceCount == 0)
    }
    for (name, moments) in model.reference {
      let own = try #require(summary.parameters.first { $0.name == name }, "\(name)")
      let mean = own.mean - moments.mean
      let meanError = (square(own.standardErrorOfMean) + square(moments.meanError)).squareRoot()
      // A chain that is stuck would agree with anything.
      #expect(meanError < 0.2 * moments.deviation, "\(name)")
      #expect(abs(mean) < 4 * meanError, "mean of \(name): \(mean / meanError) errors")
      let deviation = own.standardDeviation - moments.deviation
      let deviationError =
        (square(own.standardErrorOfStandardDeviation) + square(moments.deviationError))
        .squareRoot()
      #expect(
        abs(deviation) < 4 * deviationError,
        "deviation of \(name): \(deviation / deviationError) errors")
    }
  }

  private func square(_ x: Double) -> Double { x * x }
}
