import Inference

/// Weighted draws of a proposal, and what they and draws of chains show of it.
struct ProposalTrial: Sendable {
  let draws: TransportProposal.WeightedDraws
  let forward: ForwardWeights

  /// A weight in units of the mean above which a draw is where the proposal is far too low.
  private static let largestWeight = 20.0

  /// Draws with weights.
  ///
  /// - Parameter points: draws of chains, for the forward efficiency; draws of the wide density where there are none.
  init(
    _ target: SamplingTarget, _ fit: TransportMapFit, _ count: Int, _ points: [[Double]],
    in context: RunContext
  ) async throws(SamplingError) {
    let proposal = TransportProposal(target.density, fit)
    draws = try await proposal.importanceDraws(count: count, in: context)
    forward =
      points.isEmpty
      ? try await proposal.forward(fit, count: min(count, 8000), in: context)
      : ForwardWeights(
        logWeightsOnTargetDraws: try await proposal.logWeights(at: points, in: context))
  }

  /// The proposal with densities for what it misses, as heavy draws or a forward efficiency far below its own show: where
  /// draws of chains are, or around the heavy ones. Nil where it misses nothing.
  func wider(
    _ target: SamplingTarget, _ fit: TransportMapFit, by points: [[Double]], in context: RunContext
  ) async throws(SamplingError) -> ProposalMixture? {
    let chain = draws.chain
    let heavy = (0..<chain.count).filter { chain.weights[$0] > Self.largestWeight }
    guard !heavy.isEmpty || forward.efficiency < 0.5 * draws.weights.efficiency else { return nil }
    var found: [StudentDensity] = []
    if !points.isEmpty {
      let ratios = try await TransportProposal(target.density, fit).logWeights(
        at: points, in: context
      ).map { $0 - draws.weights.logEvidence }
      let sample = WeightedPoints(
        Array(points.joined()), weights: points.map { _ in 1 / Double(points.count) },
        dimension: fit.proposal.dimension)
      found = MissedMass.densities(sample, logRatios: ratios, count: 3)
    }
    if found.isEmpty {
      let worst = heavy.sorted { chain.weights[$0] > chain.weights[$1] }.prefix(3)
      let covariance = fit.thin.frame.covariance
      found = try await target.points(of: worst.map { chain.draws($0..<$0 + 1) }, in: context)
        .compactMap {
          try? StudentDensity(mean: $0, covariance: covariance, stretch: 0.3, freedom: 4)
        }
    }
    return found.isEmpty ? nil : fit.proposal.adding(found, share: 0.1)
  }
}
