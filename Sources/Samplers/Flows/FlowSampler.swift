public import Inference
import RealModule

/// Samples a posterior with a neural Hamiltonian flow: fits coordinates, trains the flow in them,
/// draws, weighs, judges, and falls back on a chain where the verdict is bad.
///
/// ```swift
/// let posterior = try Posterior(space.standardised, likelihood)
/// let result = try await FlowSampler(seed: 1).run(posterior)
/// print(result.verdict.grade, result.weights.logEvidence)
/// ```
public struct FlowSampler: Sendable {
  /// Which flow, and how it is trained.
  public var preset = FlowPreset.default
  /// What differs from the preset.
  public var options = FlowPreset.Options()
  /// The coordinates; nil for those that the preset is made for.
  public var coordinates: CoordinateChoice?
  /// The number of weighted draws.
  public var drawCount = 20_000
  /// ε, the share of them that a wide density draws.
  public var defensiveShare = 0.02
  /// What follows a verdict.
  public var fallback = Fallback.automatic
  /// The seed of all random numbers.
  public let seed: UInt64

  /// When Hamiltonian Monte Carlo runs behind the flow.
  public enum Fallback: String, Sendable, Codable, CaseIterable {
    /// If the weights are rejected.
    case automatic = "auto"
    /// In any case.
    case always
    /// Never.
    case never
  }

  /// The defaults.
  public init(seed: UInt64) { self.seed = seed }

  /// What is told while it runs.
  public enum Event: Sendable {
    /// Coordinates are there.
    case fitted(CoordinateChoice, evaluationCount: Int)
    /// Training has looked at held-out draws.
    case trained(FlowTrainingState, of: FlowTraining)
    /// The chains behind the flow begin.
    case fallingBack
  }

  /// The coordinates that are used for a posterior of a dimension.
  public func resolvedCoordinates(dimension: Int) -> CoordinateChoice {
    switch coordinates ?? (preset == .paper ? .natural : (preset == .prior ? .probit : .automatic))
    {
    case .automatic: dimension <= 4 ? .map : .whitened
    case let choice: choice
    }
  }

