import Dispatch
import Foundation
public import Inference

/// The losses that a flow is trained by, with their gradients, over batches of draws.
///
/// A batch is cut into tiles, which threads share; sums are taken in the order of the tiles, so
/// the bits do not depend on how many threads there are. Allocates when it is made and never again.
/// One thread at a time may use it.
public final class FlowObjective<Scalar: NetworkScalar>: @unchecked Sendable {
  /// The flow; its parameters are those to begin with.
  public let flow: NeuralHamiltonianFlow
  /// The number of draws in a batch.
  public let batchSize: Int
  /// ∂loss / ∂parameters of the last batch, the mean over its draws.
  public private(set) var gradient: [Scalar]
  /// log π_β + log r − log M of the last batch's draws; for data the terms of the loss.
  public private(set) var logWeights: [Double]
  /// log π − log π₀ of the last batch's draws, what a step in β multiplies.
  public private(set) var temperingSlopes: [Double]

  private let tileSize, tileCount: Int
  private let workers: [FlowEvaluator<Scalar>]
  private var tileGradients: [[Scalar]]

  /// Memory for batches of a size.
  ///
  /// - Parameters:
  ///   - flow: the flow.
  ///   - batchSize: at least 1; sizes with divisors just below 256 are the fastest.
  ///   - threadCount: how many threads share the tiles; by default, as many as pay.
  public init(_ flow: NeuralHamiltonianFlow, batchSize: Int, threadCount: Int? = nil) {
    precondition(batchSize >= 1, "a batch of \(batchSize)")
    self.flow = flow
    self.batchSize = batchSize
    tileSize = (1...min(batchSize, 256)).last { batchSize.isMultiple(of: $0) } ?? 1
    tileCount = batchSize / tileSize
    let threads = threadCount ?? Self.usefulThreads(flow, batchSize)
    let size = tileSize
    workers = (0..<max(1, min(threads, tileCount))).map { _ in
      FlowEvaluator(flow, count: size, remembers: true)
    }
    gradient = [Scalar](repeating: 0, count: flow.parameters.count)
    tileGradients = [[Scalar]](repeating: gradient, count: tileCount)
    logWeights = [Double](repeating: 0, count: batchSize)
    temperingSlopes = logWeights
  }

  /// Waking threads costs some ten microseconds, about what a core does in two million
  /// multiplications.
  private static func usefulThreads(_ flow: NeuralHamiltonianFlow, _ batchSize: Int) -> Int {
    let work = flow.blocks.reduce(0) {
      $0 + ($1.stepCount + 1) * 6 * ($1.potential.parameterCount + $1.kinetic.parameterCount)
    }
    return work * batchSize < 4_000_000 ? 1 : ProcessInfo.processInfo.activeProcessorCount
  }

  /// The loss E[log M − log π_β − log r] over fresh draws (Souveton et al. 2023, equation 6, less a
  /// constant where β = 1), its gradient and its terms.
  ///
  /// Draws whose target is not finite are left out of the mean, and have a weight of zero.
  ///
  /// - Parameters:
  ///   - seed: the seed of all random numbers.
  ///   - estimator: which of the two estimators.
  ///   - density: the density.
  ///   - parameters: of the flow.
  ///   - beta: 0 for the base, 1 for the target; in between the geometric path.
  ///   - batch: the number of the batch; the same seed and number draw the same.
  public func reverse(
    _ density: any LogDensity, at parameters: [Scalar], temperedBy beta: Double = 1,
    _ estimator: GradientEstimator = .path, seed: Seed, batch: Int
  ) -> Double {
    forEachTile(parameters) { worker, tile, gradient in
      var generator = RandomStream(
        seed: seed, "reverse", batch * self.tileCount + tile)
      worker.drawDeviates(using: &generator)
      worker.addReverseGradient(density, temperedBy: beta, estimator, to: gradient)
    }
    return finish()
  }

