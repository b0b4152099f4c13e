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
    if: ProjectFiles.shared("reference/posteriors.json") != nil, "the reference is not here"))
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
    let runner = ChainRunner(
      warmUpCount: 2000, drawCount: 20_000, seed: 1, targetAcceptance: 0.97)
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
    let path = try #require(ProjectFiles.shared("reference/posteriors.json"))
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let sets = try #require((json as? [String: Any])?["sets"] as? [String: [String: [String: Any]]])
    let settings = try #require(sets.first { $0.key.hasPrefix(release) }?.value)
    let sample: SupernovaSample
    if release == "jla" {
      sample = try #require(try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    } else {
      let table = try #require(ProjectFiles.shared("data/pantheon_binned/lcparam_DS17f.txt"))
      let matrix = try #require(ProjectFiles.shared("data/pantheon_binned/sys_DS17f.txt"))
      sample = try #require(
        try Catalog(reading: table, Catalog.Options(covariance: matrix)).sample)
    }
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
