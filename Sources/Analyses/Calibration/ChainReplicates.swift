public import Inference
import Samplers

/// Posteriors of mocks by one chain each of the no-U-turn sampler.
public struct ChainReplicates: ReplicateSampler {
  /// The number of warm-up transitions, at least 20.
  public var warmUpCount = 300
  /// The number of draws, at least 4.
  public var drawCount = 500

  /// A chain of 300 and 500 transitions.
  public init() {}

  /// A chain from the best of 20 draws of the prior.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    let posterior = try mock.posterior()
    let runner = ChainRunner(chainCount: 1, warmUpCount: warmUpCount, drawCount: drawCount)
    do {
      let chains = try await runner.run(posterior, in: context)
      return try ReplicateJudgement(chains[0], of: posterior, mock)
    } catch let failure as UnitFailure {
      throw failure
    } catch {
      throw UnitFailure("no chain: \(error)")
    }
  }
}
