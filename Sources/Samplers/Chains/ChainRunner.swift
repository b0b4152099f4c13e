public import Inference

/// Samples a density with several chains in parallel.
///
/// Each chain has a random stream of its own, so the result depends on the seed and not on how many
/// threads there are.
///
/// ```swift
/// let chains = try await ChainRunner().run(posterior, in: RunContext(seed: 1))
/// print(PosteriorSummary(chains))
/// ```
public struct ChainRunner: Sendable {
  /// The number of chains, at least 1.
  public let chainCount: Int
  /// The number of warm-up transitions that tune the sampler before draws are kept, at least 20.
  public let warmUpCount: Int
  /// The number of draws kept per chain, at least 4.
  public let drawCount: Int
  /// The acceptance probability that the step size is adapted to, above 0 and below 1.
  public let targetAcceptance: Double
  /// Where the chains begin.
  public let start: ChainStart
  /// Whether chains in the store are continued rather than started afresh.
  var resumes = true

  /// A runner with its settings.
  public init(
    chainCount: Int = 4, warmUpCount: Int = 1000, drawCount: Int = 2000,
    targetAcceptance: Double = 0.8, start: ChainStart = .prior
  ) {
    precondition(chainCount >= 1, "\(chainCount) chains")
    precondition(warmUpCount >= 20, "\(warmUpCount) transitions of warm-up, at least 20 are needed")
    precondition(drawCount >= 4, "\(drawCount) draws, at least 4 are needed")
    precondition(
      targetAcceptance > 0 && targetAcceptance < 1, "a target acceptance of \(targetAcceptance)")
    self.chainCount = chainCount
    self.warmUpCount = warmUpCount
    self.drawCount = drawCount
    self.targetAcceptance = targetAcceptance
    self.start = start
  }

  /// Samples a density with the no-U-turn sampler and a dense metric.
  ///
  /// - Throws: `SamplingError` as `run(_:root:title:in:)`.
  public func run(
    _ density: some LogDensity, root: String = "hmc", title: String = "HMC",
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Chain] {
    try await run(
      NoUTurnSampler(density, metric: DenseMetric(dimension: density.dimension)), root: root,
      title: title, in: context)
  }

  /// Samples with any kernel, tuned for each chain, and keeps the chains in the context's
  /// store as they grow.
  ///
  /// Chains in the store are continued where they ended, also in warm-up, bit for bit as if they
  /// had never stopped; all of them are read and checked before the first continues, and one that is
  /// damaged begins again, with a warning. Where there are more chains than cores, the chains share them. Draws are handed over to the store, and progress
  /// is reported, about four times per second.
  ///
  /// - Parameters:
  ///   - kernel: the sampler, with its density and initial metric.
  ///   - root: the common prefix of the chains' names in the store.
  ///   - title: what plots call them.
  ///   - context: where to run.
  /// - Returns: the chains, of `drawCount` draws each.
  /// - Throws: `SamplingError` if a chain cannot start or be stored; the others
  ///   are stopped at once, and their draws are stored. If several fail, the error is that of the
  ///   first of them. `SamplingError.stopped` if they were asked to stop; the store has all draws.
  public func run<Kernel: HamiltonianKernel>(
    _ kernel: Kernel, root: String = "hmc", title: String = "HMC",
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Chain] {
    let store = context.store.chains(root, title: title)
    let warmUp = WarmUp(count: warmUpCount)
    let beginnings: [ChainBeginning<Kernel.MetricType>?] =
      resumes
      ? ChainBeginning.read(
        chainCount, store, kernel.density, statistics: Chain.Statistic.hamiltonian, warmUp,
        in: context) : (0..<chainCount).map { _ in nil }
    // If all chains are continued, no mode is needed to start from.
    let approximation =
      beginnings.contains { $0 == nil }
      ? try start.approximation(of: kernel.density, context.seed.stream("mode of chain")) : nil

    return try await ParallelChains.run(chainCount, of: drawCount, store, in: context) {
      [beginnings] index, stop throws(SamplingError) in
      try await runChain(
        index, kernel, beginnings[index], approximation, warmUp, store, stop, context)
    }
  }

  private func runChain<Kernel: HamiltonianKernel>(
    _ index: Int, _ untuned: Kernel, _ beginning: ChainBeginning<Kernel.MetricType>?,
    _ approximation: LaplaceApproximation?, _ warmUp: WarmUp, _ store: any ChainStore,
    _ stop: StopSignal, _ context: RunContext
  ) async throws(SamplingError) -> Chain {
    var kernel = untuned
    let density = kernel.density
    var generator = beginning?.random ?? context.seed.stream("chain", index)
    var chain = GrowingChain(
      beginning?.chain
        ?? Chain(
          columns: density.columns, statistics: Chain.Statistic.hamiltonian,
          folder: store.scratchFolder),
      index, in: store)
    var state: PhasePoint
    var throttle = Throttle()

    // A chain that has draws has no warm-up.
    let totalWarmUp = beginning == nil || beginning?.warmUp != nil ? warmUpCount : 0
    func report(_ warmUpDone: Int) {
      context.events(
        .sampled(chain.progress(warmUp: warmUpDone, of: totalWarmUp, draws: drawCount)))
    }

    report(beginning?.warmUp?.transitionCount ?? 0)
    if let beginning {
      kernel.metric = beginning.metric
      kernel.stepSize = beginning.stepSize
      state = beginning.state
    } else {
      state = try start.point(of: density, approximation, chain: index, using: &generator)
    }
    if totalWarmUp > 0 {
      let isTuned = try await warmUp.run(
        &kernel, &state, from: beginning?.warmUp, targetAcceptance: targetAcceptance,
        using: &generator
      ) { done, checkpoint throws(SamplingError) in
        let isStopping = stop.isRequested
        if throttle.shouldReport() || isStopping {
          try chain.store(checkpoint())
          report(done)
        }
        await throttle.makeWay()
        return !isStopping
      }
      guard isTuned else { return chain.chain }
    }

    func save() throws(SamplingError) {
      try chain.store(
        ChainCheckpoint(
          drawCount: chain.count, position: state.position, stepSize: kernel.stepSize,
          inverseMasses: kernel.metric.inverseMasses, random: generator))
    }
    while chain.count < drawCount, !stop.isRequested {
      let info = kernel.advance(&state, using: &generator)
      let draw = density.draw(at: state.position, logDensity: state.logDensity)
      try chain.append(
        draw, isDivergent: info.isDivergent,
        noted: [
          state.logDensity, info.acceptanceProbability, kernel.stepSize, Double(info.treeDepth),
          Double(info.steps), info.isDivergent ? 1 : 0, info.energy,
        ])
      if throttle.shouldReport() {
        try save()
        report(totalWarmUp)
      }
      await throttle.makeWay()
    }
    try save()
    report(totalWarmUp)
    return chain.chain
  }
}
