import Foundation
public import Inference

/// Chains and weighted draws through a triangular map that is fitted to the posterior.
public struct TransportSampler: Sampler {
  /// How many chains, 1 to 1000.
  public var chains = 4
  /// How many draws each keeps, at least 4.
  public var draws = 2000
  /// How many weighted draws the evidence and the verdict come from.
  public var weightedDraws = 20_000

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case chains, draws
    case weightedDraws = "weighted_draws"
  }

  /// "map".
  public static let name = "map"
  /// The numbers of draws.
  public static let extendable: Set = ["draws", "weighted_draws"]

  /// The ranges of all numbers.
  public var rules: [SettingRule] {
    [
      SettingRule("chains", chains, in: 1...1000), SettingRule("draws", draws, in: 4...10_000_000),
      SettingRule("weighted_draws", weightedDraws, in: 100...10_000_000),
    ]
  }

  /// The chains in words.
  public var summary: String { "\(chains) chains of \(draws) draws through a fitted map" }

  /// Fits the map, draws with weights for the evidence, and runs chains through it.
  public func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet] {
    let begin = ContinuousClock.now
    let normal = posterior.standardised
    let fit = try await TransportMapFitter().fit(normal, in: context)
    let proposal = TransportProposal(normal, fit)
    let draws = try await proposal.importanceDraws(count: weightedDraws, in: context)
    let made = try await proposal.chains(
      count: chains, drawCount: self.draws, root: Self.name, title: "map", in: context)

    let (weights, calls) = (draws.weights, made.leapfrogSteps)
    let grade = ImportanceVerdict(weights).grade
    let total = fit.evaluationCount + weights.count + Int(calls)
    return [
      SampleSet(
        root: Self.name, title: "transport map", chains: made,
        outcome: SamplerOutcome(
          seconds: (.now - begin) / .seconds(1), likelihoodCalls: calls,
          logEvidence: weights.logEvidence, logEvidenceError: weights.logEvidenceError,
          shape: weights.paretoShape, verdict: grade.description, isAccepted: grade != .rejected),
        facts: [
          (
            "map",
            String(
              format:
                "weighted draws are worth %.1f %% of independent ones, k-hat %.2f, largest weight %.1f: %@",
              100 * weights.efficiency, weights.paretoShape, weights.largestRelativeWeight,
              grade.description)
          ),
          ("ln Z", String(format: "%.4f ± %.4f", weights.logEvidence, weights.logEvidenceError)),
          ("calls", "\(total) of the likelihood, \(fit.evaluationCount) of them for the map"),
        ])
    ]
  }
}
