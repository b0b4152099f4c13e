public import Inference
import LinearAlgebra
public import Samplers

/// The Bayes factor of a model and one that is nested in it, from draws of the larger model alone: the ratio of the
/// densities that prior and posterior have at the values by which the smaller one is nested (Dickey 1971).
///
/// The density of the posterior is not smoothed, but the mean of the exact ratio
/// w(θ | φ) P(θ₀, φ) / P(θ, φ) over draws (Chen 1994, JASA 89, 818), with w the normal density that the draws have in
/// θ given all others, a little narrower. Priors that a requirement cuts off are not normalised anew.
public struct SavageDickey: Sendable, Codable, Equatable {
  /// ln B, the logarithm of the evidence of the larger model over that of the nested one.
  public var logBayesFactor: Double
  /// Its standard error.
  public var logBayesFactorError: Double

  /// Fewer effective draws near the nested values say too little.
  private static let leastEffectiveCount = 50.0
  /// The width of w, relative to that of the draws: its tails must be lighter than theirs.
  private static let width = 0.8

  /// The ratio from draws; nil where it cannot be had: the values are outside of the prior, the priors of the other
  /// parameters depend on them, or hardly any draws are near.
  ///
  /// - Parameters:
  ///   - draws: those of a posterior.
  ///   - posterior: the posterior, all of whose free parameters are columns of the draws.
  ///   - values: those by which the smaller model is nested, by name.
  public init?(_ draws: ComparedDraws, of posterior: Posterior, at values: [String: Double]) async {
    guard posterior.space.improperParameters.isEmpty,
      let smaller = try? posterior.space.fixing(values).standardised,
      // Without derived quantities, which cost more than the likelihood.
      let wide = try? Posterior(posterior.space.standardised, likelihoods: posterior.likelihoods),
      let narrow = try? Posterior(smaller, likelihoods: posterior.likelihoods)
    else { return nil }
    let names = wide.space.free.map(\.name)
    let others = names.indices.filter { values[names[$0]] == nil }
    let further = names.indices.filter { values[names[$0]] != nil }
    let order = others + further
    guard smaller.free.map(\.name) == others.map({ names[$0] }) else { return nil }

    let tiles = draws.chains.flatMap { chain in
      stride(from: 0, to: chain.count, by: 500).map {
        chain.draws($0..<min($0 + 500, chain.count))
      }
    }
    let points = await LocalWorkers().map(tiles.count) { index in
      tiles[index].indices.compactMap { Self.point(tiles[index], $0, wide, narrow, others, values) }
    }.joined()
    guard !points.contains(where: { !$0.isIndependent }), points.count > 2 * names.count else {
      return nil
    }

    // The conditional normal density, from the Cholesky factor with the further parameters last.
    let weights = points.map(\.weight)
    let moments = WeightedMoments(
      points.flatMap { point in order.map { point.position[$0] } }, weights,
      dimension: names.count)
    guard let factor = try? Cholesky(moments.covariance) else { return nil }
    let normalisation = (others.count..<order.count).reduce(0.0) {
      $0 - .log(Self.width * factor[$1, $1])
    }
    let logRatios = points.map { point in
      var deviation = order.indices.map { point.position[order[$0]] - moments.mean[$0] }
      var span = deviation.mutableSpan
      factor.whiten(&span)
      return point.logRatio
        + deviation[others.count...].reduce(normalisation) {
          $0 + NormalDistribution.logDensity(at: $1 / Self.width)
        }
    }

    let largest = logRatios.max() ?? -.infinity
    guard largest.isFinite else { return nil }
    let (total, ratios) = (weights.reduce(0, +), logRatios.map { Double.exp($0 - largest) })
    let mean = zip(weights, ratios).reduce(0) { $0 + $1.0 * $1.1 } / total
    let squares = zip(weights, ratios).reduce(0) {
      let deviation = $1.0 * ($1.1 - mean)
      return $0 + deviation * deviation
    }
    // Draws of a chain are worth less than independent ones.
    let worth =
      draws.isWeighted ? 1 : min(1, draws.effectiveSampleSize / Double(max(1, points.count)))
    let size = worth * kishSize(zip(weights, ratios).map { $0 * $1 })
    let error = (squares / worth).squareRoot() / total / mean
    guard size >= Self.leastEffectiveCount, error.isFinite else { return nil }
    logBayesFactor = -(largest + .log(mean))
    logBayesFactorError = error
  }

  /// A draw in the coordinates of the larger model.
  private struct Point {
    let position: [Double]
    let weight: Double
    /// log P(θ₀, φ) − log P(θ, φ).
    let logRatio: Double
    /// Whether the coordinates of the others are those of the smaller model.
    let isIndependent: Bool
  }

  /// A draw with the densities of both models; nil for one without weight, or on an edge.
  private static func point(
    _ chain: Chain, _ index: Int, _ wide: Posterior, _ narrow: Posterior, _ others: [Int],
    _ values: [String: Double]
  ) -> Point? {
    let weight = chain.weights[index]
    let draw = Array(chain.draw(index).prefix(wide.dimension))
    guard weight > 0, let position = wide.space.position(of: draw) else { return nil }
    let logJacobian = -wide.draw(at: position, logDensity: 0).logDensity
    let nested = zip(wide.space.free, draw).map { values[$0.name] ?? $1 }
    let common = others.map { position[$0] }
    var result = (logDensity: -Double.infinity, isIndependent: true)
    // The prior may end before it has the values of the smaller model.
    if wide.space.position(of: nested) != nil,
      let own = narrow.space.position(of: others.map { draw[$0] })
    {
      result.isIndependent = zip(own, common).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($1)) }
      result.logDensity = narrow.logDensityAndGradient(at: own).logDensity
    }
    return Point(
      position: position, weight: weight,
      logRatio: result.logDensity - (chain.logDensities[index] + logJacobian),
      isIndependent: result.isIndependent)
  }
}

extension Chain {
  fileprivate var indices: Range<Int> { 0..<count }
}
