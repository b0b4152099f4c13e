public import Inference

/// A flow for batches of a fixed size: points there and back, densities, and what training needs.
///
/// Allocates only when it is made. One thread at a time may use it. Nothing outside this
/// module is generic over the scalar, so the compiler specialises all of it for both.
final class FlowEvaluator<Scalar: NetworkScalar> {
  let flow: NeuralHamiltonianFlow
  let count: Int
  private let arena = Arena<Scalar>()
  private let layout: NeuralHamiltonianFlow.Layout
  private let parameterBatch: Batch<Scalar>
  private let base: BaseEvaluator<Scalar>
  private let encoder, finalMomentum: ConditionalGaussianEvaluator<Scalar>
  private let blocks: [BlockEvaluator<Scalar>]
  /// Positions and what is given with them, the inputs of everything that depends on positions.
  private let inputs: Batch<Scalar>
  /// Positions and momenta, at either end of the flow.
  let positions, momenta: Batch<Scalar>
  /// What densities are given, which is the same at both ends.
  let given: Batch<Scalar>
  /// Standard normal deviates that momenta are made of; for the base, positions hold its deviates.
  let deviates: Batch<Scalar>
  /// log M = log π₀ + log f, and log r or log π + log r, of each point.
  let logFlow, logTarget: Batch<Scalar>
  /// log π − log π₀ at the end points, what a step in β multiplies.
  let temperingSlope: Batch<Scalar>
  /// Derivatives of a loss; those by positions have a row for each input.
  private let inputCotangent, momentumCotangent: Batch<Scalar>
  private let positionCotangent: Batch<Scalar>
  /// ∇ log M at the end points, once it has been transported; in the first rows of as many as there are inputs.
  let score: (position: Batch<Scalar>, momentum: Batch<Scalar>)
  private let basePositions, baseGradient: Batch<Scalar>
  let resampling: Resampling

  /// - Parameters:
  ///   - count: how many points a batch has.
  ///   - remembers: whether gradients will be needed; without, memory does not grow with L.
  init(_ flow: NeuralHamiltonianFlow, count: Int, remembers: Bool) {
    self.flow = flow
    self.count = count
    layout = flow.layout
    let (arena, dimension) = (arena, flow.dimension)
    let inputCount = dimension + flow.givenCount
    parameterBatch = arena.batch(rows: 1, count: layout.count)
    encoder = ConditionalGaussianEvaluator(flow.encoder, count: count, in: arena)
    finalMomentum = ConditionalGaussianEvaluator(flow.finalMomentum, count: count, in: arena)
    blocks = flow.blocks.map {
      BlockEvaluator($0, dimension: dimension, count: count, remembers: remembers, in: arena)
    }
    inputs = arena.batch(rows: inputCount, count: count)
    positions = inputs.slice(0..<dimension)
    given = inputs.slice(dimension..<inputCount)
    base = BaseEvaluator(flow.base, given: given, dimension, in: arena)
    momenta = arena.batch(rows: dimension, count: count)
    deviates = arena.batch(rows: dimension, count: count)
    logFlow = arena.batch(rows: 1, count: count)
    logTarget = arena.batch(rows: 1, count: count)
    temperingSlope = arena.batch(rows: 1, count: count)
    basePositions = arena.batch(rows: dimension, count: count)
    baseGradient = arena.batch(rows: dimension, count: count)
    inputCotangent = arena.batch(rows: inputCount, count: count)
    positionCotangent = inputCotangent.slice(0..<dimension)
    momentumCotangent = arena.batch(rows: dimension, count: count)
    score = (
      arena.batch(rows: inputCount, count: count), arena.batch(rows: inputCount, count: count)
    )
    resampling = Resampling(dimension: dimension, count: count, in: arena)
    setParameters(flow.parameters.map { Scalar($0) })
  }

  /// Replaces the flow's parameters.
  func setParameters(_ parameters: [Scalar]) {
    for i in 0..<layout.count { parameterBatch.start[i] = parameters[i] }
    for (index, block) in blocks.enumerated() {
      block.prepare(self.parameters + layout.blocks[index])
    }
  }

  private var parameters: UnsafePointer<Scalar> { UnsafePointer(parameterBatch.start) }
  private var encoderParameters: UnsafePointer<Scalar> { parameters + layout.encoder }
  private var finalParameters: UnsafePointer<Scalar> { parameters + layout.finalMomentum }

