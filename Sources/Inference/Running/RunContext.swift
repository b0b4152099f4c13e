/// Where a sampler runs: who shares the work, random numbers, when to stop, where results are kept, and
/// who listens. A sampler gets nothing else.
///
/// ```swift
/// let chains = try await ChainRunner().run(posterior, in: RunContext(seed: 1))
/// ```
public struct RunContext: Sendable {
  /// The seed of all random numbers.
  public var seed: Seed
  /// Who shares the work.
  public var workers: any Workers
  /// When to stop early.
  public var stop: StopSignal
  /// Where chains and states are kept.
  public var store: any RunStore
  /// What the samplers that ran before in the same run have made.
  public var earlier: [SampleSet] = []
  /// Receives what happens, as it happens, on any thread.
  public var events: @Sendable (RunEvent) -> Void

  /// A place to run in; by default all cores, no end, nothing kept and nobody listening.
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

  /// The same place with random numbers of its own, for a part of what runs here.
  public func child(_ name: String) -> RunContext {
    var context = self
    context.seed = seed.child(name)
    return context
  }
}
