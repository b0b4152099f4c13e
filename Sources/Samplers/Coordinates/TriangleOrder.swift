import Inference
import RealModule

/// The order of the parameters in which a triangular map describes weighted points best.
///
/// The log-likelihood of a triangle is a sum over its coordinates, each a function of the parameter
/// and of the set of those before it: an order is a path through the subsets, from none to all, and
/// D 2^(D−1) small fits compare all D! of them.
struct TriangleOrder {
  /// A parameter that follows a set of others, which is a bit for each.
  private struct Step: Hashable {
    let before, next: Int
    var after: Int { before | 1 << next }
  }

  /// Orders whose losses with a single layer differ by less, in nats, may change places with more.
  private static let margin = 0.005

  private let points: [Double]
  private let weights: [Double]
  private let dimension: Int

  /// - Parameters:
  ///   - points: standardised, points × dimension.
  ///   - weights: one for each point; they add up to 1.
  ///   - dimension: D.
  init(_ points: [Double], _ weights: [Double], dimension: Int) {
    (self.points, self.weights, self.dimension) = (points, weights, dimension)
  }

  /// The order, first to last, by maps of a single layer, converged: half-fitted, they differ by noise.
  ///
  /// - Parameter degrees: those of a richer map; it decides where a single layer hardly does.
  func best(
    refinedBy degrees: [ConditionalLayers.Degrees]? = nil, in context: RunContext
  ) async -> [Int] {
    let all = (0..<1 << dimension).flatMap { set in
      (0..<dimension).filter { set & 1 << $0 == 0 }.map { Step(before: set, next: $0) }
    }
    let losses = await self.losses(
      of: all, [.init(shift: 4, scale: 3, skewness: 2, tail: 2)], context)
    guard let degrees else { return shortestPath(losses) }
    let close = nearShortestPaths(losses)
    if close.count == dimension { return shortestPath(losses) }
    return shortestPath(await self.losses(of: close, degrees, context))
  }

  /// The mean −log likelihood that each step adds.
  private func losses(
    of steps: [Step], _ degrees: [ConditionalLayers.Degrees], _ context: RunContext
  ) async -> [Step: Double] {
    let values = await context.workers.map(steps.count, unless: context.stop) { index in
      let step = steps[index]
      let earlier = (0..<dimension).filter { step.before & 1 << $0 != 0 }
      let layers = ConditionalLayers(variableCount: earlier.count, degrees: degrees)
      let fit = ConditionalFit(
        layers, points: points, stride: dimension, earlier: earlier, coordinate: step.next,
        weights: weights)
      return fit.solve(
        from: layers.coefficients, stages: 2, tolerance: 1e-5, unless: context.stop
      ).value
    }
    return Dictionary(zip(steps, values), uniquingKeysWith: { first, _ in first })
  }

  /// The best order of each set's members, as far as the steps go.
  private func shortestPaths(_ losses: [Step: Double]) -> [Int: (value: Double, order: [Int])] {
    var best: [Int: (value: Double, order: [Int])] = [0: (0, [])]
    for set in 1..<1 << dimension {
      for last in 0..<dimension where set & 1 << last != 0 {
        let step = Step(before: set & ~(1 << last), next: last)
        guard let before = best[step.before], let own = losses[step] else { continue }
        let value = before.value + own
        if value < best[set]?.value ?? .infinity { best[set] = (value, before.order + [last]) }
      }
    }
    return best
  }

  private func shortestPath(_ losses: [Step: Double]) -> [Int] {
    shortestPaths(losses)[(1 << dimension) - 1]?.order ?? Array(0..<dimension)
  }

  /// The steps of all orders that are as good as the best, but for the margin.
  private func nearShortestPaths(_ losses: [Step: Double]) -> [Step] {
    let all = (1 << dimension) - 1
    let toSet = shortestPaths(losses)
    var fromSet = [all: 0.0]
    for set in (0..<all).reversed() {
      for next in 0..<dimension where set & 1 << next == 0 {
        let step = Step(before: set, next: next)
        guard let rest = fromSet[step.after], let own = losses[step] else { continue }
        fromSet[set] = min(fromSet[set] ?? .infinity, own + rest)
      }
    }
    let least = fromSet[0] ?? .infinity
    return losses.keys.filter { step in
      guard let to = toSet[step.before]?.value, let from = fromSet[step.after],
        let own = losses[step]
      else { return false }
      return to + own + from < least + Self.margin
    }
  }
}
