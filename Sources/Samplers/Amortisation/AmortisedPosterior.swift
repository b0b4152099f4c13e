public import Inference
import RealModule

/// One flow for the posteriors of all data that an experiment may see: trained once on simulations, it has the posterior of new
/// data in a few milliseconds, which importance weights by the true density make exact.
///
/// Each posterior is seen from its own mode m, in coordinates x with u = m + A x in which its curvature there is that of N(0, I);
/// the flow is the density of x given m and log |aᵢ|, the logarithms of the lengths of A's rows. Untrained it is N(0, I), so
/// that training only has the departures from a normal density to learn, from draws (u, data) of prior and likelihood, of
/// which x is a draw of the posterior of the data (Papamakarios & Murray 2016, arXiv:1605.06376).
public struct AmortisedPosterior: Sendable {
  /// The density of x given what is known of the mode.
  public let flow: SavedFlow
  /// The share of draws from a wide density around each mode, which bounds weights.
  private static let wideShare = 0.02

  /// The posterior of simulated data, at whose points u the prior is N(0, I), and the point that they were simulated at.
  public typealias Simulation = (point: [Double], posterior: any LogDensity)

  /// How the flow is trained.
  public struct Settings: Sendable, Equatable {
    /// The number of simulations, at least 100, a tenth of which is held out.
    public var simulationCount = 300_000
    /// The number of steps of training.
    public var stepCount = 30_000
    /// H.
    public var hidden = 32
    /// The number of Hamiltonians in sequence.
    public var hamiltonians = 2
    /// L.
    public var leapfrogSteps = 2

    /// The defaults.
    public init() {}
  }

  /// Weighted draws of one posterior.
  public struct Draws: Sendable {
    /// The points u.
    public let points: [[Double]]
    /// Their weights.
    public let weights: ImportanceWeights
    /// The efficiency that N(0, I) in the place of the flow would have, with as many draws of the wide density.
    public let laplaceEfficiency: Double
  }

  /// An amortised posterior that was trained before.
  ///
  /// - Parameter flow: of D columns that are given 2 D.
  /// - Throws: `SavedFlowError` for another shape.
  public init(_ flow: SavedFlow) throws(SavedFlowError) {
    guard flow.flow.givenCount == 2 * flow.flow.dimension else {
      throw .wrongCount(
        of: "given columns", found: flow.flow.givenCount, expected: 2 * flow.flow.dimension)
    }
    self.flow = flow
  }

  /// Trains on simulations.
  ///
  /// - Parameters:
  ///   - names: of the D parameters.
  ///   - settings: how.
  ///   - notes: for a reader of the saved flow.
  ///   - context: where to run; its seed is that of all random numbers.
  ///   - simulate: draws a point from the prior and data from the likelihood there; nil where the model has no
  ///     meaning.
  /// - Throws: `SamplingError`, also where fewer than half of the simulations have a posterior with a mode.
  /// - Complexity: a search for a mode, about fifty calls of the density, for each simulation.
  public static func train(
    names: [String], _ settings: Settings = Settings(), notes: [String: String] = [:],
    in context: RunContext = RunContext(),
    simulate: @escaping @Sendable (inout RandomStream) -> Simulation?
  ) async throws -> AmortisedPosterior {
    let dimension = names.count
    let seed = context.seed
    let rows = try await context.tiles(
      settings.simulationCount, size: 100, during: "simulations"
    ) { tile, range in
      var generator = seed.stream("simulations", tile)
      return range.compactMap { _ -> [Double]? in
        guard let (point, posterior) = simulate(&generator),
          let view = PosteriorView(posterior)
        else { return nil }
        return view.coordinates.coordinates(of: point).coordinates + view.summary
      }
    }.filter { $0.allSatisfy(\.isFinite) }
    guard rows.count >= max(100, settings.simulationCount / 2) else {
      throw SamplingError.tooFewSimulations(
        found: rows.count, of: settings.simulationCount)
    }
    var scales = Standardisation(of: rows.flatMap(\.self), dimension: 3 * dimension)
    // x is as it should be already.
    for i in 0..<dimension { (scales.means[i], scales.scales[i]) = (0, 1) }
    let standardised = rows.map { scales.standardise($0) }
    let heldOutCount = rows.count / 10
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (512, settings.stepCount, .max)
    training.learningRate = .cosine(peak: 5e-3, floor: 0, warmUp: 0)
    training.checkInterval = max(1, settings.stepCount / 20)
    training.averagedSteps = 50
    let start = Self.untrained(dimension, settings, seed)
    let (trained, state) = try await FlowTrainer(training).train(
      start, on: standardised.dropFirst(heldOutCount).flatMap(\.self),
      heldOut: standardised.prefix(min(heldOutCount, 4000)).flatMap(\.self), in: context
    ) { state in
      if let event = state.progress(of: settings.stepCount) { context.events(event) }
    }
    try context.checkStop(during: "training")
    var notes = notes
    notes["simulations"] = "\(rows.count)"
    notes["held-out −ELBO"] = "\(-(state.bestRecord?.score ?? .nan))"
    return try AmortisedPosterior(
      SavedFlow(
        trained,
        columns: names.map { "whitened \($0)" } + names.map { "mode of \($0)" }
          + names.map { "log scale of \($0)" }, standardisation: scales,
        coordinates: "about the mode, of curvature 1", notes: notes))
  }

