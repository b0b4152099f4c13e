import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Flows with default settings on posteriors that are known by quadrature.
@Suite(.enabled(if: ReferenceSet.isPresent, "the reference is not here"))
struct FlowReferenceTests {
  private func study<Model: ExpansionModel>(
    _ model: Model, _ sample: SupernovaSample, _ exact: [String: Any], _ title: String,
    seeds: ClosedRange<UInt64>, cells: Int, least: Double = 0.95,
    _ change: (inout FlowSampler) -> Void = { _ in }
  ) async throws {
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(model, redshifts: sample.flowRedshifts),
      offset: .marginalised)
    let space = try ParameterSpace(
      direct.parameterNames.map { Parameter.usual($0) }, coordinates: .standardNormal)
    let posterior = try Posterior(space, ProjectedSupernovaLikelihood(direct, over: space))
    let targets = ExactDraws(posterior, space, cells: cells, count: 20_000, seed: 1)
    for seed in seeds {
      var sampler = FlowSampler()
      sampler.drawCount = 40_000
      sampler.fallback = .never
      change(&sampler)
      let result = try await sampler.fit(
        posterior, space: space, comparingWith: targets.points, in: RunContext(seed: Seed(seed)))
      let place: Comment = "\(title), seed \(seed)"
      let forward = try #require(result.forward)
      #expect(result.weights.efficiency > least, place)
      #expect(forward.efficiency > least, place)
      // A tail fitted to weights that are nearly the same is a bump: k-hat alone says nothing then.
      #expect(result.weights.paretoShape < 0.7 || result.weights.largestRelativeWeight < 30, place)
      #expect(result.weights.largestRelativeWeight < 100, place)
      #expect(result.verdict.grade != .rejected, place)
      let logEvidence = try #require(exact["log_evidence"] as? Double)
      #expect(abs(result.evidence.logEvidence - logEvidence) < 0.005, place)
      #expect(result.evidenceLowerBound < logEvidence + 0.001, place)
      var bias = 0.0
      for parameter in WeightedSummary(result.weighted).parameters {
        let moments = try #require(exact[parameter.name] as? [String: Double])
        let (mean, deviation) = (try #require(moments["mean"]), try #require(moments["std"]))
        bias = max(
          bias, abs(parameter.mean - mean) / deviation,
          abs(parameter.standardDeviation / deviation - 1))
      }
      #expect(bias < 0.02, place)
      if fullTestsAreAskedFor {
        let numbers = [
          result.weights.efficiency, result.flowWeights.efficiency, forward.efficiency,
          result.weights.paretoShape, result.weights.largestRelativeWeight,
          result.evidence.logEvidence - logEvidence, bias, result.untrained.efficiency,
        ].map { String(format: "%.4f", $0) }.joined(separator: " ")
        print("flow: \(title), seed \(seed), \(result.training.step) steps: \(numbers)")
      }
    }
  }

  private func study(
    _ release: String, _ models: [String], seeds: ClosedRange<UInt64>, least: Double = 0.95,
    _ change: (inout FlowSampler) -> Void = { _ in }
  ) async throws {
    let reference = try ReferenceSet(release)
    for name in models {
      let exact = try #require(reference.marginalised[name])
      let title = "\(release), \(name)"
      switch name {
      case "flat_wcdm":
        try await study(
          FlatWCDM(), reference.sample, exact, title, seeds: seeds, cells: 400, least: least, change
        )
      case "lcdm":
        try await study(
          LambdaCDM(), reference.sample, exact, title, seeds: seeds, cells: 400, least: least,
          change)
      default:
        try await study(
          FlatW0WaCDM(), reference.sample, exact, title, seeds: seeds, cells: 96, least: least,
          change)
      }
    }
  }

  @Test("wCDM and w0waCDM by the flow: efficiencies, moments, evidence")
  func oneSeed() async throws {
    try await study("jla", ["flat_wcdm"], seeds: 1...1)
    try await study("pantheon", ["flat_w0wacdm"], seeds: 1...1)
  }

  @Test(
    "the same for all models and ten seeds", .enabled(if: fullTestsAreAskedFor),
    arguments: ["jla", "pantheon"])
  func tenSeeds(release: String) async throws {
    try await study(release, ["flat_wcdm", "flat_w0wacdm", "lcdm"], seeds: 1...10)
  }

  @Test(
    "without the map, three Hamiltonians trained on draws", .enabled(if: fullTestsAreAskedFor),
    arguments: ["jla", "pantheon"])
  func withoutMap(release: String) async throws {
    try await study(release, ["flat_wcdm", "flat_w0wacdm"], seeds: 1...3, least: 0.9) {
      $0.coordinates = .whitened
      $0.defensiveShare = 0.05
      $0.options.hamiltonians = 3
      $0.options.leapfrogSteps = 3
      $0.options.hidden = 32
      $0.options.trainingSteps = 4000
      $0.options.dataShare = 1
    }
  }
}
