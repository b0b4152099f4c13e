public import Inference

/// Hamiltonian Monte Carlo with the no-U-turn criterion and a dense metric: the reference.
public struct HamiltonianSampler: Sampler {
  /// The number of chains, 1 to 1000.
  public var chains = 4
  /// The number of draws kept per chain, at least 4.
  public var draws = 2000
  /// The number of warm-up transitions per chain, at least 20.
  public var warmUp = 1000
  /// The acceptance probability that the step size is adapted to, above 0 and below 1.
  public var targetAcceptance = 0.8
  /// Where the chains begin.
  public var start = Start.prior
  /// The coordinates to sample in.
  public var coordinates = CoordinateChoice.fitted
  /// The number of weighted draws of the fitted maps, in addition to the chains.
  public var weightedDraws = 20_000

  /// What is known of the posterior's covariance, from which the metric starts; warm-up adapts it. Parameters that
  /// it has not keep unit scales in the sampler's coordinates.
  public var metric: NamedCovariance?

  /// Where chains begin.
  public enum Start: String, NamedChoice {
    /// Each at the best of 20 draws from the prior.
    case prior
    /// All at the mode.
    case mode
    /// Each near the mode, jittered by twice the posterior's width.
    case jittered

    var value: ChainStart {
      switch self {
      case .prior: .prior
      case .mode: .mode
      case .jittered: .aroundMode(stretch: 2)
      }
    }
  }

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case chains, draws, start, coordinates
    case warmUp = "warm_up"
    case targetAcceptance = "target_acceptance"
    case weightedDraws = "weighted_draws"
    case metric = "metric_from"
  }

  /// The key of the covariance that the metric starts from.
  public static let metricKey = CodingKeys.metric.rawValue

  /// "hmc".
  public static let name = "hmc"
  private static let title = "HMC"
  /// The numbers of draws.
  public static let extendable: Set = ["draws", "weighted_draws"]

  /// The allowed ranges.
  public var rules: [SettingRule] {
    [
      SettingRule("chains", chains, in: 1...1000), SettingRule("draws", draws, in: 4...10_000_000),
      SettingRule("warm_up", warmUp, in: 20...10_000_000),
      SettingRule(
        "target_acceptance", targetAcceptance > 0 && targetAcceptance < 1, "between 0 and 1"),
      SettingRule("weighted_draws", weightedDraws, in: 100...10_000_000),
      SettingRule("metric_from", metric?.flaw == nil, "a covariance: \(metric?.flaw ?? "")"),
    ]
  }

  /// The chains in words.
  public var summary: String {
    let known =
      metric.map { ", the metric from a covariance of \($0.names.count) parameters" } ?? ""
    return "NUTS, \(chains) chains of \(draws) draws after \(warmUp)\(known)"
  }

  /// Samples in coordinates that are first fitted to the posterior, or in others; where they are fitted,
  /// weighted draws of the maps come with the chains. Where a prior is improper, the coordinates are the
  /// natural ones.
  public func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet] {
    let begin = ContinuousClock.now
    func runner(_ start: ChainStart) -> ChainRunner {
      ChainRunner(
        chainCount: chains, warmUpCount: warmUp, drawCount: draws,
        targetAcceptance: targetAcceptance, start: start)
    }
    func seconds() -> Double { (.now - begin) / .seconds(1) }
    func set(_ made: [Chain]) -> SampleSet {
      let calls = made.leapfrogSteps
      return SampleSet(
        root: Self.name, title: Self.title, chains: made,
        outcome: SamplerOutcome(seconds: seconds(), likelihoodCalls: calls > 0 ? calls : nil))
    }
    // Without a normal prior there are no coordinates to fit from it.
    if coordinates == .natural || !posterior.space.improperParameters.isEmpty {
      let made = try await runner(start.value).run(
        NoUTurnSampler(posterior, metric: startingMetric(of: posterior, in: context)),
        root: Self.name, title: Self.title, in: context)
      return [set(made)]
    }
    let target = try SamplingTarget(posterior, for: coordinates)
    let fit = try await FittedCoordinates.fit(
      coordinates, to: target.density, natural: posterior.space, in: context)
    let fitSeconds = seconds()
    let density = TransformedDensity(target.density, in: fit.coordinates)
    let runner = runner(
      start == .prior ? fit.maps.map { spread($0, density, context) } ?? .prior : start.value)
    // Fitted coordinates are 0 in the middle of the posterior.
    let middle =
      coordinates == .probit ? nil : [Double](repeating: 0, count: density.dimension)
    var kernel = NoUTurnSampler(
      density, metric: startingMetric(of: density, at: middle, in: context))
    let made: [Chain]
    if let maps = fit.maps, maps.maps.count > 1 {
      // No trajectory leads from one mode to another, and none has to be long.
      kernel.maximumDepth = 6
      let jump = IndependenceJump(proposal: maps.proposal, coordinates: fit.coordinates)
      made = try await runner.run(
        JumpingSampler(base: kernel, jump: jump), root: Self.name, title: Self.title, in: context)
    } else {
      made = try await runner.run(kernel, root: Self.name, title: Self.title, in: context)
    }
    let ofChains = set(made)
    guard let maps = fit.maps, fit.isNew else { return [ofChains] }
    let weighted = try await WeightedDrawsSet(
      target, maps, count: weightedDraws, chains: made, seconds: fitSeconds, in: context)
    return [ofChains, weighted.set]
  }
}

