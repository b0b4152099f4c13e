public import Inference

/// The losses that a flow is trained by, with their gradients, over batches of draws.
///
/// A batch is cut into tiles, which workers share; sums are taken in the order of the tiles, so the
/// bits do not depend on how many threads there are.
public struct FlowObjective: Sendable {
  /// The flow, with its initial parameters.
  public let flow: NeuralHamiltonianFlow
  /// The number of draws in a batch.
  public let batchSize: Int
  private let evaluate: @Sendable (FlowLoss, [Double], Seed, Int) async -> Value

  /// The loss of a batch.
  public struct Value: Sendable, Equatable {
    /// The mean over its draws.
    public let loss: Double
    /// ∂loss / ∂parameters.
    public let gradient: [Double]
    /// log π_β + log r − log M of the draws; for data the terms of the loss.
    public let logWeights: [Double]
    /// log π − log π₀ of the draws, what a step in β multiplies.
    public let temperingSlopes: [Double]
  }

  /// A loss of batches of a size.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - batchSize: at least 1; sizes with divisors just below 256 are the fastest.
  ///   - precision: what it computes with.
  ///   - workers: the workers that share the tiles, where that pays.
  public init(
    _ flow: NeuralHamiltonianFlow, batchSize: Int, precision: FlowPrecision = .single,
    workers: any Workers = LocalWorkers()
  ) {
    precondition(batchSize >= 1, "a batch of \(batchSize)")
    self.flow = flow
    self.batchSize = batchSize
    evaluate =
      switch precision {
      case .single: Self.evaluation(of: flow, batchSize, workers, in: Float.self)
      case .double: Self.evaluation(of: flow, batchSize, workers, in: Double.self)
      }
  }

  /// The loss E[log M − log π_β − log r] over fresh draws (Souveton et al. 2023, equation 6, up to a
  /// constant where β = 1).
  ///
  /// Draws whose target is not finite are left out of the mean, and have a weight of zero.
  ///
  /// - Parameters:
  ///   - density: the density.
  ///   - parameters: of the flow.
  ///   - beta: 0 for the base, 1 for the target; in between the geometric path.
  ///   - estimator: which of the two estimators.
  ///   - seed: the seed of all random numbers.
  ///   - batch: the number of the batch; the same seed and number draw the same.
  public func reverse(
    _ density: any LogDensity, at parameters: [Double], temperedBy beta: Double = 1,
    _ estimator: GradientEstimator = .path, seed: Seed, batch: Int
  ) async -> Value {
    precondition(flow.givenCount == 0, "a flow of densities given numbers learns from draws")
    return await evaluate(.reverse(density, temperedBy: beta, estimator), parameters, seed, batch)
  }

  /// The loss E[log r − log M] over given points (equation 4, with the density of the momentum), or with
  /// several momenta for each point −E[log (1/K) Σ wₖ] of weights w = M / r (Burda et al. 2016, equation
  /// 8).
  ///
  /// With several, the gradient is that of log r − log M at one momentum for each point, chosen among the K
  /// by their weights: its mean is that of the loss, but for r where the estimator is another.
  ///
  /// - Parameters:
  ///   - points: (D + C) × batch size, draw by draw: positions with what is given.
  ///   - momentumCount: K, at least 1.
  ///   - estimator: how r learns if K > 1.
  ///   - parameters: of the flow.
  ///   - seed: the seed of all random numbers.
  ///   - batch: the number of the batch; the same seed and number draw the same.
  /// - Complexity: with K > 1, K more inverse flows of every point.
  public func data(
    _ points: [Double], momenta momentumCount: Int = 1, _ estimator: MomentumEstimator = .bound,
    at parameters: [Double], seed: Seed, batch: Int
  ) async -> Value {
    precondition(
      points.count == flow.inputCount * batchSize,
      "\(points.count) numbers for \(batchSize) points of \(flow.inputCount)")
    precondition(momentumCount >= 1, "\(momentumCount) momenta for each point")
    return await evaluate(.data(points, momenta: momentumCount, estimator), parameters, seed, batch)
  }

  // MARK: Tiles

