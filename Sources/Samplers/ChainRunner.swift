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
  /// The acceptance probability that the step size is adapted to, between 0 and 1.
  public let targetAcceptance: Double
  /// Where the chains begin.
  public let start: ChainStart

  /// A runner with its settings.
  public init(
    chainCount: Int = 4, warmUpCount: Int = 1000, drawCount: Int = 2000, seed: UInt64,
    targetAcceptance: Double = 0.8, start: ChainStart = .prior
  ) {
    precondition(chainCount >= 1, "\(chainCount) chains")
    precondition(warmUpCount >= 20, "\(warmUpCount) transitions of warm-up, at least 20 are needed")
    precondition(drawCount >= 4, "\(drawCount) draws, at least 4 are needed")
    self.chainCount = chainCount
    self.warmUpCount = warmUpCount
    self.drawCount = drawCount
    self.seed = seed
    self.targetAcceptance = targetAcceptance
    self.start = start
  }

  /// Samples a density with the no-U-turn sampler and a dense metric.
  ///
  /// - Throws: `SamplingError` if a chain cannot start; of several chains, the error of the first.
  public func run(_ density: some LogDensity) async throws(SamplingError) -> [Chain] {
    try await run(NoUTurnSampler(density, metric: DenseMetric(dimension: density.dimension)))
  }

  /// Samples with any kernel, which is tuned for each chain, and keeps the chains in a store as
  /// they grow.
  ///
  /// Chains that the store has are taken up where they ended, bit for bit as if they had never
  /// stopped. Warm-up is not stored: it is done anew.
  ///
  /// - Parameters:
  ///   - kernel: the sampler, with its density and the metric to begin with.
  ///   - store: where the chains are kept; written about four times a second.
  ///   - progress: told of each chain about four times a second.
  ///   - shouldStop: asked after every transition; chains then end early, and the store has all
  ///     their draws.
  /// - Returns: the chains, shorter than `drawCount` if they were told to stop.
  /// - Throws: `SamplingError` if a chain cannot start or be stored; of several chains, the error
  ///   of the first.
  public func run(
    _ kernel: some HamiltonianKernel, store: some ChainStore = NoStore(),
    unless shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (SamplingProgress) -> Void = { _ in }
  ) async throws(SamplingError) -> [Chain] {
    let approximation = try start.approximation(of: kernel.density, seed: seed)
    let results = await withTaskGroup(of: (Int, Result<Chain, SamplingError>).self) { group in
      for index in 0..<chainCount {
        group.addTask {
          let result = Result { () throws(SamplingError) in
            try runChain(index, kernel, approximation, store, shouldStop, progress)
          }
          return (index, result)
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var chains: [Chain] = []
    for index in 0..<chainCount {
      if let result = results[index] { chains.append(try result.get()) }
    }
    return chains
  }

  private func runChain<Kernel: HamiltonianKernel>(
    _ index: Int, _ untuned: Kernel, _ approximation: LaplaceApproximation?,
    _ store: some ChainStore, _ shouldStop: () -> Bool, _ progress: (SamplingProgress) -> Void
  ) throws(SamplingError) -> Chain {
    var kernel = untuned
    let density = kernel.density
    var generator = RandomStream(seed: seed, "chain", index)
    var chain = Chain(columns: density.columns)
    var state: PhasePoint

    var divergenceCount = 0
    func report() {
      progress(
        SamplingProgress(
          chain: index, drawCount: chain.count, totalDraws: drawCount,
          divergenceCount: divergenceCount))
    }

    if let kept = try stored({ () throws(StorageError) in
      try store.resume(chain: index, columns: chain.columns)
    }) {
      guard
        let metric = Kernel.MetricType(
          dimension: density.dimension, inverseMasses: kept.checkpoint.inverseMasses)
      else {
        throw .storage(StorageError(path: "chain \(index + 1)", reason: "its metric is damaged"))
      }
      kernel.metric = metric
      kernel.stepSize = kept.checkpoint.stepSize
      generator = kept.checkpoint.random
      chain = kept.chain
      divergenceCount = chain.statistics[.divergent, default: []].count { $0 > 0 }
      report()
      state = PhasePoint(density, at: kept.checkpoint.position)
    } else {
      report()
      state = try start.point(of: density, approximation, using: &generator)
      let isTuned = try WarmUp(count: warmUpCount).run(
        &kernel, &state, targetAcceptance: targetAcceptance, using: &generator, unless: shouldStop)
      guard isTuned else { return chain }
    }

    var storedCount = chain.count
    func save() throws(SamplingError) {
      guard chain.count > storedCount else { return }
      let checkpoint = ChainCheckpoint(
        drawCount: chain.count, position: state.position, stepSize: kernel.stepSize,
        inverseMasses: kernel.metric.inverseMasses, random: generator)
      try stored { () throws(StorageError) in
        try store.append(chain, from: storedCount, checkpoint, chain: index)
      }
      storedCount = chain.count
    }

    let clock = ContinuousClock()
    var nextSave = clock.now
    while chain.count < drawCount, !shouldStop() {
      let info = kernel.advance(&state, using: &generator)
      let draw = density.draw(at: state.position, logDensity: state.logDensity)
      chain.append(
        draw.values, logDensity: draw.logDensity,
        statistics: [
          .coordinateLogDensity: state.logDensity,
          .acceptance: info.acceptanceProbability,
          .stepSize: kernel.stepSize,
          .treeDepth: Double(info.treeDepth),
          .leapfrogSteps: Double(info.steps),
          .divergent: info.isDivergent ? 1 : 0,
          .energy: info.energy,
        ])
      if info.isDivergent { divergenceCount += 1 }
      if clock.now > nextSave {
        try save()
        report()
        nextSave = clock.now + .milliseconds(250)
      }
    }
    try save()
    report()
    return chain
  }

  private func stored<Value>(_ body: () throws(StorageError) -> Value) throws(SamplingError)
    -> Value
  {
    do {
      return try body()
    } catch {
      throw .storage(error)
    }
  }
}
