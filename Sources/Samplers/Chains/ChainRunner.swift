public import Inference

/// Samples a density with several chains in parallel.
///
/// Each chain has a random stream of its own, so the result depends on the seed and not on how many
/// threads there are.
///
/// ```swift
/// let chains = try await ChainRunner(seed: 1).run(posterior)
/// print(PosteriorSummary(chains))
/// ```
public struct ChainRunner: Sendable {
  /// How many chains, at least 1.
  public let chainCount: Int
  /// How many transitions adapt the sampler before draws are kept, at least 20.
  public let warmUpCount: Int
  /// How many draws each chain keeps, at least 4.
  public let drawCount: Int
  /// The seed of all random streams.
  public let seed: UInt64
  /// The acceptance probability that the step size is adapted to, above 0 and below 1.
  public let targetAcceptance: Double
  /// Where the chains begin.
  public let start: ChainStart
  /// The name of their random streams; chains that are compared as independent ones need another.
  public let purpose: String

  /// A runner with its settings.
  public init(
    chainCount: Int = 4, warmUpCount: Int = 1000, drawCount: Int = 2000, seed: UInt64,
    targetAcceptance: Double = 0.8, start: ChainStart = .prior, purpose: String = "chain"
  ) {
    precondition(chainCount >= 1, "\(chainCount) chains")
    precondition(warmUpCount >= 20, "\(warmUpCount) transitions of warm-up, at least 20 are needed")
    precondition(drawCount >= 4, "\(drawCount) draws, at least 4 are needed")
    precondition(
      targetAcceptance > 0 && targetAcceptance < 1, "a target acceptance of \(targetAcceptance)")
    self.chainCount = chainCount
    self.warmUpCount = warmUpCount
    self.drawCount = drawCount
    self.seed = seed
    self.targetAcceptance = targetAcceptance
    self.start = start
    self.purpose = purpose
  }

  /// Samples a density with the no-U-turn sampler and a dense metric.
  ///
  /// - Throws: `SamplingError` if a chain cannot start; the others are stopped then.
  public func run(_ density: some LogDensity) async throws(SamplingError) -> [Chain] {
    try await run(NoUTurnSampler(density, metric: DenseMetric(dimension: density.dimension)))
  }

  /// Samples with any kernel, which is tuned for each chain, and keeps the chains in a store as
  /// they grow.
  ///
  /// Chains that the store has are taken up where they ended, bit for bit as if they had never
  /// stopped; all of them are read and checked before the first goes on. Warm-up is not stored: it
  /// is done anew. Where there are more chains than cores, the chains share them.
  ///
  /// - Parameters:
  ///   - kernel: the sampler, with its density and the metric to begin with.
  ///   - store: where the chains are kept; draws are handed over about four times a second.
  ///   - progress: told of each chain about four times a second, in warm-up as well.
  ///   - shouldStop: asked after every transition; chains then end early, and the store has all
  ///     their draws.
  /// - Returns: the chains, shorter than `drawCount` if they were told to stop.
  /// - Throws: `SamplingError` if a chain cannot start, be taken up again or be stored; the others
  ///   are stopped at once, and their draws are stored. If several fail, the error is that of the
  ///   first of them.
  public func run<Kernel: HamiltonianKernel>(
    _ kernel: Kernel, store: some ChainStore = NoStore(),
    unless shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (SamplingProgress) -> Void = { _ in }
  ) async throws(SamplingError) -> [Chain] {
    var beginnings: [ChainBeginning<Kernel.MetricType>?] = []
    for index in 0..<chainCount {
      beginnings.append(
        try ChainBeginning(
          index, store, kernel.density, statistics: Chain.Statistic.hamiltonian))
    }
    // Chains that are all taken up need no mode to start from.
    let approximation =
      beginnings.contains { $0 == nil }
      ? try start.approximation(of: kernel.density, RandomStream(seed: seed, "mode of \(purpose)"))
      : nil

    return try await ParallelChains.run(chainCount, store, unless: shouldStop) {
      [beginnings] index, shouldStop throws(SamplingError) in
      try await runChain(
        index, kernel, beginnings[index], approximation, store, shouldStop, progress)
    }
  }

  /// The random numbers of a chain.
  public func stream(ofChain index: Int) -> RandomStream {
    RandomStream(seed: seed, purpose, index)
  }

  private func runChain<Kernel: HamiltonianKernel>(
    _ index: Int, _ untuned: Kernel, _ beginning: ChainBeginning<Kernel.MetricType>?,
    _ approximation: LaplaceApproximation?, _ store: some ChainStore,
    _ shouldStop: () -> Bool, _ progress: (SamplingProgress) -> Void
  ) async throws(SamplingError) -> Chain {
    var kernel = untuned
    let density = kernel.density
    var generator = beginning?.random ?? stream(ofChain: index)
    var chain = GrowingChain(
      beginning?.chain
        ?? Chain(columns: density.columns, statistics: Chain.Statistic.hamiltonian),
      index, in: store)
    var state: PhasePoint
    var pace = Pace()

    // A chain that is taken up has no warm-up.
    let totalWarmUp = beginning == nil ? warmUpCount : 0
    func report(_ warmUpDone: Int) {
      progress(chain.progress(warmUp: warmUpDone, of: totalWarmUp, draws: drawCount))
    }

    report(0)
    if let beginning {
      kernel.metric = beginning.metric
      kernel.stepSize = beginning.stepSize
      state = beginning.state
    } else {
      state = try start.point(of: density, approximation, chain: index, using: &generator)
      let isTuned = try await WarmUp(count: warmUpCount).run(
        &kernel, &state, targetAcceptance: targetAcceptance, using: &generator
      ) { done in
        if pace.shouldReport() { report(done) }
        await pace.makeWay()
        return !shouldStop()
      }
      guard isTuned else { return chain.chain }
    }

    func save() throws(SamplingError) {
      try chain.store(
        position: state.position, stepSize: kernel.stepSize,
        inverseMasses: kernel.metric.inverseMasses, random: generator)
    }
    while chain.count < drawCount, !shouldStop() {
      let info = kernel.advance(&state, using: &generator)
      let draw = density.draw(at: state.position, logDensity: state.logDensity)
      chain.append(
        draw, isDivergent: info.isDivergent,
        noted: [
          state.logDensity, info.acceptanceProbability, kernel.stepSize, Double(info.treeDepth),
          Double(info.steps), info.isDivergent ? 1 : 0, info.energy,
        ])
      if pace.shouldReport() {
        try save()
        report(totalWarmUp)
      }
      await pace.makeWay()
    }
    try save()
    report(totalWarmUp)
    return chain.chain
  }
}
