public import Inference

/// Trains flows: towards a log density, by draws of one, or on data.
///
/// Computes in `Float`; the same seed gives the same bits, whatever the number of workers. Asked to
/// stop, it returns what it has, with a state to continue from.
public struct FlowTrainer: Sendable {
  /// The settings.
  public let settings: FlowTraining
  /// The terms added to the loss.
  public let penalties: [any TrainingPenalty]
  /// Elements of a group that rows are moved by.
  private let elements: [[Double]]

  /// So many random elements stand for a group.
  private static let elementCount = 1024

  /// A trainer.
  ///
  /// - Parameters:
  ///   - settings: the settings.
  ///   - penalties: terms to add to the loss; held-out draws are scored without them.
  ///   - symmetry: rows are moved by its elements at random. For a flow that is penalised, which then need not unlearn where
  ///     rows are, and for one that has the symmetry exactly but no canonical frame of it, so that r becomes equivariant too. Not
  ///     for translations, which move the centre of mass.
  public init(
    _ settings: FlowTraining, penalties: [any TrainingPenalty] = [], symmetry: Symmetry? = nil
  ) {
    (self.settings, self.penalties) = (settings, penalties)
    var generator = RandomStream(seed: 1, "elements for rows")
    elements = (0..<(symmetry == nil ? 0 : Self.elementCount)).compactMap { _ in
      symmetry?.randomElement(using: &generator).matrix
    }
    precondition(symmetry?.isRelative != true, "rows are not moved by translations")
  }

