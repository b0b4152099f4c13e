import Inference

/// A chain from a store, checked, with all that it needs to continue.
struct ChainBeginning<MetricType: AdaptiveMetric>: Sendable {
  let chain: Chain
  let state: PhasePoint
  let metric: MetricType
  let stepSize: Double
  let random: RandomStream
  let warmUp: WarmUpCheckpoint?

  /// The chains of a store, in order; nil for those that begin.
  ///
  /// A chain that is damaged begins again alone, with a warning: it follows from its seed, and ends with
  /// the very draws.
  static func read(
    _ count: Int, _ store: any ChainStore, _ density: some LogDensity,
    statistics: [Chain.Statistic], _ warmUp: WarmUp? = nil, in context: RunContext
  ) -> [Self?] {
    (0..<count).map { index in
      do {
        return try Self(index, store, density, statistics: statistics, warmUp)
      } catch {
        context.events(.warning("\(error); chain \(index + 1) begins again"))
        return nil
      }
    }
  }

  /// Nil if the store has no such chain.
  ///
  /// - Parameter warmUp: the warm-up that a chain without draws may be in.
  /// - Throws: `SamplingError.storage` if the store cannot be read or its checkpoint is damaged.
  private init?(
    _ index: Int, _ store: any ChainStore, _ density: some LogDensity,
    statistics: [Chain.Statistic], _ warmUp: WarmUp? = nil
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
    let checkpoint = kept.checkpoint
    guard kept.chain.count == 0 || kept.chain.statisticNames == statistics else {
      throw damaged("its statistics are not those of this sampler")
    }
    guard checkpoint.stepSize > 0, checkpoint.stepSize.isFinite else {
      throw damaged("the step size is \(checkpoint.stepSize)")
    }
    guard
      let metric = MetricType(
        dimension: density.dimension, inverseMasses: checkpoint.inverseMasses)
    else { throw damaged("its inverse mass matrix is not valid") }
    guard checkpoint.position.count == density.dimension else {
      throw damaged("its position does not fit this density")
    }
    let state = PhasePoint(density, at: checkpoint.position)
    guard state.isFinite else { throw damaged("the density is not finite at its position") }
    if let earlier = checkpoint.warmUp {
      guard let warmUp, kept.chain.count == 0, warmUp.fits(earlier, dimension: density.dimension)
      else { throw damaged("its warm-up does not belong to this run") }
    }
    chain =
      kept.chain.count == 0
      ? Chain(columns: density.columns, statistics: statistics, folder: store.scratchFolder)
      : kept.chain
    self.state = state
    self.metric = metric
    stepSize = checkpoint.stepSize
    random = checkpoint.random
    self.warmUp = checkpoint.warmUp
  }
}
