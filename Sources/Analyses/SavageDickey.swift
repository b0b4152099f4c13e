public import Inference
import LinearAlgebra
public import Samplers

/// The Bayes factor of a model and one that is nested in it, from draws of the larger model alone: the ratio of the
/// densities that prior and posterior have at the values by which the smaller one is nested (Dickey 1971).
///
/// The density of the posterior is not smoothed, but the mean of the exact ratio
/// w(θ | φ) P(θ₀, φ) / P(θ, φ) over draws, which any normalised density w has (Chen 1994, JASA 89, 818): here normal
/// densities that the draws have in θ given all others, those of draws near θ₀ and, where few are, those of all. Two at
/// least must agree. Priors that a requirement cuts off are not normalised anew.
public struct SavageDickey: Sendable, Codable, Equatable {
  /// ln B, the logarithm of the evidence of the larger model over that of the nested one.
  public var logBayesFactor: Double
  /// Its standard error.
  public var logBayesFactorError: Double

  /// Fewer effective draws near the nested values say too little.
  private static let leastEffectiveCount = 50.0
  /// The widths of windows around θ₀, relative to the standard deviations of all draws given all others. In a
  /// narrow one even a bent posterior is close to normal.
  private static let windows = [3, 2, 1.4, 1, 0.7, 0.5]
  /// The width of w relative to that of the draws: its tails must be lighter than theirs.
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
    }.flatMap(\.self)
    guard !points.contains(where: { !$0.isIndependent }), points.count > 2 * names.count else {
      return nil
    }

    let weights = points.map(\.weight)
    let positions = points.map { point in order.map { point.position[$0] } }
    guard let global = Conditional(positions, weights, given: others.count) else { return nil }
    // Draws of a chain are worth less than independent ones.
    let worth =
      draws.isWeighted ? 1 : min(1, draws.effectiveSampleSize / Double(max(1, points.count)))
    let local = Self.windows.compactMap { width in
      let near = points.indices.map { i in
        let target = order.map { points[i].nested[$0] }
        return weights[i] * .exp(global.logDensity(of: positions[i], around: target, width: width))
      }
      return worth * kishSize(near) < Self.leastEffectiveCount
        ? nil : Conditional(positions, near, given: others.count)
    }
    func estimate(_ density: Conditional) -> Estimate? {
      Estimate(
        zip(points, positions).map {
          $0.logRatio + density.logDensity(of: $1, width: Self.width)
        }, weights, worth: worth)
    }
    var all = local.compactMap(estimate)
    if all.count < 2, let far = estimate(global) { all.append(far) }
    guard all.count > 1, let best = all.min(by: { $0.error < $1.error }),
      all.allSatisfy({ abs($0.logMean - best.logMean) < 4 * .hypot($0.error, best.error) })
    else { return nil }
    logBayesFactor = -best.logMean
    logBayesFactorError = best.error
  }

  /// The normal density of the last parameters given the first, with the moments of draws.
  private struct Conditional {
    let mean: [Double]
    /// Of the covariance.
    let factor: Cholesky
    /// The number of the parameters that are given.
    let count: Int

    init?(_ positions: [[Double]], _ weights: [Double], given count: Int) {
      let moments = WeightedMoments(
        Array(positions.joined()), weights, dimension: positions[0].count)
      guard let factor = try? Cholesky(moments.covariance) else { return nil }
      (mean, self.factor, self.count) = (moments.mean, factor, count)
    }

    /// The log density at a position, with another width; around its mean, or around a point with the same values of
    /// the first parameters.
    func logDensity(of position: [Double], around center: [Double]? = nil, width: Double) -> Double
    {
      var deviation = zip(position, center ?? mean).map { $0 - $1 }
      var span = deviation.mutableSpan
      factor.whiten(&span)
      return (count..<position.count).reduce(0.0) {
        $0 + NormalDistribution.logDensity(at: deviation[$1] / width) - .log(width * factor[$1, $1])
      }
    }
  }

  /// The logarithm of a mean over draws, with its error.
  private struct Estimate {
    let logMean, error: Double

    /// Nil where few draws make up the mean.
    init?(_ logRatios: [Double], _ weights: [Double], worth: Double) {
      let largest = logRatios.max() ?? -.infinity
      guard largest.isFinite else { return nil }
      let (total, ratios) = (weights.reduce(0, +), logRatios.map { Double.exp($0 - largest) })
      let terms = zip(weights, ratios).map { $0 * $1 }
      let mean = terms.reduce(0, +) / total
      let squares = zip(weights, terms).reduce(0) {
        let deviation = $1.1 - $1.0 * mean
        return $0 + deviation * deviation
      }
      logMean = largest + .log(mean)
      error = (squares / worth).squareRoot() / total / mean
      let logs = terms.map { $0 > 0 ? Double.log($0) : -.infinity }
      guard worth * kishSize(terms) >= SavageDickey.leastEffectiveCount, error.isFinite,
        ImportanceWeights(logs).paretoShape < 0.7
      else { return nil }
    }
  }

  /// A draw in the coordinates of the larger model.
  private struct Point {
    let position: [Double]
    /// The same with the values of the smaller model.
    let nested: [Double]
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
    // The prior may end before it has the values of the smaller model.
    guard let target = wide.space.position(of: nested),
      let own = narrow.space.position(of: others.map { draw[$0] })
    else {
      return Point(
        position: position, nested: position, weight: weight, logRatio: -.infinity,
        isIndependent: true)
    }
    return Point(
      position: position, nested: target, weight: weight,
      logRatio: narrow.logDensityAndGradient(at: own).logDensity
        - (chain.logDensities[index] + logJacobian),
      isIndependent: zip(own, common).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($1)) })
  }
}

extension Chain {
  fileprivate var indices: Range<Int> { 0..<count }
}