  /// Samples a density at whose points the prior is N(0, I), such as a posterior over
  /// `ParameterSpace.standardised`.
  ///
  /// - Parameters:
  ///   - progress: told of what happens, as it happens.
  ///   - density: the density.
  ///   - space: the parameters, where natural coordinates are asked for.
  ///   - points: draws of the density by another sampler, for the forward verdict and, where the
  ///     training has a share for draws, for that; may be empty.
  ///   - state: where training stopped before.
  ///   - shouldStop: asked after every step of training, which then ends.
  /// - Throws: `SamplingError` if no coordinates can be fitted, or the fallback cannot start.
  public func run(
    _ density: any LogDensity, space: ParameterSpace? = nil, comparingWith points: [[Double]] = [],
    from state: FlowTrainingState? = nil,
    unless shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Event) -> Void = { _ in }
  ) async throws(SamplingError) -> FlowPosterior {
    let choice = resolvedCoordinates(dimension: density.dimension)
    let clock = ContinuousClock()
    let begin = clock.now
    // A flow that learns from draws may as well have coordinates from them.
    let fit = try await FittedCoordinates.fit(
      choice, to: density, natural: space, whitening: options.dataShare > 0 ? points : [],
      seed: seed)
    let fitted = clock.now
    progress(.fitted(choice, evaluationCount: fit.evaluationCount))
    let target = TransformedDensity(density, in: fit.coordinates)

    let (untrained, training) = preset.make(
      dimension: density.dimension, options: options, seed: seed)
    let draws = points.flatMap { fit.coordinates.coordinates(of: $0).coordinates }
    let trained = FlowTrainer(training, seed: seed).train(
      untrained, towards: target, draws: draws, from: state, unless: shouldStop
    ) { progress(.trained($0, of: training)) }
    // One that had been trained before had nothing to tell.
    progress(.trained(trained.state, of: training))
    let done = clock.now

    let proposal = FlowProposal(
      target, flow: trained.flow, wide: fit.wide, share: defensiveShare)
    var result = FlowPosterior(
      proposal: proposal, draws: proposal.sample(drawCount, seed: seed),
      forwardDraws: points.isEmpty ? nil : proposal.weigh(points: points, seed: seed),
      coordinates: choice, fit: fit, training: trained.state,
      laplace: laplaceWeights(density, fit),
      untrained: gaussianWeights(target, RandomStream(seed: seed, "coordinates")))
    (result.fitDuration, result.trainingDuration) = (fitted - begin, done - fitted)
    let isWanted =
      fallback == .always || (fallback == .automatic && result.verdict.grade == .rejected)
    if isWanted, !shouldStop() {
      progress(.fallingBack)
      let neutra = NeutraDensity(target, behind: trained.flow)
      result.exact = try await exactChains(
        from: .points(chainStarts(result, behind: trained.flow, count: 4))
      ).run(
        NoUTurnSampler(neutra, metric: DenseMetric(dimension: neutra.dimension)),
        unless: shouldStop)
    }
    return result
  }

  /// What runs chains behind the flow, on random streams that no other chains have.
  public func exactChains(from start: ChainStart = .prior) -> ChainRunner {
    ChainRunner(
      warmUpCount: 500, drawCount: 1000, seed: seed, start: start, purpose: "chain behind the flow")
  }

  /// Where chains behind a flow begin: at weighted draws, in equal steps of weight along the coordinate
  /// in which they spread most. What the flow has missed, the wide draws may have found: a second
  /// hill with a quarter of the weight has a chain of its own, and R-hat sees it.
  private func chainStarts(
    _ posterior: FlowPosterior, behind flow: NeuralHamiltonianFlow, count: Int
  ) -> [[Double]] {
    let weights = posterior.weights.normalised
    let points = posterior.draws.coordinates
    let dimension = flow.dimension
    guard
      let moments = PointMoments(points.flatMap(\.self), weights, dimension: dimension),
      let widest = (0..<dimension).max(by: { moments.deviations[$0] < moments.deviations[$1] })
    else { return [] }
    var (chosen, sum) = ([Double](), 0.0)
    let weighted = points.indices.filter { weights[$0] > 0 }
    for index in weighted.sorted(by: { points[$0][widest] < points[$1][widest] }) {
      sum += weights[index]
      while chosen.count < count * dimension,
        sum * Double(count) > Double(chosen.count / dimension) + 0.5
      {
        chosen += points[index]
      }
    }
    let map = FlowMap<Double>(flow)
    let base = map.inverse(map.drawFinalMomenta(at: chosen, seed: seed, "fallback").points)
    return stride(from: 0, to: chosen.count, by: dimension).map { first in
      Array(base.positions[first..<first + dimension] + base.momenta[first..<first + dimension])
    }
  }

  /// Weights of N(0, I) in the coordinates: what they alone are worth.
  private func gaussianWeights(
    _ target: any LogDensity, _ generator: RandomStream
  ) -> ImportanceWeights {
    var generator = generator
    let dimension = target.dimension
    return ImportanceWeights(
      (0..<min(drawCount, 10_000)).map { _ in
        var x = [Double](repeating: 0, count: dimension)
        var span = x.mutableSpan
        generator.fillWithStandardNormals(&span)
        let logProposal = x.reduce(0) { $0 + NormalDistribution.logDensity(at: $1) }
        let weight = target.logDensityAndGradient(at: x).logDensity - logProposal
        return weight < .infinity ? weight : -.infinity
      })
  }

  /// Weights of the normal approximation at the mode: the line that any flow must beat.
  private func laplaceWeights(
    _ density: any LogDensity, _ fit: FittedCoordinates.Fit
  ) -> ImportanceWeights? {
    guard let laplace = fit.laplace, let white = try? WhiteningCoordinates(laplace) else {
      return nil
    }
    return gaussianWeights(
      TransformedDensity(density, in: white), RandomStream(seed: seed, "laplace"))
  }
}
