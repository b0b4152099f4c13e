import Inference

/// Chains that run side by side.
enum ParallelChains {
  /// Runs some chains, and waits until the store has all that they handed over.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - store: where they are kept.
  ///   - shouldStop: whether all of them are to end early.
  ///   - chain: runs the chain of a number until it is done, or told to stop.
  /// - Throws: `SamplingError` if a chain fails, which ends the others at once, or the store does.
  ///   If several fail, the error is that of the first of them.
  static func run(
    _ count: Int, _ store: some ChainStore, unless shouldStop: @escaping @Sendable () -> Bool,
    _ chain:
      @escaping @Sendable (Int, _ shouldStop: () -> Bool) async throws(SamplingError) -> Chain
  ) async throws(SamplingError) -> [Chain] {
    let failure = SharedFlag()
    let results = await withTaskGroup(of: (Int, Result<Chain, SamplingError>).self) { group in
      for index in 0..<count {
        group.addTask {
          do throws(SamplingError) {
            // Awaited before the tuple is made, where Swift 6.3 would lose the index.
            let chain = try await chain(index) { failure.isRaised || shouldStop() }
            return (index, .success(chain))
          } catch {
            failure.raise()
            return (index, .failure(error))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var lost: StorageError?
    do { try await store.flush() } catch { lost = error }
    var chains: [Chain] = []
    for index in 0..<count {
      if let result = results[index] { chains.append(try result.get()) }
    }
    if let lost { throw .storage(lost) }
    return chains
  }
}
