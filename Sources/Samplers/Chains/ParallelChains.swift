import Inference

/// Chains that run side by side.
enum ParallelChains {
  /// Runs some chains, all at once, and waits until the store has all that they handed over.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - store: where they are kept.
  ///   - drawCount: how many draws each should have in the end.
  ///   - chain: runs the chain with a given number until it is done or asked to stop.
  /// - Throws: `SamplingError` if a chain fails, which ends the others at once, or the store does, or
  ///   they were asked to stop. If several fail, the error is that of the first of them.
  static func run(
    _ count: Int, of drawCount: Int, _ store: any ChainStore, in context: RunContext,
    _ chain: @escaping @Sendable (Int, StopSignal) async throws(SamplingError) -> Chain
  ) async throws(SamplingError) -> [Chain] {
    let hasFailed = SharedFlag()
    let stop = context.stop.or { hasFailed.isRaised }
    let results = await context.workers.map(count, atOnce: count) { index in
      do throws(SamplingError) {
        return Result<Chain, SamplingError>.success(try await chain(index, stop))
      } catch {
        hasFailed.raise()
        return .failure(error)
      }
    }
    var lost: StorageError?
    do { try await store.flush() } catch { lost = error }
    var chains: [Chain] = []
    for result in results { chains.append(try result.get()) }
    if let lost { throw .storage(lost) }
    let shortest = chains.map(\.count).min() ?? 0
    guard shortest >= drawCount else { throw .stopped(.draws(shortest, of: drawCount)) }
    return chains
  }
}
