import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// The fitted map on posteriors that are known by quadrature: bananas that walls of the prior cut.
@Suite(.needs(ReferenceSet.file)) struct MapReferenceTests {
  private func study(_ release: String, seeds: ClosedRange<UInt64>, models: [String]) async throws {
    let release = try ReferenceSet(release)
    for model in models {
      let reference = try release.marginalised(model)
      let targets = reference.exactDraws()
      #expect(targets.cutShare < 2e-3, "\(model): \(targets.cutShare) of the ratios were cut")
      for seed in seeds {
        let clock = ContinuousClock()
        let start = clock.now
        let context = RunContext(seed: Seed(seed))
        let fit = try await TransportMapFitter().fit(reference.posterior, in: context)
        let time = clock.now - start
        let proposal = TransportProposal(reference.posterior, fit)
        let draws = try await proposal.importanceDraws(count: 40_000, in: context)
        let weights = draws.weights
        let forward = ForwardWeights(
          logWeightsOnTargetDraws: try await proposal.logWeights(at: targets.points))
        let place: Comment = "\(release.name), \(model), seed \(seed)"
        let bias = try reference.check(
          weights, forward: forward, ImportanceVerdict(weights, forward: forward),
          logEvidence: weights.logEvidence, draws.chain, place)

        let chains = try await proposal.chains(drawCount: 5000, in: context)
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
            weights.largestRelativeWeight, weights.logEvidence - reference.logEvidence, bias,
            perCall,
          ].map { String(format: "%.4f", $0) }.joined(separator: " ")
          print("\(place.rawValue), \(time): \(numbers)")
        }
      }
    }
  }

  @Test("flat wCDM and w0waCDM by the map: efficiencies, moments, evidence, chains")
  func oneSeed() async throws {
    try await study("pantheon", seeds: 1...1, models: ["flat_wcdm"])
    try await study("jla", seeds: 1...1, models: ["flat_w0wacdm"])
  }

  @Test(
    "the same for all models and ten seeds", .enabled(if: fullTestsAreAskedFor),
    arguments: ["jla", "pantheon"])
  func tenSeeds(release: String) async throws {
    try await study(release, seeds: 1...10, models: ["flat_wcdm", "flat_w0wacdm", "lcdm"])
  }
}