extension HamiltonianSampler {
  /// The metric that warm-up begins with, carried from the parameters to the coordinates of a density.
  ///
  /// - Parameter place: coordinates in the middle of the density; its mode, or a start of a chain, if nil.
  private func startingMetric(
    of density: some LogDensity, at place: [Double]? = nil, in context: RunContext
  ) -> DenseMetric {
    let unit = DenseMetric(dimension: density.dimension)
    guard let metric else { return unit }
    if let place = place ?? middle(of: density, context.seed.stream("middle of metric")),
      let carried = DenseMetric(metric, carriedTo: density, at: place)
    {
      return carried
    }
    context.events(
      .warning("the metric cannot be carried to the sampler's coordinates, and starts from 1"))
    return unit
  }

  /// Each of several modes has a chain that begins there; the others begin at draws of the prior, or where these are all
  /// hopeless, as polynomials are far from where they were fitted, at one of the fit's wide density.
  private func spread(
    _ fit: TransportMapFit, _ density: TransformedDensity, _ context: RunContext
  ) -> ChainStart {
    let modes = fit.modes.map { density.map.coordinates(of: $0).coordinates }
    if modes.count > 1 { return .points(modes) }
    guard let mode = modes.first else { return .prior }
    let dimension = density.dimension
    var generator = context.seed.stream("wide starts of chains")
    let starts = (0..<chains).map { chain in
      let points = fit.wide.points(20 * chain..<20 * (chain + 1), using: &generator)
      let values = density.density.finiteLogDensities(at: points.span)
      let best = values.indices.max { values[$0] < values[$1] } ?? 0
      return density.map.coordinates(
        of: Array(points[best * dimension..<(best + 1) * dimension])
      ).coordinates
    }
    let peak = density.logDensityAndGradient(at: mode).logDensity
    return .priorAbove(peak - 30 - 5 * Double(dimension), orElse: starts)
  }

  private func middle(of density: some LogDensity, _ stream: RandomStream) -> [Double]? {
    if let mode = try? ChainStart.mode.approximation(of: density, stream) { return mode.mode }
    var generator = stream
    return try? ChainStart.prior.point(of: density, nil, chain: 0, using: &generator).position
  }
}

extension [Chain] {
  /// The gradients that were evaluated for the draws that were kept.
  var leapfrogSteps: Double {
    reduce(0) { $0 + ($1.statistics[.leapfrogSteps] ?? []).reduce(0, +) }
  }
}
