import Foundation
import Inference
import Samplers
import Synchronization
import TestSupport
import Testing

@Suite struct ChainRunnerTests {
  /// A standard normal density whose every evaluation takes some time.
  struct Slow: LogDensity {
    let dimension = 2
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      usleep(200)
      gradient[0] = -x[0]
      gradient[1] = -x[1]
      return -0.5 * (x[0] * x[0] + x[1] * x[1])
    }
  }

  /// A store in memory, which gives back what it was made with, and may refuse a chain.
  final class Memory: ChainStore {
    let checkpoint: ChainCheckpoint?
    let chain: Chain
    let refused: Int?
    let counts = Mutex<[Int: Int]>([:])
    let flushes = Mutex(0)

    init(chain: Chain, _ checkpoint: ChainCheckpoint? = nil, refusing refused: Int? = nil) {
      (self.chain, self.checkpoint, self.refused) = (chain, checkpoint, refused)
    }

    func resume(
      chain index: Int, columns: [Chain.Column]
    ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
      index == 1 ? checkpoint.map { (chain, $0) } : nil
    }

    func append(
      _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
    ) throws(StorageError) {
      if index == refused { throw StorageError(path: "memory", reason: "full") }
      counts.withLock { $0[index] = chain.count }
    }

    func flush() async throws(StorageError) { flushes.withLock { $0 += 1 } }
  }

  @Test("more chains than cores share them: a run that is stopped early has draws of all")
  func sharing() async throws {
    let count = 4 * ProcessInfo.processInfo.activeProcessorCount
    let runner = ChainRunner(chainCount: count, warmUpCount: 20, drawCount: 1_000_000)
    let metric = UnitMetric(dimension: 2)
    // Once a chain has 200 draws, ten times its warm-up, every other has had its turns as well.
    let isEnough = Atomic<Bool>(false)
    let context = RunContext(
      stop: StopSignal { isEnough.load(ordering: .relaxed) },
      events: { event in
        guard case .sampled(let progress) = event, progress.drawCount > 200 else { return }
        isEnough.store(true, ordering: .relaxed)
      })
    let error = await #expect(throws: SamplingError.self) {
      try await runner.run(NoUTurnSampler(Slow(), metric: metric), in: context)
    }
    guard case .stopped(.draws(let shortest, of: 1_000_000)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(shortest > 20)
  }

  @Test("a chain that fails stops the others at once")
  func failure() async {
    let runner = ChainRunner(chainCount: 3, warmUpCount: 20, drawCount: 10_000_000)
    let store = Memory(chain: Chain(columns: Slow().columns), refusing: 1)
    let error = await #expect(throws: SamplingError.self) {
      try await runner.run(
        NoUTurnSampler(Slow(), metric: UnitMetric(dimension: 2)),
        in: RunContext(store: ChainsOnly(store)))
    }
    #expect(error == .storage(StorageError(path: "memory", reason: "full")))
    #expect(store.flushes.withLock { $0 } == 1, "what the others have handed over is kept")
  }

  @Test(
    "a chain with a damaged checkpoint begins again, with a warning",
    arguments: [
      (0, [0, 0], "the step size is 0.0"), (.nan, [0, 0], "the step size is nan"),
      (1, [0, .infinity], "the density is not finite at its position"),
      (1, [0], "its position does not fit this density"),
    ] as [(Double, [Double], String)])
  func damagedCheckpoint(stepSize: Double, position: [Double], words: String) async {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0)
    var chain = Chain(columns: density.columns, statistics: Chain.Statistic.hamiltonian)
    chain.append([0, 0], logDensity: 0, noted: [0, 1, 1, 1, 1, 0, 0])
    let store = Memory(
      chain: chain,
      ChainCheckpoint(
        drawCount: 1, position: position, stepSize: stepSize, inverseMasses: [],
        random: RandomStream(seed: 1, "chain", 1)))
    #expect(await warnings(density, store) == ["chain 2: its checkpoint is damaged: \(words)"])
  }

  /// The reasons for which chains begin again.
  private func warnings(_ density: CorrelatedGaussian, _ store: Memory) async -> [String] {
    let warnings = Mutex<[String]>([])
    _ = try? await ChainRunner(warmUpCount: 20, drawCount: 4).run(
      NoUTurnSampler(density, metric: UnitMetric(dimension: 2)),
      in: RunContext(store: ChainsOnly(store)) { event in
        if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
      })
    return warnings.withLock { $0 }.map { $0.replacing("; chain 2 begins again", with: "") }
  }

  @Test("draws of which another sampler has noted other things are not gone on with")
  func otherSampler() async {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0)
    var chain = Chain(columns: density.columns, statistics: [.acceptance])
    chain.append([0, 0], logDensity: 0, noted: [1])
    let store = Memory(
      chain: chain,
      ChainCheckpoint(
        drawCount: 1, position: [0, 0], stepSize: 1, inverseMasses: [],
        random: RandomStream(seed: 1, "chain", 1)))
    let told = await warnings(density, store)
    #expect(told.count == 1 && told[0].contains("not those of this sampler"))
  }

  @Test("warm-up is reported as it continues")
  func warmUpProgress() async throws {
    let counts = Mutex<[Int]>([])
    let runner = ChainRunner(chainCount: 1, warmUpCount: 500, drawCount: 4)
    _ = try await runner.run(
      NoUTurnSampler(Slow(), metric: UnitMetric(dimension: 2)),
      in: RunContext(events: { event in
        guard case .sampled(let progress) = event else { return }
        #expect(progress.totalWarmUp == 500)
        counts.withLock { $0.append(progress.warmUpCount) }
      }))
    let seen = counts.withLock { $0 }
    #expect(seen == seen.sorted() && seen.first == 0 && seen.last == 500)
    #expect(seen.contains { $0 > 0 && $0 < 500 })
  }
}