  /// Trains a flow towards a density, by the reverse loss and, where there are draws of the density
  /// and a share for them, by their likelihood.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - density: the density.
  ///   - draws: positions, D numbers each; may be empty.
  ///   - state: where training of this flow stopped before; one that does not fit is ignored.
  ///   - context: where to run; its seed is that of all random numbers.
  ///   - progress: receives the state after every check on held-out draws.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, towards density: any LogDensity, draws: [Double] = [],
    from state: FlowTrainingState? = nil, in context: RunContext = RunContext(),
    progress: (FlowTrainingState) -> Void = { _ in }
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let objective = FlowObjective(flow, batchSize: settings.batchSize, workers: context.workers)
    let share = draws.isEmpty ? 0 : settings.dataShare
    return try await run(
      flow, from: state, startingBeta: settings.isTempered ? 0 : 1, context, progress
    ) { state in
      var gradient = [Float](repeating: 0, count: flow.parameters.count)
      var loss = 0.0
      if share < 1 {
        let value = await objective.reverse(
          density, at: state.numbers, temperedBy: state.beta, settings.estimator,
          seed: context.seed, batch: state.step)
        loss += (1 - share) * value.loss
        add(Float(1 - share), value.gradient, to: &gradient)
        if state.beta < 1 { raiseBeta(&state, value) }
      }
      if share > 0 {
        let batch = minibatch(of: draws, flow, state.step, context.seed)
        let value = await dataLoss(objective, batch, state, context.seed)
        loss += share * value.loss
        add(Float(share), value.gradient, to: &gradient)
      }
      return (loss, gradient)
    } score: { flow, context throws(SamplingError) in
      let weights = try await HamiltonianMap(flow).logWeights(
        of: density, settings.heldOutCount, "held-out", in: context)
      return ImportanceWeights(weights).efficiency
    }
  }

  /// Trains a flow as a density of data, by the evidence lower bound (Souveton et al. 2023, equation
  /// 4, with the density of the momentum), or by that of several momenta for each point.
  ///
  /// - Parameters:
  ///   - state: where training of this flow stopped before.
  ///   - context: where to run; its seed is that of all random numbers.
  ///   - progress: receives the state after every check on held-out points.
  ///   - flow: the flow.
  ///   - data: D numbers for each point and C that are given, at least one point.
  ///   - heldOut: points that training does not see, for choosing the best parameters.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, on data: [Double], heldOut: [Double],
    from state: FlowTrainingState? = nil, in context: RunContext = RunContext(),
    progress: (FlowTrainingState) -> Void = { _ in }
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    precondition(data.count >= flow.inputCount, "no points to learn from")
    return try await train(
      flow, onBatches: { minibatch(of: data, flow, $0, context.seed) },
      heldOut: heldOut, from: state, context, progress)
  }

  /// Trains a flow on fresh draws of a density at every step, so that it cannot
  /// overfit.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - draws: makes the draws of a step, exactly batch size × (D + C) numbers, from a stream of its own;
  ///     the settings' noise is not added.
  ///   - heldOut: draws for choosing the best parameters.
  ///   - state: where training of this flow stopped before.
  ///   - context: where to run; its seed is that of all random numbers.
  ///   - progress: receives the state after every check on held-out points.
  /// - Returns: the flow with the best parameters seen, and the state.
  public func train(
    _ flow: NeuralHamiltonianFlow, onFresh draws: (inout RandomStream) -> [Double],
    heldOut: [Double], from state: FlowTrainingState? = nil,
    in context: RunContext = RunContext(), progress: (FlowTrainingState) -> Void = { _ in }
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    try await train(
      flow,
      onBatches: { step in
        var generator = context.seed.stream("fresh draws", step)
        return draws(&generator)
      }, heldOut: heldOut, from: state, context, progress)
  }

  private func train(
    _ flow: NeuralHamiltonianFlow, onBatches batch: (Int) -> [Double], heldOut: [Double],
    from state: FlowTrainingState?, _ context: RunContext, _ progress: (FlowTrainingState) -> Void
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let objective = FlowObjective(flow, batchSize: settings.batchSize, workers: context.workers)
    return try await run(flow, from: state, startingBeta: 1, context, progress) { state in
      let value = await dataLoss(objective, batch(state.step), state, context.seed)
      return (value.loss, value.gradient.map { Float($0) })
    } score: { flow, context throws(SamplingError) in
      let (positions, given) = flow.split(heldOut)
      let bounds = try await HamiltonianMap(flow, precision: .single).densityBounds(
        at: positions, given: given, draws: settings.momentaPerPoint, in: context)
      return bounds.importance.reduce(0, +) / Double(max(1, bounds.importance.count))
    }
  }

  // MARK: Steps

  private typealias Score =
    (NeuralHamiltonianFlow, RunContext) async throws(SamplingError) -> Double

  private func run(
    _ flow: NeuralHamiltonianFlow, from given: FlowTrainingState?, startingBeta: Double,
    _ context: RunContext, _ progress: (FlowTrainingState) -> Void,
    loss: (inout FlowTrainingState) async -> (Double, [Float]), score: Score
  ) async throws(SamplingError) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    precondition(
      settings.cooling.map { $0.isPossible && !flow.encoder.isLearned } ?? true,
      "momenta cool from and to 0.001 to 1000, in a share of 0 to 1, if they are not learned")
    precondition(
      (0...1).contains(settings.heldKineticShare), "kinetic energies are held in a share of 0 to 1")
    var state =
      given.flatMap {
        $0.fits(flow, settings) && $0.memories.count == penalties.count ? $0 : nil
      } ?? FlowTrainingState(flow, beta: startingBeta, penaltyCount: penalties.count)
    if state.step == 0 {
      setInitialMomenta(of: flow, &state)
      try await look(flow, &state, context, score, progress)
    }
    let motion = flow.layout.motion
    while state.step < settings.stepCount, !isFinished(state), !context.stop.isRequested {
      let rate =
        state.rateFactor * settings.learningRate.rate(at: state.step, of: settings.stepCount)
      setInitialMomenta(of: flow, &state)
      let isHeld = isMotionHeld(state)
      var (value, gradient) = await loss(&state)
      for (index, penalty) in penalties.enumerated() {
        let term = await penalty.evaluate(
          flow.with(state.parameters), step: state.step, memory: &state.memories[index],
          in: context)
        value += term.value
        add(1, term.gradient, to: &gradient)
      }
      state.step += 1
      if value.isFinite, gradient.allSatisfy(\.isFinite) {
        state.optimizer.step(
          &state.parameters, down: gradient, rate: rate, clip: settings.gradientClip,
          secondDecay: settings.cooling == nil
            ? Adam<Float>.secondDecay : MomentumCooling.secondDecay)
        if isHeld {
          // Adam has accumulated their gradients, or its first steps would be too long once they are free.
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
          "the loss of step \(state.step) was not finite: returned to the last good parameters "
            + "with half the learning rate")
      }
      if state.step.isMultiple(of: settings.checkInterval) || state.step == settings.stepCount {
        try await look(flow, &state, context, score, progress)
      }
    }
    return (flow.with(state.best), state)
  }

  /// Evaluates the held-out draws, and keeps the parameters if they are the best so far.
  private func look(
    _ flow: NeuralHamiltonianFlow, _ state: inout FlowTrainingState, _ context: RunContext,
    _ score: Score, _ progress: (FlowTrainingState) -> Void
  ) async throws(SamplingError) {
    // A check is not interrupted: the state would include the step, but not the check.
    var patient = context
    patient.stop = .never
    let value = try await score(flow.with(state.average), patient)
    state.records.append(
      FlowTrainingRecord(
        step: state.step, loss: state.lossSum / Double(max(1, state.lossCount)), score: value,
        beta: state.beta,
        rate: state.rateFactor
          * settings.learningRate.rate(at: state.step, of: settings.stepCount),
        memories: state.memories))
    (state.lossSum, state.lossCount) = (0, 0)
    let isMet = zip(penalties, state.memories).allSatisfy { $0.isMet($1) }
    if isMet == state.bestIsMet ? value > state.bestScore : isMet && value.isFinite {
      (state.best, state.bestScore, state.bestIsMet) = (state.average, value, isMet)
      state.looksSinceBest = 0
    } else if state.beta == 1, isMet, !isMotionHeld(state) {
      state.looksSinceBest += 1
    }
    if value.isFinite {
      (state.goodParameters, state.goodOptimizer) = (state.parameters, state.optimizer)
    }
    progress(state)
  }

  /// Sets the temperature of base momenta according to the schedule.
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
      || (state.step >= settings.checkInterval
        && state.bestScore >= settings.sufficientScore ?? .infinity)
  }

  private func dataLoss(
    _ objective: FlowObjective, _ batch: [Double], _ state: FlowTrainingState, _ seed: Seed
  ) async -> FlowObjective.Value {
    await objective.data(
      batch, momenta: settings.momentaPerPoint, settings.momentumEstimator, at: state.numbers,
      seed: seed, batch: state.step)
  }

  /// Some of the points, with noise where it is asked for.
  private func minibatch(
    of points: [Double], _ flow: NeuralHamiltonianFlow, _ step: Int, _ seed: Seed
  ) -> [Double] {
    let dimension = flow.inputCount
    let count = points.count / dimension
    var generator = seed.stream("minibatch", step)
    var batch: [Double] = []
    batch.reserveCapacity(settings.batchSize * dimension)
    for _ in 0..<settings.batchSize {
      let start = Int.random(in: 0..<count, using: &generator) * dimension
      for i in 0..<dimension { batch.append(points[start + i]) }
    }
    if !elements.isEmpty { moveRows(&batch, dimension, step, seed) }
    guard settings.dataNoise > 0 else { return batch }
    for i in batch.indices where i % dimension < flow.dimension {
      batch[i] = Double(
        Float(batch[i]) + Float(settings.dataNoise * generator.nextStandardNormal()))
    }
    return batch
  }

  /// Moves every row by an element of the group.
  private func moveRows(_ rows: inout [Double], _ dimension: Int, _ step: Int, _ seed: Seed) {
    var choice = seed.stream("elements of rows", step)
    var row = [Double](repeating: 0, count: dimension)
    for start in stride(from: 0, to: rows.count, by: dimension) {
      let element = Int.random(in: 0..<elements.count, using: &choice)
      for i in 0..<dimension { row[i] = rows[start + i] }
      for i in 0..<dimension {
        var sum = 0.0
        for j in 0..<dimension { sum += elements[element][i * dimension + j] * row[j] }
        rows[start + i] = sum
      }
    }
  }

  private func add(_ factor: Float, _ other: [Double], to gradient: inout [Float]) {
    for i in gradient.indices { gradient[i] += factor * Float(other[i]) }
  }
}

extension NeuralHamiltonianFlow {
  fileprivate func with(_ parameters: [Float]) -> NeuralHamiltonianFlow {
    var flow = self
    flow.parameters = parameters.map { Double($0) }
    return flow
  }
}
