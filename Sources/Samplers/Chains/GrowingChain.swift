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
  ) throws(SamplingError) {
    try chain.append(checked: draw, noted: numbers)
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

extension Chain {
  /// Adds a draw in which all derived quantities have a value.
  ///
  /// - Throws: `SamplingError.derived` if one has none.
  mutating func append(
    checked draw: (values: [Double], logDensity: Double), weight: Double = 1, noted: [Double] = []
  ) throws(SamplingError) {
    if !draw.values.allSatisfy(\.isFinite) {
      do { try columns.checkDerived(draw.values) } catch { throw .derived(error) }
    }
    append(draw.values, logDensity: draw.logDensity, weight: weight, noted: noted)
  }
}
