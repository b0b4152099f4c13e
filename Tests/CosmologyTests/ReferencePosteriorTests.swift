import Inference
import Samplers
import TestSupport
import Testing

/// Posteriors by exact quadrature on a grid, for two sets of data and five models and priors each.
@Suite(.needs(ReferenceSet.file)) struct ReferencePosteriorTests {
  @Test(
    "every reference posterior is met within four standard errors", arguments: ["jla", "pantheon"])
  func moments(release: String) async throws {
    let release = try ReferenceSet(release)
    #expect(release.settings.count >= 4)
    for title in release.settings.keys {
      let reference = try ReferencePosterior(title, of: release)
      // Corners of the prior are narrow: a high acceptance gets into them.
      let runner = ChainRunner(warmUpCount: 2000, drawCount: 20_000, targetAcceptance: 0.97)
      for parameter in PosteriorSummary(try await runner.run(reference.posterior)).parameters {
        let (mean, deviation) = try reference.moments(of: parameter.name)
        let meanError = abs(parameter.mean - mean) / parameter.standardErrorOfMean
        let deviationError =
          abs(parameter.standardDeviation - deviation)
          / parameter.standardErrorOfStandardDeviation
        #expect(meanError < 4, "\(title), \(parameter.name): mean off by \(meanError) errors")
        #expect(
          deviationError < 4, "\(title), \(parameter.name): sd off by \(deviationError) errors")
      }
    }
  }
}
