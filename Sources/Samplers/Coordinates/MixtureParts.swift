import Inference
import RealModule

/// The parts that a mixture may have, with their densities at the points of a pool, and the shares that
/// suit these best.
struct MixtureParts {
  private let dimension: Int
  private var parts: [ProposalMixture.Part] = []
  /// The least share of each.
  private var least: [Double] = []
  /// log q of each part at each point.
  private var logDensities: [[Double]] = []

  /// As many points as these fix the shares.
  private static let pointCount = 8000

  init(dimension: Int) { self.dimension = dimension }

  /// Adds parts.
  mutating func add(
    _ more: [ProposalMixture.Part], least share: Double, at pool: ImportancePool,
    in context: RunContext
  ) async throws(SamplingError) {
    parts += more
    least += more.map { _ in share }
    logDensities += more.map { _ in [] }
    try await extend(to: pool, in: context)
  }

  /// Evaluates all parts at points that are new.
  mutating func extend(to pool: ImportancePool, in context: RunContext) async throws(SamplingError)
  {
    for index in parts.indices {
      let (known, part, dimension) = (logDensities[index].count, parts[index], dimension)
      let points = pool.points
      logDensities[index] += try await context.tiles(
        pool.count - known, during: TransportMapFitter.stage
      ) { _, range in
        part.logDensities(
          at: points.span.extracting(
            (known + range.lowerBound) * dimension..<(known + range.upperBound) * dimension),
          dimension: dimension)
      }
    }
  }

  /// log (target / mixture) at the points, with the target's integral 1, for shares of the first parts.
  func logRatios(_ shares: [Double], _ pool: ImportancePool) -> [Double] {
    let logEvidence = pool.logEvidence
    let logShares = shares.map { Double.log($0) }
    return pool.logTargets.indices.map { index in
      var sum = -Double.infinity
      for (part, logShare) in logShares.enumerated() {
        sum = logSum(sum, logShare + logDensities[part][index])
      }
      return pool.logTargets[index] - logEvidence - sum
    }
  }

  /// The mixture that minimises E_p[p / Σ a q], the variance of the weights.
  ///
  /// It is convex in the shares a; multiplicative steps a ← a √(g / Σ a g), g = Σ W p q / (Σ a q)².
  ///
  /// - Parameter weights: those of the pool's points.
  func best(_ pool: ImportancePool, _ weights: [Double]) -> ProposalMixture {
    let chosen = Self.thinned(weights)
    // Relative to the largest of each point, so that nothing underflows.
    let largest = chosen.map { point in
      logDensities.reduce(-Double.infinity) { $1[point.index] > $0 ? $1[point.index] : $0 }
    }
    let ratios = logDensities.map { density in
      zip(chosen, largest).map { point, largest in
        let ratio = Double.exp(density[point.index] - largest)
        return ratio.isFinite ? ratio : 0
      }
    }
    let logFactors = zip(chosen, largest).map { pool.logTargets[$0.index] - $1 }
    let top = logFactors.reduce(-.infinity, max)
    let factors = zip(chosen, logFactors).map { $0.weight * .exp($1 - top) }
    var shares = [Double](repeating: 1 / Double(ratios.count), count: ratios.count)
    var sums = factors
    for _ in 0..<60 {
      for index in sums.indices { sums[index] = 0 }
      for (share, ratio) in zip(shares, ratios) {
        for index in sums.indices { sums[index] += share * ratio[index] }
      }
      for index in sums.indices { sums[index] = factors[index] / (sums[index] * sums[index]) }
      let gains = ratios.map { ratio in
        zip(sums, ratio).reduce(0) { $1.0.isFinite ? $0 + $1.0 * $1.1 : $0 }
      }
      let mean = zip(shares, gains).reduce(0) { $0 + $1.0 * $1.1 }
      guard mean > 0, mean.isFinite else { break }
      for part in shares.indices {
        shares[part] = max(least[part], shares[part] * (gains[part] / mean).squareRoot())
      }
      let sum = shares.reduce(0, +)
      for part in shares.indices { shares[part] /= sum }
    }
    return ProposalMixture(parts, shares: shares, dimension: dimension)
  }

  /// Fewer points for the same sums: the heavy ones, and light ones in equal steps of their weight.
  private static func thinned(_ weights: [Double]) -> [(index: Int, weight: Double)] {
    let threshold = 1 / Double(pointCount)
    let heavy = weights.indices.filter { weights[$0] >= threshold }
    let light = weights.indices.filter { weights[$0] > 0 && weights[$0] < threshold }
    let chosen = systematicResample(light.map { weights[$0] }, count: pointCount, start: 0.5)
    let rest = light.reduce(0) { $0 + weights[$1] }
    return heavy.map { ($0, weights[$0]) } + chosen.map { (light[$0], rest * threshold) }
  }
}