  private static func evaluation<Scalar: NetworkScalar>(
    of flow: NeuralHamiltonianFlow, _ batchSize: Int, _ workers: any Workers, in: Scalar.Type
  ) -> @Sendable (FlowLoss, [Double], Seed, Int) async -> Value {
    let tileSize = (1...min(batchSize, 256)).last { batchSize.isMultiple(of: $0) } ?? 1
    let tileCount = batchSize / tileSize
    let isLarge = isParallel(flow, batchSize)
    let pool = FlowEvaluatorPool<Scalar>(flow, count: tileSize, remembers: true)
    return { loss, parameters, seed, batch in
      let numbers = parameters.map { Scalar($0) }
      // A tile of a posterior's densities takes longer than waking another worker.
      let threads = isLarge || loss.isReverse ? workers.threadCount : 1
      let tiles = await workers.map(tileCount, atOnce: threads) { tile in
        let evaluator = pool.take()
        defer { pool.giveBack(evaluator) }
        evaluator.setParameters(numbers)
        return evaluator.evaluate(loss, seed, tile: tile, number: batch * tileCount + tile)
      }
      return Value(joining: tiles, of: loss, batchSize)
    }
  }

  /// Waking threads costs some ten microseconds, about what a core does in two million
  /// multiplications.
  private static func isParallel(_ flow: NeuralHamiltonianFlow, _ batchSize: Int) -> Bool {
    let work = flow.blocks.reduce(0) {
      $0 + ($1.stepCount + 1) * 6 * ($1.potential.parameterCount + $1.kinetic.parameterCount)
    }
    return work * batchSize >= 4_000_000
  }
}

/// What a batch is asked for.
enum FlowLoss: Sendable {
  case reverse(any LogDensity, temperedBy: Double, GradientEstimator)
  case data([Double], momenta: Int, MomentumEstimator)

  /// Whether its terms are log weights, to be raised.
  var isReverse: Bool { if case .reverse = self { true } else { false } }
}

/// The share of one tile in the loss of a batch.
private struct LossTile<Scalar: NetworkScalar>: Sendable {
  let gradient: [Scalar]
  let logWeights, temperingSlopes: [Double]
}

extension FlowEvaluator {
  fileprivate func evaluate(
    _ loss: FlowLoss, _ seed: Seed, tile: Int, number: Int
  ) -> LossTile<Scalar> {
    let size = flow.parameters.count
    let gradient = [Scalar](unsafeUninitializedCapacity: size) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled = size
      guard let start = buffer.baseAddress else { return }
      switch loss {
      case .reverse(let density, let beta, let estimator):
        var generator = seed.stream("reverse", number)
        drawDeviates(using: &generator)
        addReverseGradient(density, temperedBy: beta, estimator, to: start)
      case .data(let points, let momentumCount, let estimator):
        var generator = seed.stream("data", number)
        loadInputs(points[(tile * count * flow.inputCount)...])
        if momentumCount == 1 {
          deviates.fillWithStandardNormals(using: &generator)
          addDataGradient(to: start)
        } else {
          addImportanceGradient(momentumCount, estimator, using: &generator, to: start)
        }
      }
    }
    Scalar.add(-1, logFlow, to: logTarget)
    return LossTile(
      gradient: gradient, logWeights: list(logTarget, count),
      temperingSlopes: list(temperingSlope, count))
  }
}

extension FlowObjective.Value {
  /// Adds the tiles' gradients, and takes the mean of the finite terms.
  fileprivate init<Scalar: NetworkScalar>(
    joining tiles: [LossTile<Scalar>], of loss: FlowLoss, _ batchSize: Int
  ) {
    let share = 1 / Scalar(batchSize)
    var sum = [Scalar](repeating: 0, count: tiles.first?.gradient.count ?? 0)
    for tile in tiles {
      for i in sum.indices { sum[i] += share * tile.gradient[i] }
    }
    gradient = sum.map { Double($0) }
    logWeights = tiles.flatMap(\.logWeights)
    temperingSlopes = tiles.flatMap(\.temperingSlopes)
    // A NaN stays one, so that it is seen.
    var (total, count) = (0.0, 0.0)
    for weight in logWeights where weight != -.infinity {
      total += weight
      count += 1
    }
    self.loss = (loss.isReverse ? -1 : 1) * total / count
  }
}
