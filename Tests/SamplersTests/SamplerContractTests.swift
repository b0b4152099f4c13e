import Foundation
import Inference
import Samplers
import Synchronization
import TestSupport
import Testing

/// What every sampler owes to those who run it, whatever it does.
@Suite(.serialized) struct SamplerContractTests {
  /// A normal likelihood off the middle of the prior, each of whose evaluations takes some time.
  struct Slow: Likelihood {
    let parameterNames = ["a", "b"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      // Busy, as a likelihood is.
      let end = ContinuousClock.now + .microseconds(5)
      while ContinuousClock.now < end {}
      let (x, y) = ((p[0] - 0.4) / 0.05, (p[1] - 0.5 - p[0]) / 0.1)
      return -0.5 * (x * x + y * y)
    }
  }

  static func posterior() throws -> Posterior {
    try Posterior(
      ParameterSpace([
        Parameter("a", prior: .uniform(lower: 0, upper: 1)),
        Parameter("b", prior: .uniform(lower: 0, upper: 2)),
      ]), Slow())
  }

  /// Each sampler with as little to do as it can have in all its phases; a new one is a line here.
  static let samplers: [any Sampler] = {
    var (chains, flow, map) = (HamiltonianSampler(), FlowSampler(), TransportSampler())
    (chains.chains, chains.draws, chains.warmUp) = (3, 600, 400)
    (flow.options.trainingSteps, flow.drawCount, flow.fallback) = (80, 2000, .always)
    (map.chains, map.draws, map.weightedDraws) = (3, 30_000, 4000)
    var mapped = chains
    (mapped.draws, mapped.weightedDraws) = (6000, 4000)
    chains.coordinates = .natural
    return [chains, mapped, flow, map]
  }()

  /// A sampler that does not listen.
  struct Deaf: Sampler {
    static let name = "deaf"
    static let extendable: Set<String> = []
    let summary = ""
    init() {}
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}

