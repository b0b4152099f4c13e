import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Flows with default settings on posteriors that are known by quadrature.
@Suite(.needs(ReferenceSet.file)) struct FlowReferenceTests {
  private func study(
    _ release: String, _ models: [String], seeds: ClosedRange<UInt64>, least: Double = 0.95,
    _ change: (inout FlowSampler) -> Void = { _ in }
  ) async throws {
    let release = try ReferenceSet(release)
    for model in models {
      let reference = try release.marginalised(model)
      let targets = reference.exactDraws()
      for seed in seeds {
        var sampler = FlowSampler()
        sampler.drawCount = 40_000
        sampler.fallback = .never
        change(&sampler)
        let result = try await sampler.fit(
          reference.posterior, space: reference.space, comparingWith: targets.points,
          in: RunContext(seed: Seed(seed)))
        let place: Comment = "\(release.name), \(model), seed \(seed)"
        let forward = try #require(result.forward)
        let bias = try reference.check(
          result.weights, forward: forward, result.verdict,
          logEvidence: result.evidence.logEvidence, result.weighted, least: least, place)
        #expect(result.evidenceLowerBound < reference.logEvidence + 0.001, place)
        if fullTestsAreAskedFor {
          let numbers = [
            result.weights.efficiency, result.flowWeights.efficiency, forward.efficiency,
            result.weights.paretoShape, result.weights.largestRelativeWeight,
            result.evidence.logEvidence - reference.logEvidence, bias, result.untrained.efficiency,
          ].map { String(format: "%.4f", $0) }.joined(separator: " ")
          print("flow: \(place.rawValue), \(result.training.step) steps: \(numbers)")
        }
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
