public import Inference

/// Chains and weighted draws through a triangular map that is fitted to the posterior.
public struct TransportSampler: Sampler {
  /// The number of chains, 1 to 1000.
  public var chains = 4
  /// The number of draws kept per chain, at least 4.
  public var draws = 2000
  /// The number of weighted draws for the evidence and the verdict.
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

  /// The allowed ranges.
  public var rules: [SettingRule] {
    [
      SettingRule("chains", chains, in: 1...1000), SettingRule("draws", draws, in: 4...10_000_000),
      SettingRule("weighted_draws", weightedDraws, in: 100...10_000_000),
    ]
  }

  /// The chains in words.
  public var summary: String { "\(chains) chains of \(draws) draws through a fitted map" }

  /// Fits the maps, runs chains through them, and draws with weights.
  public func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet] {
    let begin = ContinuousClock.now
    let target = try SamplingTarget(posterior, for: .fitted)
    let (fit, isNew) = try await TransportMapFit.shared(target.density, in: context)
    let fitted = (.now - begin) / .seconds(1)
    let made = try await TransportProposal(target.density, fit).chains(
      count: chains, drawCount: draws, root: Self.name, title: "map", in: context)
    let chains = SampleSet(
      root: Self.name, title: "transport map", chains: made,
      outcome: SamplerOutcome(
        seconds: (.now - begin) / .seconds(1), likelihoodCalls: made.leapfrogSteps))
    guard isNew else { return [chains] }
    let weighted = try await WeightedDrawsSet(
      target, fit, count: weightedDraws, chains: made, seconds: fitted, in: context)
    return [chains, weighted.set]
  }
}