  // MARK: Points

  /// Takes positions with what is given, one point after the other.
  func loadInputs(_ points: ArraySlice<Double>) {
    var index = points.startIndex
    for n in 0..<count {
      for i in 0..<inputs.rows {
        inputs[i, n] = Scalar(points[index])
        index += 1
      }
    }
  }

  /// Fills positions and deviates for `start`.
  func drawDeviates(using generator: inout RandomStream) {
    base.fill(positions, using: &generator)
    deviates.fillWithStandardNormals(using: &generator)
  }

  /// Makes base points of deviates: positions and momenta become (q₀, p₀), `logFlow` log π₀ + log f.
  func start() {
    base.place(positions, parameters)
    logFlow.clear()
    base.addLogDensity(
      at: positions, to: logFlow, gradientTimes: 0, to: baseGradient, parameters)
    encoder.condition(on: inputs, encoderParameters)
    encoder.place(deviates, at: momenta, logDensityTimes: 1, to: logFlow)
  }

  /// Moves base points to the target's end.
  ///
  /// - Parameter drifted: called after every leapfrog step's move of the positions.
  func push(drifted: () -> Void = {}) {
    for (index, block) in blocks.enumerated() {
      block.advance(
        inputs, momenta, .forward, parameters + layout.blocks[index], drifted: drifted)
    }
  }

  /// Moves points of the target's end to the base.
  ///
  /// - Parameter visited: called with each Hamiltonian where points enter it, and after each move of the positions.
  func pull(visited: (Int) -> Void = { _ in }) {
    for (index, block) in blocks.enumerated().reversed() {
      visited(index)
      block.advance(inputs, momenta, .backward, parameters + layout.blocks[index]) {
        visited(index)
      }
    }
  }

  /// Makes momenta of deviates at the target's end: p_T ~ r(· | q_T), `logTarget` becomes log r.
  func drawFinalMomenta() {
    conditionFinalMomenta()
    placeFinalMomenta()
  }

  /// Computes r(· | q_T) at the positions; it stays when they move.
  func conditionFinalMomenta() { finalMomentum.condition(on: inputs, finalParameters) }

  /// The rest of `drawFinalMomenta`, by the r that was computed last.
  func placeFinalMomenta() {
    logTarget.clear()
    finalMomentum.place(deviates, at: momenta, logDensityTimes: 1, to: logTarget)
  }

  /// Sets `logTarget` to log r(p_T | q_T).
  func weighFinalMomenta() {
    logTarget.clear()
    finalMomentum.condition(on: inputs, finalParameters)
    finalMomentum.addLogDensity(at: momenta, times: 1, to: logTarget)
  }

  /// Sets `logFlow` to log π₀(q₀) + log f(p₀ | q₀) at base points.
  func weighBase() {
    logFlow.clear()
    base.addLogDensity(
      at: positions, to: logFlow, gradientTimes: 0, to: baseGradient, parameters)
    encoder.condition(on: inputs, encoderParameters)
    encoder.addLogDensity(at: momenta, times: 1, to: logFlow)
  }

  /// Sets `score` to ∇ log Π₀ at base points; after `start` or `weighBase`.
  func beginScore() {
    score.position.clear()
    score.momentum.clear()
    temperingSlope.clear()
    base.addLogDensity(
      at: positions, to: temperingSlope, gradientTimes: 1, to: score.position, parameters)
    encoder.addAdjointOfLogDensity(
      times: 1, to: score.momentum.slice(0..<flow.dimension), score.position, nil,
      encoderParameters)
  }

  /// Carries `score` along to the end points: Ω J Ω⁻¹ of it. After `push`.
  func transportScore() {
    // Ω⁻¹ (a, b) = (−b, a), and Ω takes (q̇, ṗ) to (ṗ, −q̇): the halves change places twice.
    Scalar.scale(-1, score.momentum, to: score.momentum)
    transport(score.momentum, score.position)
    Scalar.scale(-1, score.momentum, to: score.momentum)
  }

  /// Carries a tangent from the base to the end points, in place. After `push`.
  func transport(_ position: Batch<Scalar>, _ momentum: Batch<Scalar>) {
    for (index, block) in blocks.enumerated() {
      block.transport(position, momentum, .forward, parameters + layout.blocks[index])
    }
  }

  /// Adds the tangents of q₀ by a deviate.
  func addBaseScales(column: Int, to positions: Batch<Scalar>) {
    base.addScales(column: column, to: positions, parameters)
  }