  /// The exact quarter turn of N(0, I), with networks that begin as zero.
  private static func untrained(
    _ dimension: Int, _ settings: Settings, _ seed: Seed
  ) -> NeuralHamiltonianFlow {
    let (hidden, steps) = (settings.hidden, settings.leapfrogSteps)
    let inputs = 3 * dimension
    let widths = [inputs, hidden, hidden, 1]
    let potential = Energy.sum([
      .features(
        FeatureEnergy(
          .quadratic(QuadraticEnergy(dimension: dimension, isShifted: true)),
          of: (0..<dimension).map { place in
            QuadraticFeature([], slopes: (0..<inputs).map { $0 == place ? 1 : 0 })
          }, dimension: inputs)),
      .network(MultilayerPerceptron(widths: widths, activation: .tanh)),
    ])
    // Half the angle of a step, of Hamiltonians that share the quarter turn.
    let angle = Double.pi / (4 * Double(steps * settings.hamiltonians))
    var generator = NeuralHamiltonianFlow.initialParameters(seed: seed)
    func density(_ inputs: Int) -> ConditionalGaussian {
      ConditionalGaussian(
        dimension: dimension, inputs: inputs, scale: .full, isLinear: true,
        hidden: [hidden, hidden], activation: .tanh)
    }
    var flow = NeuralHamiltonianFlow(
      base: .conditional(density(2 * dimension)), encoder: density(inputs),
      blocks: Array(
        repeating: HamiltonianBlock(
          potential: potential, kinetic: .quadratic(QuadraticEnergy(dimension: dimension)),
          stepCount: steps), count: settings.hamiltonians),
      finalMomentum: density(inputs), givenCount: 2 * dimension,
      time: 2 * Double(steps) * .sin(angle), outputScale: 0, using: &generator)
    flow.setMomentumScales(.cos(angle))
    return flow
  }

  /// Weighted draws of many posteriors.
  ///
  /// - Parameters:
  ///   - posteriors: at whose points the prior is N(0, I).
  ///   - count: the number of draws of each.
  ///   - context: where to run; its seed is that of the draws.
  /// - Returns: the draws of each; nil where no mode is found.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: for each posterior a search for the mode, and a call of the density for each draw.
  public func draws(
    of posteriors: [any LogDensity], _ count: Int = 1000, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Draws?] {
    let views = try await context.tiles(posteriors.count, size: 4, during: "searches for modes") {
      _, range in range.map { PosteriorView(posteriors[$0]) }
    }
    let seen = views.indices.filter { views[$0] != nil }
    let wideCount = Int((Self.wideShare * Double(count)).rounded())
    // Rounding is far below the noise of weights.
    let map = HamiltonianMap(flow.flow, precision: .single)
    let givens = seen.map { flow.given(views[$0]?.summary ?? []) }
    let drawn = try await map.sample(
      seen.count * (count - wideCount),
      given: givens.flatMap { repeatElement($0, count: count - wideCount).joined() },
      "amortised draws", in: context)
    let seed = context.seed
    let places = try await context.tiles(seen.count, size: 16, during: "wide draws") { _, range in
      range.flatMap { index -> [Double] in
        var generator = seed.stream("amortised wide draws", index)
        return views[seen[index]]?.wideDraws(wideCount, using: &generator) ?? []
      }
    }
    let wide = try await map.drawFinalMomenta(
      at: places, given: givens.flatMap { repeatElement($0, count: wideCount).joined() },
      "amortised momenta", in: context)
    let ownFlow = flow.flow
    let results = try await context.tiles(seen.count, size: 4, during: "weights") { _, range in
      range.map { index -> Draws? in
        views[seen[index]].map { view in
          view.weigh(
            drawn.taking(index * (count - wideCount)..<(index + 1) * (count - wideCount), ownFlow),
            wide.taking(index * wideCount..<(index + 1) * wideCount, ownFlow), ownFlow,
            share: Double(wideCount) / Double(count))
        }
      }
    }
    var all = [Draws?](repeating: nil, count: posteriors.count)
    for (place, result) in zip(seen, results) { all[place] = result }
    return all
  }
}
