import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Posteriors by exact quadrature on a grid, for two sets of data and five models and priors each.
@Suite(
  .enabled(
    if: ReferenceSet.isPresent, "the reference is not here"))
struct ReferencePosteriorTests {
  /// Whether the moments of a posterior are within four standard errors of exact ones.
  private func check<Model: ExpansionModel>(
    _ model: Model, _ sample: SupernovaSample, _ offset: OffsetTreatment,
    _ exact: [String: Any], _ title: String
  ) async throws {
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(model, redshifts: sample.flowRedshifts), offset: offset)
    let space = try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) })
    let posterior = try Posterior(space, ProjectedSupernovaLikelihood(direct, over: space))
    // Corners of the prior are narrow: a high acceptance gets into them.
    let runner = ChainRunner(warmUpCount: 2000, drawCount: 20_000, targetAcceptance: 0.97)
    let summary = PosteriorSummary(try await runner.run(posterior))
    for parameter in summary.parameters {
      let moments = try #require(exact[parameter.name] as? [String: Double])
      let (mean, deviation) = (try #require(moments["mean"]), try #require(moments["std"]))
      let meanError = abs(parameter.mean - mean) / parameter.standardErrorOfMean
      let deviationError =
        abs(parameter.standardDeviation - deviation)
        / parameter.standardErrorOfStandardDeviation
      #expect(meanError < 4, "\(title), \(parameter.name): mean off by \(meanError) errors")
      #expect(deviationError < 4, "\(title), \(parameter.name): sd off by \(deviationError) errors")
    }
  }

  @Test(
    "every reference posterior is met within four standard errors", arguments: ["jla", "pantheon"])
  func moments(release: String) async throws {
    let reference = try ReferenceSet(release)
    let (sample, settings) = (reference.sample, reference.settings)
    var count = 0
    for (title, exact) in settings {
      let offset: OffsetTreatment = title.contains("offset marginalised") ? .marginalised : .sampled
      switch title.prefix(while: { $0 != ";" }) {
      case "flat_lcdm": try await check(FlatLambdaCDM(), sample, offset, exact, title)
      case "flat_wcdm": try await check(FlatWCDM(), sample, offset, exact, title)
      case "lcdm": try await check(LambdaCDM(), sample, offset, exact, title)
      case "flat_w0wacdm": try await check(FlatW0WaCDM(), sample, offset, exact, title)
      default: Issue.record("no model for \(title)")
      }
      count += 1
    }
    #expect(count >= 4)
  }
}