  /// Adds a column of S, of momenta p₀ = μ + S ε. After `start` or `weighBase`.
  func addEncoderScales(column: Int, to momenta: Batch<Scalar>) {
    encoder.addScales(column: column, to: momenta)
  }

  /// Adds the derivatives of c·p₀ by q₀ at given deviates. After `start` or `weighBase`.
  func addEncoderAdjoint(ofPlacing cotangent: Batch<Scalar>, to positions: Batch<Scalar>) {
    encoder.addAdjoint(
      ofPlacing: cotangent, entropyWeight: 0, to: positions, nil, encoderParameters)
  }

  /// Adds ∇∇V c of a Hamiltonian at the positions.
  func addPotentialHessian(
    ofBlock index: Int, times direction: Batch<Scalar>, to product: Batch<Scalar>
  ) {
    blocks[index].addPotentialHessian(
      at: inputs, times: direction, to: product, parameters + layout.blocks[index])
  }

  /// Sets `logTarget` to V of the positions and `logFlow` to K of the momenta, for one Hamiltonian.
  func weighEnergies(ofBlock index: Int) {
    logTarget.clear()
    logFlow.clear()
    blocks[index].addEnergies(
      inputs, momenta, to: logTarget, logFlow, parameters + layout.blocks[index])
  }

  // MARK: Training

  /// Adds the gradient of Σ [log M − log π_β − log r] over draws from the flow, the loss of Souveton
  /// et al. 2023, equation 6, without its mean; deviates are given.
  ///
  /// log π_β = (1 − β) log π₀ + β log π is a path from the base to the target. Points whose target is
  /// not finite have no gradient. Afterwards `logTarget` − `logFlow` are the logarithms of weights.
  ///
  /// - Parameters:
  ///   - estimator: which of two estimators of one gradient.
  ///   - gradient: as many numbers as the flow has parameters.
  func addReverseGradient(
    _ density: any LogDensity, temperedBy beta: Double, _ estimator: GradientEstimator,
    to gradient: UnsafeMutablePointer<Scalar>
  ) {
    start()
    let isPath = estimator == .path
    if isPath { beginScore() }
    // The places of the base points serve as the end points, so what the base's adjoint needs is
    // kept apart.
    Scalar.scale(1, positions, to: basePositions)
    push()
    if isPath { transportScore() }

    weighFinalMomenta()
    inputCotangent.clear()
    momentumCotangent.clear()
    finalMomentum.addAdjointOfLogDensity(
      times: -1, to: momentumCotangent, inputCotangent,
      flow.finalMomentum.isLearned ? gradient + layout.finalMomentum : nil, finalParameters)
    if isPath {
      Scalar.add(1, score.position.slice(0..<flow.dimension), to: positionCotangent)
      Scalar.add(1, score.momentum.slice(0..<flow.dimension), to: momentumCotangent)
    }
    addTarget(density, temperedBy: beta)
    base.addParameterGradient(
      at: positions, times: Scalar(beta - 1), to: gradient, parameters)

    for (index, block) in blocks.enumerated().reversed() {
      let offset = layout.blocks[index]
      block.retreat(
        inputCotangent, momentumCotangent, .forward, to: gradient + offset, parameters + offset)
    }
    encoder.addAdjoint(
      ofPlacing: momentumCotangent, entropyWeight: isPath ? 0 : 1, to: inputCotangent,
      flow.encoder.isLearned ? gradient + layout.encoder : nil, encoderParameters)
    flow.base.addAdjoint(ofPlacing: basePositions, positionCotangent, to: gradient)
    if !isPath {
      flow.base.addLogVolumeGradient(times: Scalar(-count), to: gradient, flow.dimension)
    }
  }

