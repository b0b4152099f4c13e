public import Inference
import Samplers

/// Posteriors of mocks by one chain each of the no-U-turn sampler.
///
/// Where a posterior is nearly normal, its metric begins with the curvature at the mode. Where it is bent or has several modes,
/// as that of Ωm and w, a chain would stay in one arm: it is sampled in coordinates that are fitted to it, as by
/// `HamiltonianSampler`, at a quarter of a second for each.
public struct ChainReplicates: ReplicateSampler {
  /// The number of warm-up transitions, at least 20.
  public var warmUpCount = 200
  /// The number of draws, at least 4.
  public var drawCount = 500

  /// A chain of 200 and 500 transitions.
  public init() {}

  /// The least share of effective draws of a chain that is kept without fitted coordinates.
  private static let leastShare = 0.1

  /// A chain in plain coordinates, or in fitted ones where the first would not move through all of the posterior.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    let posterior = try mock.posterior()
    do {
      var random = context.seed.stream("start of a replicate's chain")
      if let normal = NormalPosterior(posterior, using: &random),
        let judgement = try await plainChain(normal, &random, posterior, mock, context)
      {
        return judgement
      }
      var sampler = HamiltonianSampler()
      (sampler.chains, sampler.warmUp, sampler.draws) = (1, warmUpCount, drawCount)
      // Not used, but made.
      sampler.weightedDraws = 100
      let sets = try await sampler.run(posterior, in: context)
      guard let chain = sets.first(where: { $0.root == HamiltonianSampler.name })?.chains.first
      else { throw UnitFailure("no chain") }
      return try ReplicateJudgement(chain, of: posterior, mock)
    } catch let failure as UnitFailure {
      throw failure
    } catch {
      throw UnitFailure("no chain: \(error)")
    }
  }

  /// A chain from a draw of a normal density with its metric; nil if it hardly moves.
  private func plainChain(
    _ normal: NormalPosterior, _ random: inout RandomStream, _ posterior: Posterior,
    _ mock: Replicate, _ context: RunContext
  ) async throws -> ReplicateJudgement? {
    let kernel = NoUTurnSampler(
      posterior, metric: try DenseMetric(inverseMassMatrix: normal.approximation.covariance))
    let runner = ChainRunner(
      chainCount: 1, warmUpCount: warmUpCount, drawCount: drawCount,
      start: .points([normal.approximation.sample(using: &random)]))
    let chains = try await runner.run(kernel, in: context)
    guard let judgement = try? ReplicateJudgement(chains[0], of: posterior, mock),
      judgement.effectiveSampleSize >= Self.leastShare * Double(drawCount)
    else { return nil }
    return judgement
  }
}
