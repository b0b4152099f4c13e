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
    let workers = LocalWorkers()
    let points = await workers.map(tiles.count) { index in
      tiles[index].indices.compactMap { Point(tiles[index], $0, wide.space, order, values) }
    }.flatMap(\.self)
    guard points.count > 2 * names.count else { return nil }

    let weights = points.map(\.weight)
    let positions = points.map(\.position)
    guard let global = Conditional(positions, weights, given: others.count) else { return nil }
    // Draws of a chain are worth less than independent ones.
    let worth =
      draws.isWeighted ? 1 : min(1, draws.effectiveSampleSize / Double(max(1, points.count)))
    let local = Self.windows.compactMap { width in
      let near = points.map { point in
        point.nested.map { nested in
          point.weight
            * .exp(global.logDensity(of: point.position, around: nested, width: width))
        } ?? 0
      }
      return worth * kishSize(near) < Self.leastEffectiveCount
        ? nil : Conditional(positions, near, given: others.count)
    }
    let models = Models(wide: wide, narrow: narrow, order: order)
    func estimates(_ densities: [Conditional]) async -> [Estimate]? {
      let logDensities = densities.map { density in
        positions.map { density.logDensity(of: $0, width: Self.width) }
      }
      // Where all are next to nothing, no ratio is needed.
      let least = logDensities.map { ($0.max() ?? 0) - 30 }
      let near = points.indices.filter { i in
        zip(logDensities, least).contains { $0[i] > $1 }
      }
      let found = await workers.map((near.count + 99) / 100) { tile in
        near[(100 * tile)..<min(100 * (tile + 1), near.count)].map { models.logRatio(points[$0]) }
      }.flatMap(\.self)
      var ratios = points.map { _ in -Double.infinity }
      for (i, ratio) in zip(near, found) {
        guard let ratio else { return nil }
        ratios[i] = ratio
      }
      return logDensities.compactMap { Estimate(zip(ratios, $0).map(+), weights, worth: worth) }
    }
    guard var all = await estimates(local) else { return nil }
    if all.count < 2 { all += await estimates([global]) ?? [] }
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

  /// A draw in the coordinates of the larger model, those of the parameters that are not nested first.
  private struct Point {
    let draw: [Double]
    let weight: Double
    /// log P(θ, φ).
    let logDensity: Double
    let position: [Double]
    /// The position with the values of the smaller model; nil where the prior has none.
    let nested: [Double]?

    /// Nil for a draw without weight, or on an edge.
    init?(
      _ chain: Chain, _ index: Int, _ space: ParameterSpace, _ order: [Int],
      _ values: [String: Double]
    ) {
      (weight, logDensity) = (chain.weights[index], chain.logDensities[index])
      let draw = Array(chain.draw(index).prefix(space.dimension))
      guard weight > 0, let position = space.position(of: draw) else { return nil }
      self.draw = draw
      self.position = order.map { position[$0] }
      let target = space.position(of: zip(space.free, draw).map { values[$0.name] ?? $1 })
      nested = target.map { target in order.map { target[$0] } }
    }
  }

  /// The larger and the smaller model.
  private struct Models {
    let wide, narrow: Posterior
    /// The places of the parameters of a position among those of the larger.
    let order: [Int]

    /// log P(θ₀, φ) − log P(θ, φ); nil if the coordinates of φ depend on θ.
    func logRatio(_ point: Point) -> Double? {
      let others = order.prefix(narrow.dimension).map { point.draw[$0] }
      guard point.nested != nil, let own = narrow.space.position(of: others) else {
        return -.infinity
      }
      guard
        zip(own, point.position).allSatisfy({ abs($0 - $1) < 1e-6 * max(1, abs($1)) })
      else { return nil }
      var position = point.position
      for (place, index) in order.enumerated() { position[index] = point.position[place] }
      let logJacobian = -wide.draw(at: position, logDensity: 0).logDensity
      return narrow.logDensityAndGradient(at: own).logDensity - (point.logDensity + logJacobian)
    }
  }
}

extension Chain {
  fileprivate var indices: Range<Int> { 0..<count }
}