  /// Adds log π_β to `logTarget`, and subtracts its gradient from the cotangent.
  private func addTarget(_ density: any LogDensity, temperedBy beta: Double) {
    baseGradient.clear()
    temperingSlope.clear()
    base.addLogDensity(
      at: positions, to: temperingSlope, gradientTimes: Scalar(1 - beta), to: baseGradient,
      parameters)
    Scalar.add(Scalar(1 - beta), temperingSlope, to: logTarget)
    Scalar.add(-1, baseGradient, to: positionCotangent)
    Scalar.scale(-1, temperingSlope, to: temperingSlope)
    let dimension = flow.dimension
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * dimension) { memory in
      memory.initialize(repeating: 0)
      let point = UnsafeMutableBufferPointer(rebasing: memory[..<dimension])
      let slopes = UnsafeMutableBufferPointer(rebasing: memory[dimension...])
      for n in 0..<count {
        for i in 0..<dimension { point[i] = Double(positions[i, n]) }
        var span = slopes.mutableSpan
        let value = density.logDensity(at: UnsafeBufferPointer(point).span, gradient: &span)
        let isUsable = value.isFinite && slopes.allSatisfy(\.isFinite)
        logTarget[0, n] += isUsable ? Scalar(beta * value) : -.infinity
        temperingSlope[0, n] += isUsable ? Scalar(value) : -.infinity
        for i in 0..<dimension {
          positionCotangent[i, n] =
            isUsable ? positionCotangent[i, n] - Scalar(beta * slopes[i]) : 0
          if !isUsable { momentumCotangent[i, n] = 0 }
        }
      }
    }
  }

  /// log π(q_T) + log r(p_T | q_T) for one point (q₀, p₀), with its gradient.
  func logTarget(
    _ density: any LogDensity, from base: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    precondition(count == 1, "one point at a time")
    let dimension = flow.dimension
    for i in 0..<dimension {
      positions[i, 0] = Scalar(base[i])
      momenta[i, 0] = Scalar(base[dimension + i])
    }
    push()
    weighFinalMomenta()
    inputCotangent.clear()
    momentumCotangent.clear()
    finalMomentum.addAdjointOfLogDensity(
      times: -1, to: momentumCotangent, inputCotangent, nil, finalParameters)
    addTarget(density, temperedBy: 1)
    for (index, block) in blocks.enumerated().reversed() {
      block.retreat(
        inputCotangent, momentumCotangent, .forward, to: nil, parameters + layout.blocks[index])
    }
    for i in 0..<dimension {
      gradient[i] = -Double(positionCotangent[i, 0])
      gradient[dimension + i] = -Double(momentumCotangent[i, 0])
    }
    return Double(logTarget[0, 0])
  }

  /// Adds the gradient of Σ [log r − log π₀ − log f] over given points q_T, whose momenta are drawn
  /// from r by given deviates: the negative evidence lower bound of the data, Souveton et al. 2023,
  /// equation 4, with the density of the momentum. Afterwards `logTarget` − `logFlow` are its terms.
  ///
  /// - Parameter learnsMomenta: whether momenta stay where they are and r learns them: then the gradient is
  ///   that of −Σ [log r + log π₀ + log f].
  func addDataGradient(
    learnsMomenta: Bool = false, to gradient: UnsafeMutablePointer<Scalar>
  ) {
    drawFinalMomenta()
    pull()
    weighBase()
    inputCotangent.clear()
    momentumCotangent.clear()
    temperingSlope.clear()
    base.addLogDensity(
      at: positions, to: temperingSlope, gradientTimes: -1, to: positionCotangent, parameters)
    base.addParameterGradient(at: positions, times: -1, to: gradient, parameters)
    encoder.addAdjointOfLogDensity(
      times: -1, to: momentumCotangent, inputCotangent,
      flow.encoder.isLearned ? gradient + layout.encoder : nil, encoderParameters)
    for (index, block) in blocks.enumerated() {
      let offset = layout.blocks[index]
      block.retreat(
        inputCotangent, momentumCotangent, .backward, to: gradient + offset,
        parameters + offset)
    }
    let finalGradient = flow.finalMomentum.isLearned ? gradient + layout.finalMomentum : nil
    if learnsMomenta {
      finalMomentum.addAdjointOfLogDensity(
        times: -1, to: momentumCotangent, inputCotangent, finalGradient, finalParameters)
    } else {
      finalMomentum.addAdjoint(
        ofPlacing: momentumCotangent, entropyWeight: 1, to: inputCotangent, finalGradient,
        finalParameters)
    }
  }
}

/// Two unbiased estimators of the gradient of the reverse Kullback–Leibler divergence.
public enum GradientEstimator: String, NamedChoice {
  /// All of the gradient along reparametrised draws.
  case reparametrised
  /// Without the score of the flow, whose mean is zero: no noise is left where the flow is right
  /// (Roeder et al. 2017; Vaitl et al. 2022), with ∇ log M from a symplectic tangent.
  case path
}
