import Inference
import RealModule
import Samplers

/// A posterior that is nearly the normal density of the curvature at its mode.
struct NormalPosterior {
  /// The mode and the curvature there.
  let approximation: LaplaceApproximation

  /// Searches for the mode: from the middle of the prior, and from draws of it.
  private static let searches = 3
  /// The number of weights.
  private static let drawCount = 64
  /// How much smaller than the best a further mode may be, in nats, that is not counted.
  private static let depth = 10.0
  /// The least efficiency of weights; of a normal density in two to six dimensions it is 0.6 to 0.8.
  private static let leastEfficiency = 0.45

  /// Recognises such a posterior: all searches end at one mode, and weighted draws of Student's t there are efficient; else nil.
  ///
  /// - Parameters:
  ///   - posterior: in coordinates in which the prior is N(0, I).
  ///   - random: for starts and draws.
  init?(_ posterior: Posterior, using random: inout RandomStream) {
    let dimension = posterior.dimension
    var modes: [LaplaceApproximation] = []
    for search in 0..<Self.searches {
      let start =
        search == 0
        ? [Double](repeating: 0, count: dimension) : posterior.startingPoint(using: &random)
      if let mode = try? LaplaceApproximation(posterior, from: start) { modes.append(mode) }
    }
    guard let best = modes.max(by: { $0.logDensity < $1.logDensity }),
      modes.allSatisfy({
        abs($0.logDensity - best.logDensity) < 0.01 || $0.logDensity < best.logDensity - Self.depth
      }),
      let proposal = try? StudentDensity(
        mean: best.mode, covariance: best.covariance, stretch: 1.1, freedom: 5)
    else { return nil }
    var points = [Double](repeating: 0, count: Self.drawCount * dimension)
    points.withUnsafeMutableBufferPointer { points in
      for first in stride(from: 0, to: points.count, by: dimension) {
        var point = points.extracting(first..<first + dimension).mutableSpan
        proposal.sample(into: &point, using: &random)
      }
    }
    let values = posterior.finiteLogDensities(at: points.span)
    let logWeights = values.indices.map { index in
      let place = points.span.extracting(index * dimension..<(index + 1) * dimension)
      return values[index] - proposal.logDensity(at: place)
    }
    let largest = logWeights.reduce(-.infinity, max)
    guard largest.isFinite else { return nil }
    let efficiency =
      kishSize(logWeights.map { .exp($0 - largest) }) / Double(Self.drawCount)
    guard efficiency >= Self.leastEfficiency else { return nil }
    approximation = best
  }
}
