public import Inference

/// Trains flows: towards a log density, by draws of one, or on data.
///
/// Computes in `Float`; the same seed gives the same bits, whatever the number of threads.
public struct FlowTrainer: Sendable {
  /// The settings.
  public let settings: FlowTraining
  /// The seed of all random numbers.
  public let seed: Seed
  /// How many threads share a batch; by default, as many as pay.
  public var threadCount: Int?

  /// A trainer.
  public init(_ settings: FlowTraining, seed: Seed) {
    self.settings = settings
    self.seed = seed
  }

  /// Trains a flow towards a density, by the reverse loss and, where there are draws of the density
  /// and a share for them, by their likelihood.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - density: the density.
  ///   - draws: positions, D numbers each; may be empty.
  ///   - state: where training of this flow stopped before; one that does not fit is not looked at.
  ///   - shouldStop: asked after every step.
  ///   - progress: told of every look at held-out draws, with what it takes to go on from there.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, towards density: any LogDensity, draws: [Double] = [],
    from state: FlowTrainingState? = nil, unless shouldStop: () -> Bool = { false },
    progress: (FlowTrainingState) -> Void = { _ in }
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let objective = FlowObjective<Float>(
      flow, batchSize: settings.batchSize, threadCount: threadCount)
    let share = draws.isEmpty ? 0 : settings.dataShare
    let points = draws.map { Float($0) }
    return run(
      flow, from: state, startingBeta: settings.isTempered ? 0 : 1, unless: shouldStop, progress
    ) { state in
      var gradient = [Float](repeating: 0, count: flow.parameters.count)
      var loss = 0.0
      if share < 1 {
        loss +=
          (1 - share)
          * objective.reverse(
            density, at: state.parameters, temperedBy: state.beta, settings.estimator, seed: seed,
            batch: state.step)
        add(Float(1 - share), objective.gradient, to: &gradient)
        if state.beta < 1 { raiseBeta(&state, objective) }
      }
      if share > 0 {
        let batch = minibatch(of: points, flow.dimension, state.step)
        loss += share * dataLoss(objective, batch, state)
        add(Float(share), objective.gradient, to: &gradient)
      }
      return (loss, gradient)
    } score: { parameters in
      var trained = flow
      trained.parameters = parameters.map { Double($0) }
      let weights = FlowMap<Double>(trained).logWeights(
        of: density, settings.heldOutCount, seed: seed, "held-out")
      return ImportanceWeights(weights).efficiency
    }
  }

  /// Trains a flow as a density of data, by the evidence lower bound (Souveton et al. 2023, equation
  /// 4, with the density of the momentum), or by that of several momenta for each point.
  ///
  /// - Parameters:
  ///   - state: where training of this flow stopped before.
  ///   - shouldStop: asked after every step.
  ///   - progress: told of what happens, as it happens.
  ///   - flow: the flow.
  ///   - data: D numbers for each point, at least one point.
  ///   - heldOut: points that training does not see, for choosing the best parameters.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, on data: [Double], heldOut: [Double],
    from state: FlowTrainingState? = nil, unless shouldStop: () -> Bool = { false },
    progress: (FlowTrainingState) -> Void = { _ in }
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    precondition(data.count >= flow.dimension, "no points to learn from")
    let points = data.map { Float($0) }
    return train(
      flow, onBatches: { minibatch(of: points, flow.dimension, $0) }, heldOut: heldOut,
      from: state, unless: shouldStop, progress: progress)
  }

  /// Trains a flow as a density that can be drawn from, on fresh draws at every step: nothing is
  /// learned by heart.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - draws: makes the draws of a step, exactly batch size × D numbers, from a stream of its own;
  ///     the settings' noise is not added.
  ///   - heldOut: draws for choosing the best parameters.
  ///   - state: where training of this flow stopped before.
  ///   - shouldStop: asked after every step.
  ///   - progress: told of what happens, as it happens.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, onFresh draws: (inout RandomStream) -> [Double],
    heldOut: [Double], from state: FlowTrainingState? = nil,
    unless shouldStop: () -> Bool = { false }, progress: (FlowTrainingState) -> Void = { _ in }
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    train(
      flow,
      onBatches: { step in
        var generator = RandomStream(seed: seed, "fresh draws", step)
        return draws(&generator).map { Float($0) }
      }, heldOut: heldOut, from: state, unless: shouldStop, progress: progress)
  }

  private func train(
    _ flow: NeuralHamiltonianFlow, onBatches batch: (Int) -> [Float], heldOut: [Double],
    from state: FlowTrainingState?, unless shouldStop: () -> Bool,
    progress: (FlowTrainingState) -> Void
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let objective = FlowObjective<Float>(
      flow, batchSize: settings.batchSize, threadCount: threadCount)
    return run(flow, from: state, startingBeta: 1, unless: shouldStop, progress) { state in
      (dataLoss(objective, batch(state.step), state), objective.gradient)
    } score: { parameters in
      var trained = flow
      trained.parameters = parameters.map { Double($0) }
      let bounds = FlowMap<Float>(trained).densityBounds(
        at: heldOut.map { Float($0) }, draws: settings.momentaPerPoint, seed: seed)
      return bounds.importance.reduce(0, +) / Double(max(1, bounds.importance.count))
    }
  }

  // MARK: Steps

  private func run(
    _ flow: NeuralHamiltonianFlow, from given: FlowTrainingState?, startingBeta: Double,
    unless shouldStop: () -> Bool, _ progress: (FlowTrainingState) -> Void,
    loss: (inout FlowTrainingState) -> (Double, [Float]), score: ([Float]) -> Double
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    precondition(
      settings.cooling.map { $0.isPossible && !flow.encoder.isLearned } ?? true,
      "momenta cool from and to 0.001 to 1000, in a share of 0 to 1, if they are not learned")
    precondition(
      (0...1).contains(settings.heldKineticShare), "kinetic energies are held in a share of 0 to 1")
    var state =
      given.flatMap { $0.fits(flow, settings) ? $0 : nil }
      ?? FlowTrainingState(flow, beta: startingBeta)
    if state.step == 0 {
      setInitialMomenta(of: flow, &state)
      look(&state, score, progress)
    }
    let motion = flow.layout.motion
    while state.step < settings.stepCount, !isFinished(state), !shouldStop() {
      let rate =
        state.rateFactor * settings.learningRate.rate(at: state.step, of: settings.stepCount)
      setInitialMomenta(of: flow, &state)
      let isHeld = isMotionHeld(state)
      let (value, gradient) = loss(&state)
      state.step += 1
      if value.isFinite, gradient.allSatisfy(\.isFinite) {
        state.optimizer.step(
          &state.parameters, down: gradient, rate: rate, clip: settings.gradientClip,
          secondDecay: settings.cooling == nil
            ? Adam<Float>.secondDecay : MomentumCooling.secondDecay)
        if isHeld {
          // Adam has seen their gradients, or its first steps would be too long when they are free.
          for i in motion.joined() { state.parameters[i] = Float(flow.parameters[i]) }
        }
        state.updateAverage(over: settings.averagedSteps)
        state.lossSum += value
        state.lossCount += 1
      } else {
        state.parameters = state.goodParameters
        state.optimizer = state.goodOptimizer
        state.rateFactor *= 0.5
        state.notes.append(
          "the loss of step \(state.step) was not finite: went back to the last good parameters, "
            + "with half the learning rate")
      }
      if state.step.isMultiple(of: settings.checkInterval) || state.step == settings.stepCount {
        look(&state, score, progress)
      }
    }
    var trained = flow
    trained.parameters = state.best.map { Double($0) }
    return (trained, state)
  }

  /// Looks at held-out draws, and keeps the parameters if they are the best so far.
  private func look(
    _ state: inout FlowTrainingState, _ score: ([Float]) -> Double,
    _ progress: (FlowTrainingState) -> Void
  ) {
    let value = score(state.average)
    state.records.append(
      FlowTrainingRecord(
        step: state.step, loss: state.lossSum / Double(max(1, state.lossCount)), score: value,
        beta: state.beta,
        rate: state.rateFactor
          * settings.learningRate.rate(at: state.step, of: settings.stepCount)))
    (state.lossSum, state.lossCount) = (0, 0)
    if value > state.bestScore {
      (state.best, state.bestScore, state.looksSinceBest) = (state.average, value, 0)
    } else if state.beta == 1, !isMotionHeld(state) {
      state.looksSinceBest += 1
    }
    if value.isFinite {
      (state.goodParameters, state.goodOptimizer) = (state.parameters, state.optimizer)
    }
    progress(state)
  }

  /// Makes base momenta as cold as the schedule says.
  private func setInitialMomenta(
    of flow: NeuralHamiltonianFlow, _ state: inout FlowTrainingState
  ) {
    guard let cooling = settings.cooling else { return }
    state.setInitialMomenta(
      flow, cooling.standardDeviation(at: state.step, of: settings.stepCount))
  }

  private func isMotionHeld(_ state: FlowTrainingState) -> Bool {
    let isCooling = settings.cooling.map { !$0.isOver(at: state.step, of: settings.stepCount) }
    return isCooling ?? false
      || Double(state.step) < settings.heldKineticShare * Double(settings.stepCount)
  }

  private func isFinished(_ state: FlowTrainingState) -> Bool {
    state.looksSinceBest >= settings.patience || state.rateFactor < 1e-6
  }

  private func dataLoss(
    _ objective: FlowObjective<Float>, _ batch: [Float], _ state: FlowTrainingState
  ) -> Double {
    objective.data(
      batch, momenta: settings.momentaPerPoint, settings.momentumEstimator, at: state.parameters,
      seed: seed, batch: state.step)
  }

  /// Some of the points, with noise where it is asked for.
  private func minibatch(of points: [Float], _ dimension: Int, _ step: Int) -> [Float] {
    let count = points.count / dimension
    var generator = RandomStream(seed: seed, "minibatch", step)
    let choice = (0..<settings.batchSize).map { _ in Int.random(in: 0..<count, using: &generator) }
    var batch = choice.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }
    if settings.dataNoise > 0 {
      for i in batch.indices {
        batch[i] += Float(settings.dataNoise * generator.nextStandardNormal())
      }
    }
    return batch
  }

  private func add(_ factor: Float, _ other: [Float], to gradient: inout [Float]) {
    for i in gradient.indices { gradient[i] += factor * other[i] }
  }
}
