/// The environment in which a sampler runs: workers, random numbers, when to stop, where results are kept, and
/// who receives events. A sampler gets nothing else.
///
/// ```swift
/// let chains = try await ChainRunner().run(posterior, in: RunContext(seed: 1))
/// ```
public struct RunContext: Sendable {
  /// The seed of all random numbers.
  public var seed: Seed
  /// The workers that share the work.
  public var workers: any Workers
  /// When to stop early.
  public var stop: StopSignal
  /// Where chains and states are kept.
  public var store: any RunStore
  /// The output of the samplers that ran earlier in the same run.
  public var earlier: [SampleSet] = []
  /// Receives events as they happen, on any thread.
  public var events: @Sendable (RunEvent) -> Void

  /// An environment; by default all cores, no time limit, nothing stored and no events.
  public init(
    seed: Seed = 1, workers: any Workers = LocalWorkers(), stop: StopSignal = .never,
    store: any RunStore = NoStore(), events: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.seed = seed
    self.workers = workers
    self.stop = stop
    self.store = store
    self.events = events
  }

  /// The same environment with independent random numbers, for a part of a run.
  public func child(_ name: String) -> RunContext {
    var context = self
    context.seed = seed.child(name)
    return context
  }

  /// The state stored under a name; nil if there is none. One that is damaged or lost is warned of, and
  /// counts as none.
  ///
  /// - Parameters:
  ///   - type: that of the state.
  ///   - name: its name in the store.
  ///   - consequence: what happens without it, as the end of a sentence.
  public func state<State: Codable & Sendable>(
    _ type: State.Type, _ name: String, orElse consequence: String
  ) -> State? {
    do {
      return try store.state(type, name)
    } catch {
      events(.warning("\(error); \(consequence)"))
      return nil
    }
  }
}
