import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// The fitted map on posteriors that are known by quadrature: bananas that walls of the prior cut.
@Suite(
  .enabled(
    if: ReferenceSet.isPresent, "the reference is not here"))
struct MapReferenceTests {
  private func study<Model: ExpansionModel>(
    _ model: Model, _ sample: SupernovaSample, _ exact: [String: Any], _ title: String, seeds: Int,
    cells: Int
  ) async throws {
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(model, redshifts: sample.flowRedshifts),
      offset: .marginalised)
    let space = try ParameterSpace(
      direct.parameterNames.map { Parameter.usual($0) }, coordinates: .standardNormal)
    let posterior = try Posterior(space, ProjectedSupernovaLikelihood(direct, over: space))
    let targets = ExactDraws(posterior, space, cells: cells, count: 20_000, seed: 1)
    #expect(targets.cutShare < 2e-3, "\(title): \(targets.cutShare) of the ratios were cut")

    for seed in 1...seeds {
      let clock = ContinuousClock()
      let start = clock.now
      let fit = try await TransportMapFitter().fit(
        posterior, in: RunContext(seed: Seed(seed)))
      let time = clock.now - start
      let sampler = MapSampler(posterior, fit)
      let context = RunContext(seed: Seed(seed))
      let draws = try await sampler.importanceDraws(count: 40_000, in: context)
      let weights = draws.weights
      let forward = ForwardWeights(
        logWeightsOnTargetDraws: sampler.logWeights(at: targets.points))
      let place: Comment = "\(title), seed \(seed)"
      #expect(weights.efficiency > 0.95, place)
      #expect(forward.efficiency > 0.95, place)
      // A tail fitted to weights that are nearly the same is a bump: k-hat alone says nothing then.
      #expect(weights.paretoShape < 0.7 || weights.largestRelativeWeight < 30, place)
      #expect(weights.largestRelativeWeight < 100, place)
      #expect(ImportanceVerdict(weights, forward: forward).grade != .rejected, place)
      let logEvidence = try #require(exact["log_evidence"] as? Double)
      #expect(abs(weights.logEvidence - logEvidence) < 0.005, place)
      var bias = 0.0
      for parameter in WeightedSummary(draws.chain).parameters {
        let moments = try #require(exact[parameter.name] as? [String: Double])
        let (mean, deviation) = (try #require(moments["mean"]), try #require(moments["std"]))
        bias = max(
          bias, abs(parameter.mean - mean) / deviation,
          abs(parameter.standardDeviation / deviation - 1))
      }
      #expect(bias < 0.02, place)

      let chains = try await sampler.chains(drawCount: 5000, in: context)
      let summary = PosteriorSummary(chains)
      let sizes = summary.parameters.flatMap {
        [$0.bulkEffectiveSampleSize, $0.tailEffectiveSampleSize]
      }
      let perCall = (sizes.min() ?? 0) / 40_000
      #expect(perCall > 0.25, place)
      #expect(summary.failedGates.isEmpty, place)
      if fullTestsAreAskedFor {
        let numbers = [
          weights.efficiency, forward.efficiency, weights.paretoShape,
          weights.largestRelativeWeight, weights.logEvidence - logEvidence, bias, perCall,
        ].map { String(format: "%.4f", $0) }.joined(separator: " ")
        print("\(title), seed \(seed), \(fit.map.order), \(time): \(numbers)")
      }
    }
  }

  private func study(_ release: String, seeds: Int, models: Set<String>) async throws {
    let reference = try ReferenceSet(release)
    let sample = reference.sample
    var count = 0
    for (name, exact) in reference.marginalised.sorted(by: { $0.key < $1.key })
    where models.contains(name) {
      let label = "\(release), \(name)"
      count += 1
      switch name {
      case "flat_wcdm":
        try await study(FlatWCDM(), sample, exact, label, seeds: seeds, cells: 400)
      case "lcdm":
        try await study(LambdaCDM(), sample, exact, label, seeds: seeds, cells: 400)
      case "flat_w0wacdm":
        try await study(FlatW0WaCDM(), sample, exact, label, seeds: seeds, cells: 96)
      default: Issue.record("no model \(name)")
      }
    }
    #expect(count == models.count)
  }

  @Test("flat wCDM and w0waCDM by the map: efficiencies, moments, evidence, chains")
  func oneSeed() async throws {
    try await study("pantheon", seeds: 1, models: ["flat_wcdm"])
    try await study("jla", seeds: 1, models: ["flat_w0wacdm"])
  }

  @Test(
    "the same for all models and ten seeds", .enabled(if: fullTestsAreAskedFor),
    arguments: ["jla", "pantheon"])
  func tenSeeds(release: String) async throws {
    try await study(release, seeds: 10, models: ["flat_wcdm", "flat_w0wacdm", "lcdm"])
  }
}