    func run(
      _ posterior: Posterior, in context: RunContext
    ) async throws(SamplingError) -> [SampleSet] {
      var deaf = context
      deaf.stop = .never
      return try await SamplerContractTests.samplers[0].run(posterior, in: deaf)
    }
  }

  @Test("the contract is held over all samplers there are")
  func all() {
    let tested = Set(Self.samplers.map { type(of: $0).name })
    #expect(tested == Set(SamplerList.names))
    #expect(SamplerList.names.count == Set(SamplerList.names).count)
    for name in SamplerList.names { #expect(SamplerList.named(name)?.name == name) }
  }

  private func values(_ sets: [SampleSet]) -> [[Chain]] { sets.map(\.chains) }

  @Test("the number of workers changes no bit", arguments: samplers.indices)
  func workers(index: Int) async throws {
    let (sampler, posterior) = (Self.samplers[index], try Self.posterior())
    var results: [[[Chain]]] = []
    for count in 1...3 {
      let context = RunContext(seed: 5, workers: LocalWorkers(threadCount: count))
      results.append(values(try await sampler.run(posterior, in: context)))
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    let other = try await sampler.run(posterior, in: RunContext(seed: 6))
    #expect(values(other) != results[0])
  }

  /// When a run was asked to stop, and when it ended.
  private func stop(
    _ sampler: any Sampler, after time: Duration, _ store: MemoryStore
  ) async throws -> (isStopped: Bool, delay: Duration) {
    let begin = ContinuousClock.now
    let context = RunContext(seed: 5, stop: StopSignal { .now - begin > time }, store: store)
    do {
      _ = try await sampler.run(Self.posterior(), in: context)
      return (false, .now - begin - time)
    } catch {
      guard case .stopped = error as? SamplingError else { throw error }
      return (true, .now - begin - time)
    }
  }

  @Test(
    "asked to stop, it ends within a second in every phase, and continues to the same bits",
    arguments: samplers.indices)
  func stopping(index: Int) async throws {
    let (sampler, posterior) = (Self.samplers[index], try Self.posterior())
    let begin = ContinuousClock.now
    let whole = values(try await sampler.run(posterior, in: RunContext(seed: 5)))
    let time = ContinuousClock.now - begin

    let store = MemoryStore()
    var (stops, kept) = (0, false)
    for step in 1...8 {
      let (isStopped, delay) = try await stop(sampler, after: time * (Double(step) / 10), store)
      if isStopped {
        stops += 1
        // The machine may be busy with other tests.
        #expect(delay < .seconds(3), "\(delay)")
      }
      kept = kept || store.counts.chains > 0 || store.counts.states > 0
    }
    #expect(stops >= 2 && kept)
    let last = try await sampler.run(posterior, in: RunContext(seed: 5, store: store))
    #expect(values(last) == whole)
  }

  @Test("one that does not listen is caught")
  func deaf() async throws {
    let (isStopped, _) = try await stop(Deaf(), after: .milliseconds(10), MemoryStore())
    #expect(!isStopped)
  }

  @Test("sets of draws that are compared share none", arguments: samplers.indices)
  func streams(index: Int) async throws {
    let posterior = try Self.posterior()
    var context = RunContext(seed: 5)
    context.earlier = try await Self.samplers[0].run(posterior, in: context)
    let own = try await Self.samplers[index].run(posterior, in: context)
    func numbers(_ chain: Chain) -> Set<Double> { Set((0..<64).flatMap { chain.draw($0) }) }
    let chains = own.filter { $0.kind == .chains }.flatMap(\.chains)
    for (number, chain) in chains.enumerated() {
      // A set of the same sampler has the same draws; any other none of them.
      let others =
        chains[..<number] + (index == 0 ? [] : context.earlier.flatMap(\.chains))
      for other in others { #expect(numbers(chain).isDisjoint(with: numbers(other))) }
    }
  }

  @Test("more draws are those of a fresh run that has as many", arguments: samplers.indices)
  func longer(index: Int) async throws {
    let posterior = try Self.posterior()
    let (short, long) = (Self.samplers[index], Self.longer(Self.samplers[index]))
    let store = MemoryStore()
    _ = try await short.run(posterior, in: RunContext(seed: 5, store: store))
    let continued = try await long.run(posterior, in: RunContext(seed: 5, store: store))
    #expect(try await values(long.run(posterior, in: RunContext(seed: 5))) == values(continued))
    #expect(type(of: short).extendable.count > 0)
  }

  @Test("a flow that learns from chains learns from all of them, when these have grown")
  func longerLesson() async throws {
    let posterior = try Self.posterior()
    var flow = FlowSampler()
    // From the prior, where the first parameters are not the best.
    (flow.preset, flow.drawCount) = (.prior, 1000)
    (flow.options.trainingSteps, flow.options.dataShare) = (60, 0.5)
    let store = MemoryStore()
    func chains(_ draws: Int) async throws -> [SampleSet] {
      var sampler = HamiltonianSampler()
      (sampler.chains, sampler.draws, sampler.warmUp) = (2, draws, 100)
      return try await sampler.run(posterior, in: RunContext(seed: 5))
    }
    var results: [[[Chain]]] = []
    for (draws, store) in [(100, store), (200, store), (200, MemoryStore())] {
      var context = RunContext(seed: 5, store: store)
      context.earlier = try await chains(draws)
      results.append(values(try await flow.run(posterior, in: context)))
    }
    #expect(results[1] == results[2] && results[0] != results[1])
  }

  /// The same posterior, which counts how often it is asked.
  private struct Counting: Likelihood {
    let parameterNames = ["a", "b"]
    let calls = Counter()

    final class Counter: Sendable { let number = Atomic(0) }

    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      calls.number.add(1, ordering: .relaxed)
      let (x, y) = ((p[0] - 0.4) / 0.05, (p[1] - 0.5 - p[0]) / 0.1)
      return -0.5 * (x * x + y * y)
    }
  }

  /// The share of evaluations that a sampler needs again with what a finished run has kept.
  private func shareNeededAgain(
    _ run: (Posterior, RunContext) async throws -> [SampleSet]
  ) async throws -> Double {
    let likelihood = Counting()
    let posterior = try Posterior(Self.posterior().space, likelihood)
    let store = MemoryStore()
    _ = try await run(posterior, RunContext(seed: 5, store: store))
    let first = likelihood.calls.number.load(ordering: .relaxed)
    _ = try await run(posterior, RunContext(seed: 5, store: store))
    return Double(likelihood.calls.number.load(ordering: .relaxed) - first) / Double(first)
  }

  @Test("what was kept is used; a sampler that forgets is caught", arguments: samplers.indices)
  func kept(index: Int) async throws {
    let sampler = Self.samplers[index]
    let share = try await shareNeededAgain { try await sampler.run($0, in: $1) }
    #expect(share < 0.7, "\(share)")
    let forgetful = try await shareNeededAgain {
      try await sampler.run($0, in: RunContext(seed: $1.seed))
    }
    #expect(forgetful > 0.9, "\(forgetful)")
  }

  /// The sampler with half as much again of all that may grow.
  private static func longer(_ sampler: any Sampler) -> any Sampler {
    func grown<S: Sampler>(_ sampler: S) -> S {
      do {
        let data = try JSONEncoder().encode(sampler)
        var settings = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        for key in S.extendable { settings[key] = (settings[key] as? Int ?? 0) * 3 / 2 }
        let other = try JSONSerialization.data(withJSONObject: settings)
        return try JSONDecoder().decode(S.self, from: other)
      } catch {
        Issue.record(error)
        return sampler
      }
    }
    return grown(sampler)
  }
}
