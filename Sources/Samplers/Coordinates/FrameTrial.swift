import Inference
import LinearAlgebra

/// The frame in which a triangular map describes weighted points best.
///
/// Principal axes, the widest first, are good in general, but a parameter on which others depend nonlinearly should come
/// before them. The log-likelihood of a triangle is a sum over its coordinates, each a function of a
/// variable and of the set of those before it: an order is a path through the subsets, and D 2^(D−1)
/// small fits compare all D! orders of up to four parameters. Beyond, principal axes and the parameters
/// as they are given are tried, in either order. Trials have a single, converged layer: half-fitted,
/// they differ by noise.
struct FrameTrial {
  private let sample: WeightedPoints
  private let mean: [Double]
  private let covariance: Matrix
  private let context: RunContext

  private static let degrees: ConditionalFit.Degrees = [4, 3, 2, 2, 0, 0, 0, 0]
  private static let (steps, pointCount) = (8, 3000)

  /// A trial on some points, a few thousand of which distinguish frames.
  init(
    _ sample: WeightedPoints, _ mean: [Double], _ covariance: Matrix, in context: RunContext,
    using generator: inout RandomStream
  ) {
    self.sample = sample.thinned(to: Self.pointCount, using: &generator)
    (self.mean, self.covariance, self.context) = (mean, covariance, context)
  }

  /// The best frame.
  func best(_ axes: WhiteningCoordinates) async -> WhiteningCoordinates {
    let dimension = mean.count
    // Polynomials of many variables have too many terms to compare frames by.
    if dimension == 1 || dimension > 9 { return axes }
    let given = Array(0..<dimension)
    var frames = [axes]
    let variances = Matrix(diagonal: covariance.diagonal)
    func add(_ order: [Int]) {
      if let frame = try? WhiteningCoordinates(mean: mean, covariance: variances, order: order) {
        frames.append(frame)
      }
    }
    if dimension <= 4 {
      add(await bestOrder())
    } else {
      add(given)
      add(given.reversed())
    }
    var (best, least) = (axes, Double.infinity)
    for frame in frames {
      let rows = frame.rows(of: sample)
      let losses = await context.workers.map(dimension, unless: context.stop) { k in
        Self.loss(Array(rows[...k]), sample.weights, unless: context.stop)
      }
      let loss = losses.reduce(frame.logJacobian, +)
      if loss < least { (best, least) = (frame, loss) }
    }
    return best
  }

  /// The best order of the parameters: the shortest path through their subsets.
  private func bestOrder() async -> [Int] {
    let dimension = mean.count
    let deviations = covariance.diagonal.map { $0.squareRoot() }
    let rows = (0..<dimension).map { i in
      (0..<sample.count).map { (sample.points[$0 * dimension + i] - mean[i]) / deviations[i] }
    }
    let steps = (0..<1 << dimension).flatMap { set in
      (0..<dimension).filter { set & 1 << $0 == 0 }.map { (set: set, next: $0) }
    }
    let losses = await context.workers.map(steps.count, unless: context.stop) { index in
      let (set, next) = steps[index]
      let earlier = (0..<dimension).filter { set & 1 << $0 != 0 }
      return Self.loss((earlier + [next]).map { rows[$0] }, sample.weights, unless: context.stop)
    }
    var best: [Int: (value: Double, order: [Int])] = [0: (0, [])]
    // Sets in ascending order come after all their subsets.
    for (step, loss) in zip(steps, losses) {
      guard let before = best[step.set] else { continue }
      let (set, value) = (step.set | 1 << step.next, before.value + loss)
      if value < best[set]?.value ?? .infinity { best[set] = (value, before.order + [step.next]) }
    }
    return best[1 << dimension - 1]?.order ?? Array(0..<dimension)
  }

  /// The negative log-likelihood of the last row given those before.
  private static func loss(
    _ rows: [[Double]], _ weights: [Double], unless stop: StopSignal
  ) -> Double {
    let layers = ConditionalLayers(variableCount: rows.count - 1, degree: degrees.max())
    var fit = ConditionalFit(layers, degrees: degrees, rows: rows, weights: weights)
    fit.ascend(steps, unless: stop)
    return fit.value
  }
}
