import Inference
import RealModule

/// Points of several rounds of proposals, each weighed by the density of all rounds together: the
/// deterministic mixture of adaptive multiple importance sampling (Cornuet, Marin, Mira & Robert
/// 2012, Scandinavian Journal of Statistics 39, 798).
///
/// In coordinates in which the prior is N(0, I): the target at temperature β is L^β N(0, I).
struct ImportancePool {
  let dimension: Int
  /// u, points × dimension.
  private(set) var points: [Double] = []
  /// log L of each point.
  private(set) var logLikelihoods: [Double] = []
  /// log N(u; 0, I) of each point.
  private var logPriors: [Double] = []
  /// How many points each round had, and the log densities of each round's proposal at all points;
  /// the first round is the prior.
  private var rounds: [(count: Int, logDensities: [Double])] = []
  private var mixtures: [DefensiveMixture<TransportMap>] = []

  /// A pool without points.
  init(dimension: Int) { self.dimension = dimension }

  var count: Int { logLikelihoods.count }

  /// Adds a round: draws of the prior if there is no mixture yet.
  mutating func add(
    _ count: Int, of density: any LogDensity, from mixture: DefensiveMixture<TransportMap>?,
    in context: RunContext
  ) async throws(SamplingError) {
    let (dimension, round, seed) = (dimension, rounds.count, context.seed)
    let stage = TransportMapFitter.stage
    let fresh = try await context.tiles(count, during: stage) { tile, range in
      var generator = seed.stream("transport map, round \(round)", tile)
      var points: [Double] = []
      var point = [Double](repeating: 0, count: dimension)
      for index in range {
        var span = point.mutableSpan
        if let mixture {
          mixture.sample(wide: mixture.isWide(index), into: &span, using: &generator)
        } else {
          generator.fillWithStandardNormals(&span)
        }
        points += point
      }
      return points
    }
    points += fresh
    let values = try await context.tiles(count, during: stage) { _, range in
      var gradient = [Double](repeating: 0, count: dimension)
      return range.map { index -> (likelihood: Double, prior: Double) in
        var slopes = gradient.mutableSpan
        let point = fresh.span.extracting(index * dimension..<(index + 1) * dimension)
        var prior = 0.0
        for i in 0..<dimension { prior += NormalDistribution.logDensity(at: point[i]) }
        let value = density.logDensity(at: point, gradient: &slopes) - prior
        // As a sampler would refuse it.
        return (value.isFinite ? value : -.infinity, prior)
      }
    }
    logLikelihoods += values.map(\.likelihood)
    logPriors += values.map(\.prior)

    for (index, old) in mixtures.enumerated() {
      rounds[index + 1].logDensities += try await Self.logDensities(of: old, at: fresh, in: context)
    }
    if !rounds.isEmpty { rounds[0].logDensities += values.map(\.prior) }
    if let mixture {
      rounds.append((count, try await Self.logDensities(of: mixture, at: points, in: context)))
      mixtures.append(mixture)
    } else {
      rounds.append((count, logPriors))
    }
  }

  private static func logDensities(
    of mixture: DefensiveMixture<TransportMap>, at points: [Double], in context: RunContext
  ) async throws(SamplingError) -> [Double] {
    let dimension = mixture.dimension
    return try await context.tiles(
      points.count / dimension, during: TransportMapFitter.stage
    ) { _, range in
      range.map {
        mixture.logDensity(at: points.span.extracting($0 * dimension..<($0 + 1) * dimension))
      }
    }
  }

  /// The log weight of each point before the likelihood: log N − log of the mixture of all rounds.
  private var logRatios: [Double] {
    let total = Double(count)
    let shares = rounds.map { Double.log(Double($0.count) / total) }
    return (0..<count).map { index in
      var largest = -Double.infinity
      for (share, round) in zip(shares, rounds) {
        largest = max(largest, share + round.logDensities[index])
      }
      var sum = 0.0
      for (share, round) in zip(shares, rounds) {
        sum += .exp(share + round.logDensities[index] - largest)
      }
      return logPriors[index] - largest - .log(sum)
    }
  }

  /// The weights at the largest temperature up to 1 at which they are worth enough draws.
  ///
  /// - Parameters:
  ///   - enough: the effective sample size that will do at β = 1.
  ///   - plenty: the one wanted at any smaller β.
  func weights(enough: Double, plenty: Double) -> (temperature: Double, weights: ImportanceWeights)
  {
    let ratios = logRatios
    func weights(_ temperature: Double) -> ImportanceWeights {
      ImportanceWeights(
        zip(ratios, logLikelihoods).map { ratio, logLikelihood in
          // Not 0 × ∞.
          logLikelihood == -.infinity ? -.infinity : ratio + temperature * logLikelihood
        })
    }
    let full = weights(1)
    if full.effectiveSampleSize >= enough { return (1, full) }
    var (low, high) = (0.0, 1.0)
    while high - low > 0.01 * high {
      let middle = low == 0 ? 0.5 * high : (low * high).squareRoot()
      if middle < 1e-12 { break }
      if weights(middle).effectiveSampleSize >= plenty { low = middle } else { high = middle }
    }
    let temperature = low == 0 ? high : low
    return (temperature, weights(temperature))
  }
}
