public import Inference

/// Hamiltonian Monte Carlo with the no-U-turn criterion and a dense metric: the reference.
public struct HamiltonianSampler: Sampler {
  /// How many chains, 1 to 1000.
  public var chains = 4
  /// How many draws each keeps, at least 4.
  public var draws = 2000
  /// How many transitions before them tune the sampler, at least 20.
  public var warmUp = 1000
  /// The acceptance probability that the step size is adapted to, above 0 and below 1.
  public var targetAcceptance = 0.8
  /// Where the chains begin.
  public var start = Start.prior
  /// What it moves in; nil for the posterior's own coordinates.
  public var coordinates: CoordinateChoice?

  /// Where chains begin.
  public enum Start: String, Sendable, Codable, CaseIterable {
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
  }

  /// "hmc".
  public static let name = "hmc"
  private static let title = "HMC"
  /// The number of draws.
  public static let extendable: Set = ["draws"]

  /// The ranges of all numbers.
  public var rules: [SettingRule] {
    [
      SettingRule("chains", chains, in: 1...1000), SettingRule("draws", draws, in: 4...10_000_000),
      SettingRule("warm_up", warmUp, in: 20...10_000_000),
      SettingRule(
        "target_acceptance", targetAcceptance > 0 && targetAcceptance < 1, "between 0 and 1"),
    ]
  }

  /// The chains in words.
  public var summary: String { "NUTS, \(chains) chains of \(draws) draws after \(warmUp)" }

  /// Samples in coordinates of the posterior's own, or in such as are fitted to it first.
  public func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet] {
    let begin = ContinuousClock.now
    let runner = ChainRunner(
      chainCount: chains, warmUpCount: warmUp, drawCount: draws,
      targetAcceptance: targetAcceptance, start: start.value)
    let made: [Chain]
    if let coordinates, coordinates != .natural {
      let normal = posterior.standardised
      let fit = try await FittedCoordinates.fit(
        coordinates, to: normal, natural: posterior.space, in: context)
      made = try await runner.run(
        TransformedDensity(normal, in: fit.coordinates), root: Self.name, title: Self.title,
        in: context)
    } else {
      made = try await runner.run(posterior, root: Self.name, title: Self.title, in: context)
    }
    let calls = made.leapfrogSteps
    return [
      SampleSet(
        root: Self.name, title: Self.title, chains: made,
        outcome: SamplerOutcome(
          seconds: (.now - begin) / .seconds(1), likelihoodCalls: calls > 0 ? calls : nil))
    ]
  }
}

extension [Chain] {
  /// The gradients that were evaluated for the draws that were kept.
  var leapfrogSteps: Double {
    reduce(0) { $0 + ($1.statistics[.leapfrogSteps] ?? []).reduce(0, +) }
  }
}
