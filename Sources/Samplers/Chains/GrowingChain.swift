import Inference

/// A chain that grows, and how much of it its store has taken over.
struct GrowingChain {
  private(set) var chain: Chain
  private(set) var divergenceCount: Int
  private let index: Int
  private let store: any ChainStore
  private var storedCount: Int

  /// A chain that continues what a store has, or begins empty.
  init(_ chain: Chain, _ index: Int, in store: any ChainStore) {
    self.chain = chain
    self.index = index
    self.store = store
    storedCount = chain.count
    divergenceCount = chain.statistics[.divergent, default: []].count { $0 > 0 }
  }

  var count: Int { chain.count }

  mutating func append(
    _ draw: (values: [Double], logDensity: Double), isDivergent: Bool, noted numbers: [Double]
  ) {
    chain.append(draw.values, logDensity: draw.logDensity, noted: numbers)
    if isDivergent { divergenceCount += 1 }
  }

  /// Hands new draws over to the store, with what it takes to continue after the last.
  mutating func store(_ checkpoint: ChainCheckpoint) throws(SamplingError) {
    guard chain.count > storedCount || checkpoint.warmUp != nil else { return }
    do {
      try store.append(chain, from: storedCount, checkpoint, chain: index)
    } catch {
      throw .storage(error)
    }
    storedCount = chain.count
  }

  /// How far the chain has come.
  func progress(warmUp done: Int, of warmUpCount: Int, draws wanted: Int) -> SamplingProgress {
    SamplingProgress(
      chain: index, warmUpCount: done, totalWarmUp: warmUpCount, drawCount: count,
      totalDraws: wanted, divergenceCount: divergenceCount)
  }
}
