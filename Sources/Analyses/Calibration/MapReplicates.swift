public import Inference
import Samplers

/// Posteriors of mocks by weighted draws of maps that are fitted to each of them; about a second of one core for each.
public struct MapReplicates: ReplicateSampler {
  /// The number of draws, at least 100.
  public var drawCount = 2000

  /// 2000 draws.
  public init() {}

  /// Fits a map and weighs its draws.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    let posterior = try mock.posterior()
    do {
      let fit = try await TransportMapFitter().fit(posterior, in: context)
      let draws = try await TransportProposal(posterior, fit)
        .importanceDraws(count: drawCount, in: context)
      let chain = draws.chain
      guard chain.count > 0 else { throw UnitFailure("no draw has a weight") }
      var random = mock.random
      let logLikelihoods = (0..<chain.count).map {
        posterior.logLikelihood(of: chain.draw($0), logDensity: chain.logDensities[$0])
      }
      return ReplicateJudgement(
        mock.values.indices.map { chain.column($0) }, logLikelihoods: logLikelihoods,
        weights: Array(chain.weights),
        truth: (mock.values, posterior.logLikelihood(ofTruthOf: mock)), using: &random)
    } catch let failure as UnitFailure {
      throw failure
    } catch {
      throw UnitFailure("no map: \(error)")
    }
  }
}