  /// The loss E[log r − log M] over given points (equation 4, with the density of the momentum), or with
  /// several momenta for each point −E[log (1/K) Σ wₖ] of weights w = M / r (Burda et al. 2016, equation
  /// 8); its gradient and its terms.
  ///
  /// With several, the gradient is that of log r − log M at one momentum for each point, chosen among the K
  /// by their weights: its mean is that of the loss, but for r where the estimator is another.
  ///
  /// - Parameters:
  ///   - seed: the seed of all random numbers.
  ///   - parameters: of the flow.
  ///   - momentumCount: K, at least 1.
  ///   - estimator: how r learns if K > 1.
  ///   - batch: the number of the batch; the same seed and number draw the same.
  ///   - points: dimension × batch size, draw by draw.
  /// - Complexity: with K > 1, K more inverse flows of every point.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func data(
    _ points: [Scalar], momenta momentumCount: Int = 1, _ estimator: MomentumEstimator = .bound,
    at parameters: [Scalar], seed: Seed, batch: Int
  ) -> Double {
    let dimension = flow.dimension
    precondition(
      points.count == dimension * batchSize,
      "\(points.count) numbers for \(batchSize) points of \(dimension)")
    precondition(momentumCount >= 1, "\(momentumCount) momenta for each point")
    forEachTile(parameters) { worker, tile, gradient in
      var generator = RandomStream(seed: seed, "data", batch * self.tileCount + tile)
      for n in 0..<self.tileSize {
        let start = (tile * self.tileSize + n) * dimension
        for i in 0..<dimension { worker.positions[i, n] = points[start + i] }
      }
      if momentumCount == 1 {
        worker.deviates.fillWithStandardNormals(using: &generator)
        worker.addDataGradient(to: gradient)
      } else {
        worker.addImportanceGradient(momentumCount, estimator, using: &generator, to: gradient)
      }
    }
    return -finish()
  }

  // MARK: Tiles

  private func forEachTile(
    _ parameters: [Scalar],
    _ body: @escaping (FlowEvaluator<Scalar>, Int, UnsafeMutablePointer<Scalar>) -> Void
  ) {
    nonisolated(unsafe) let body = body
    let (tileCount, threads) = (tileCount, workers.count)
    tileGradients.withUnsafeMutableBufferPointer { gradients in
      logWeights.withUnsafeMutableBufferPointer { weights in
        temperingSlopes.withUnsafeMutableBufferPointer { slopes in
          nonisolated(unsafe) let (gradients, weights, slopes) = (gradients, weights, slopes)
          let run = { @Sendable (thread: Int) in
            let worker = self.workers[thread]
            worker.setParameters(parameters)
            for tile in stride(from: thread, to: tileCount, by: threads) {
              gradients[tile].withUnsafeMutableBufferPointer { gradient in
                gradient.update(repeating: 0)
                if let start = gradient.baseAddress { body(worker, tile, start) }
              }
              Scalar.add(-1, worker.logFlow, to: worker.logTarget)
              guard let weights = weights.baseAddress, let slopes = slopes.baseAddress else {
                return
              }
              let first = tile * self.tileSize
              Scalar.give(worker.logTarget.start, to: weights + first, count: self.tileSize)
              Scalar.give(worker.temperingSlope.start, to: slopes + first, count: self.tileSize)
            }
          }
          if threads == 1 {
            run(0)
          } else {
            DispatchQueue.concurrentPerform(iterations: threads, execute: run)
          }
        }
      }
    }
  }

  /// Adds the tiles' gradients, and returns minus the mean of the finite terms.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func finish() -> Double {
    let share = 1 / Scalar(batchSize)
    gradient.withUnsafeMutableBufferPointer { gradient in
      gradient.update(repeating: 0)
      for tile in tileGradients.indices {
        tileGradients[tile].withUnsafeBufferPointer { part in
          for i in 0..<gradient.count { gradient[i] += share * part[i] }
        }
      }
    }
    // A NaN stays one, so that it is seen.
    var (sum, count) = (0.0, 0.0)
    for weight in logWeights where weight != -.infinity {
      sum += weight
      count += 1
    }
    return -sum / count
  }
}
