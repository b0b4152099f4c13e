import Inference

/// A chain that a store kept, checked, with all that it needs to go on.
struct ChainBeginning<MetricType: AdaptiveMetric>: Sendable {
  let chain: Chain
  let state: PhasePoint
  let metric: MetricType
  let stepSize: Double
  let random: RandomStream

  /// Nil if the store has no such chain.
  ///
  /// - Throws: `SamplingError.storage` if the store cannot be read or its checkpoint is damaged.
  init?(
    _ index: Int, _ store: some ChainStore, _ density: some LogDensity,
    statistics: [Chain.Statistic]
  ) throws(SamplingError) {
    let kept: (chain: Chain, checkpoint: ChainCheckpoint)?
    do {
      kept = try store.resume(chain: index, columns: density.columns)
    } catch {
      throw .storage(error)
    }
    guard let kept else { return nil }
    func damaged(_ reason: String) -> SamplingError {
      .storage(
        StorageError(
          path: "chain \(index + 1)", reason: "its checkpoint is damaged: \(reason)"))
    }
    guard kept.chain.statisticNames == statistics else {
      throw damaged("what was noted of its draws is not what this sampler notes")
    }
    let checkpoint = kept.checkpoint
    guard checkpoint.stepSize > 0, checkpoint.stepSize.isFinite else {
      throw damaged("the step size is \(checkpoint.stepSize)")
    }
    guard
      let metric = MetricType(
        dimension: density.dimension, inverseMasses: checkpoint.inverseMasses)
    else { throw damaged("the metric is not one") }
    guard checkpoint.position.count == density.dimension else {
      throw damaged("the position is not one of this density")
    }
    let state = PhasePoint(density, at: checkpoint.position)
    guard state.isFinite else { throw damaged("the density is not finite at its position") }
    chain = kept.chain
    self.state = state
    self.metric = metric
    stepSize = checkpoint.stepSize
    random = checkpoint.random
  }
}
