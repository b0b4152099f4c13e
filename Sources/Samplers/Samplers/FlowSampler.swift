public import Inference

/// Samples a posterior with a neural Hamiltonian flow: fits coordinates, trains the flow in them,
/// draws, weights, assesses, and falls back on chains where the verdict is bad.
///
/// ```swift
/// let context = RunContext(seed: 1)
/// let result = try await FlowSampler().fit(posterior.standardised, in: context)
/// print(result.verdict.grade, result.weights.logEvidence)
/// ```
public struct FlowSampler: Sampler {
  /// Which flow, and how it is trained.
  public var preset = FlowPreset.default
  /// What differs from the preset.
  public var options = FlowPreset.Options()
  /// The coordinates; nil for the preset's own.
  public var coordinates: CoordinateChoice?
  /// The number of weighted draws.
  public var drawCount = 20_000
  /// ε, the share of them drawn from a wide density.
  public var defensiveShare = 0.02
  /// What to do after a verdict.
  public var fallback = Fallback.automatic

  /// When Hamiltonian Monte Carlo runs behind the flow.
  public enum Fallback: String, NamedChoice {
    /// If the weights are rejected.
    case automatic = "auto"
    /// In any case.
    case always
    /// Never.
    case never
  }

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case preset, options, coordinates, fallback
    case drawCount = "draws"
    case defensiveShare = "defensive"
  }

  /// "nhf".
  public static let name = "nhf"
  /// The number of draws.
  public static let extendable: Set = ["draws"]
  /// The file that keeps training in progress.
  private static let stateName = "nhf.state.json"

  /// The allowed ranges.
  public var rules: [SettingRule] {
    [
      SettingRule("draws", drawCount, in: 100...10_000_000),
      SettingRule("defensive", (0...0.5).contains(defensiveShare), "0 to 0.5"),
      SettingRule("options.hidden", options.hidden, in: 1...1024),
      SettingRule("options.leapfrog_steps", options.leapfrogSteps, in: 1...1000),
      SettingRule("options.hamiltonians", options.hamiltonians, in: 1...100),
      SettingRule("options.steps", options.trainingSteps, in: 0...100_000_000),
      SettingRule("options.time", options.time.map { $0 > 0 && $0.isFinite } ?? true, "above 0"),
      SettingRule(
        "options.train_on_draws", options.dataShare.map { (0...1).contains($0) } ?? true, "0 to 1"),
    ]
  }

  /// The draws in words.
  public var summary: String { "\(drawCount) draws of a neural Hamiltonian flow" }

  /// The coordinates in use.
  public var resolvedCoordinates: CoordinateChoice {
    coordinates ?? (preset == .paper ? .natural : (preset == .prior ? .probit : .fitted))
  }

  /// Trains the flow towards a posterior, draws with weights, and assesses them, with the chains of the
  /// previous sampler, if there are any, as the reference.
  public func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet] {
    let begin = ContinuousClock.now
    let reference = context.earlier.first { $0.kind == .chains }?.chains ?? []
    let target = try SamplingTarget(posterior, for: resolvedCoordinates)
    var context = context
    var (maps, fitDuration): (SampleSet?, Duration) = (nil, .zero)
    if [.fitted, .thin].contains(resolvedCoordinates) {
      let (fit, isNew) = try await TransportMapFit.shared(target.density, in: context)
      if isNew {
        fitDuration = .now - begin
        let set = try await WeightedDrawsSet(
          target, fit, count: drawCount, chains: reference, seconds: fitDuration / .seconds(1),
          in: context
        ).set
        context.earlier.append(set)
        maps = set
      }
    }
    let ofChains = try await target.points(of: reference, in: context)
    let isTaught = preset.dataShare(dimension: target.density.dimension, options) > 0
    var ofMaps: [[Double]] = []
    if isTaught || ofChains.isEmpty {
      let weighted = context.earlier.first { $0.kind == .weighted }?.chains ?? []
      ofMaps = try await target.points(of: weighted.map(\.resampled), in: context)
    }
    // Without chains the maps' draws represent the posterior.
    var result = try await fit(
      target.density, space: posterior.space,
      comparingWith: ofChains.isEmpty ? ofMaps : ofChains,
      learningFrom: isTaught ? ofMaps + ofChains : [], in: context)
    result.fitDuration += fitDuration
    let findings = FlowFindings(
      result, preset: preset, seconds: (.now - begin) / .seconds(1))
    var sets = [
      SampleSet(
        root: Self.name, title: "NHF, weighted", kind: .weighted, chains: [result.weighted],
        outcome: findings.outcome, facts: findings.facts, details: findings,
        files: try await files(of: result, posterior.space, target.drawnNames, context)),
      SampleSet(root: "nhf-raw", title: "NHF, raw", kind: .raw, chains: [result.raw]),
    ]
    if !result.exact.isEmpty {
      // Chains are exact only where no mode is missing.
      let isShown = result.fit.maps?.completeness?.isShown == true
      sets.append(
        SampleSet(
          root: "nhf-exact", title: isShown ? "NHF, exact" : "NHF, chains behind",
          chains: result.exact))
    }
    if let maps { sets.append(maps) }
    return sets
  }

  /// How it was trained, what it has learned, and the flow itself.
  private func files(
    of result: FlowPosterior, _ space: ParameterSpace, _ drawn: [String], _ context: RunContext
  ) async throws(SamplingError) -> [SampleSet.File] {
    // Before the first step there is no loss yet.
    let lines = result.training.records.map {
      "\($0.step),\($0.step == 0 ? .nan : $0.loss),\($0.score),\($0.beta),\($0.rate)\n"
    }
    var files: [SampleSet.File] = [
      ("nhf-training.csv", "step,loss,ess,beta,rate\n" + lines.joined())
    ]
    files += try await FlowInspection(result, in: context).files()
    let saved = try? SavedFlow(
      result.proposal.flow, columns: space.free.map(\.name),
      coordinates: result.coordinates.rawValue + result.fit.coordinates.numbers,
      notes: [
        "preset": preset.rawValue, "seed": "\(context.seed.value)",
        FlowCoordinates.noteOfOffset:
          drawn.isEmpty ? FlowCoordinates.nothing : drawn.joined(separator: ","),
      ]
    ).json()
    if let saved { files.append(("nhf.model.json", String(decoding: saved, as: UTF8.self))) }
    return files
  }

  /// Samples a density at whose points the prior is N(0, I), such as a posterior over
  /// `ParameterSpace.standardised`.
  ///
  /// - Parameters:
  ///   - density: the density.
  ///   - space: the parameters, needed for natural coordinates.
  ///   - points: draws of the density by another sampler, for the forward efficiency; may be empty.
  ///   - lesson: draws to train on, where the training has a share for them; nil for the same.
  ///   - context: where to run.
  /// - Throws: `SamplingError` if no coordinates can be fitted, the fallback cannot start, or it was
  ///   told to stop.
  public func fit(
    _ density: any LogDensity, space: ParameterSpace? = nil, comparingWith points: [[Double]] = [],
    learningFrom lesson: [[Double]]? = nil, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> FlowPosterior {
    let (seed, clock) = (context.seed, ContinuousClock())
    let choice = resolvedCoordinates
    let begin = clock.now
    // A flow that learns from draws may as well have coordinates from them.
    let fit = try await FittedCoordinates.fit(
      choice, to: density, natural: space, whitening: (options.dataShare ?? 0) > 0 ? points : [],
      in: context)
    let fitted = clock.now
    let target = TransformedDensity(density, in: fit.coordinates)

    let (untrained, training) = preset.make(
      dimension: density.dimension, options: options, seed: seed)
    let draws = (lesson ?? points).flatMap { fit.coordinates.coordinates(of: $0).coordinates }
    let trained = try await train(untrained, training, towards: target, draws, in: context)
    let done = clock.now

    let proposal = FlowProposal(
      target, flow: trained.flow, wide: fit.wide, share: defensiveShare)
    let weighted = try await proposal.sample(drawCount, in: context)
    var result = try FlowPosterior(
      proposal: proposal, draws: weighted,
      records: try await proposal.records(of: weighted, in: context),
      forwardDraws: points.isEmpty ? nil : try await proposal.weigh(points: points, in: context),
      coordinates: choice, fit: fit, training: trained.state, settings: training,
      laplace: try await laplaceWeights(density, fit, context),
      untrained: try await gaussianWeights(target, seed.stream("coordinates"), context))
    (result.fitDuration, result.trainingDuration) = (fitted - begin, done - fitted)
    let isWanted =
      fallback == .always || (fallback == .automatic && result.verdict.grade == .rejected)
    if isWanted {
      if fallback == .automatic {
        context.events(
          .warning("the flow's weights are rejected; running Hamiltonian Monte Carlo behind it now")
        )
      }
      result.exact = try await exactChains(of: result, context)
    }
    return result
  }

  /// Training in progress, with a fingerprint of the draws that it learns from.
  private struct KeptTraining: Codable, Sendable {
    let draws: String
    let state: FlowTrainingState
  }

  /// Trains a flow, from where an earlier training stopped, and keeps its state every five seconds.
  private func train(
    _ flow: NeuralHamiltonianFlow, _ training: FlowTraining, towards target: TransformedDensity,
    _ draws: [Double], in context: RunContext
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let store = context.store
    var nextSave = ContinuousClock.now + .seconds(5)
    // More draws of the chains that it learns from make it a different training.
    var lesson = Fingerprint()
    if training.dataShare > 0 { lesson.absorb(draws) }
    let kept = context.state(
      KeptTraining.self, Self.stateName, orElse: "the training of the flow begins again")
    let known = kept?.draws == lesson.digits ? kept?.state : nil
    func keep(_ state: FlowTrainingState) {
      // A state that cannot be stored only costs time when the run is resumed.
      try? store.keep(KeptTraining(draws: lesson.digits, state: state), Self.stateName)
    }
    let trained = try await FlowTrainer(training).train(
      flow, towards: target, draws: draws, from: known, in: context
    ) { state in
      if let event = state.progress(of: training.stepCount) { context.events(event) }
      if .now >= nextSave {
        nextSave = .now + .seconds(5)
        keep(state)
      }
    }
    keep(trained.state)
    if context.stop.isRequested {
      do { try await store.flush() } catch { throw .storage(error) }
      throw .stopped(.during("the training of the flow"))
    }
    return trained
  }

  /// Weights of N(0, I) in the coordinates, the reference for the flow.
  private func gaussianWeights(
    _ target: TransformedDensity, _ generator: RandomStream, _ context: RunContext
  ) async throws(SamplingError) -> ImportanceWeights {
    var generator = generator
    let (count, dimension) = (min(drawCount, 10_000), target.dimension)
    var points = [Double](repeating: 0, count: count * dimension)
    var span = points.mutableSpan
    generator.fillWithStandardNormals(&span)
    let drawn = points
    let logWeights = try await context.tiles(count, during: "the weights of coordinates") {
      _, range in
      let own = drawn.span.extracting(range.lowerBound * dimension..<range.upperBound * dimension)
      return zip(
        target.finiteLogDensities(at: own),
        ProposalMixture.Part.prior.logDensities(at: own, dimension: dimension)
      ).map { $0 - $1 }
    }
    return ImportanceWeights(logWeights)
  }

  /// Weights of the normal approximation at the mode, another reference.
  private func laplaceWeights(
    _ density: any LogDensity, _ fit: FittedCoordinates.Fit, _ context: RunContext
  ) async throws(SamplingError) -> ImportanceWeights? {
    guard let laplace = fit.laplace, let white = try? WhiteningCoordinates(laplace) else {
      return nil
    }
    return try await gaussianWeights(
      TransformedDensity(density, in: white), context.seed.stream("laplace"), context)
  }
}

extension Chain {
  /// Four thousand draws of equal weight that stand for weighted ones.
  fileprivate var resampled: Chain {
    var chain = Chain(columns: columns)
    for index in systematicResample(weights, count: 4000, start: 0.5) {
      chain.append(draw(index), logDensity: logDensities[index])
    }
    return chain
  }
}
