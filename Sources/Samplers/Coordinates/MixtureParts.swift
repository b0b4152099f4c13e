import Inference
import RealModule

/// The parts that a mixture may have, with their densities at those points of a pool that count, and the
/// optimal shares.
struct MixtureParts {
  private let dimension: Int
  private var parts: [ProposalMixture.Part] = []
  /// The least share of each.
  private var least: [Double] = []
  /// log q of each part at each point.
  private var logDensities: [[Double]] = []
  /// Which points of the pool count, and where they are.
  private var indices: [Int] = []
  private var points: [Double] = []
  /// How much of the pool was used.
  private var seenCount = 0

  /// As many points as these fix the shares.
  private static let pointCount = 8000
  /// Points of less weight change nothing.
  private static let leastWeight = 1e-10

  init(dimension: Int) { self.dimension = dimension }

  /// Adds parts.
  mutating func add(
    _ more: [ProposalMixture.Part], least share: Double, in context: RunContext
  ) async throws(SamplingError) {
    for part in more {
      parts.append(part)
      least.append(share)
      logDensities.append(try await densities(of: part, at: points, context))
    }
  }

  /// Takes in the points of a pool that are new, with the weights of all.
  mutating func extend(
    to pool: ImportancePool, _ weights: [Double], in context: RunContext
  ) async throws(SamplingError) {
    let new = (seenCount..<pool.count).filter { weights[$0] > Self.leastWeight }
    let fresh = new.flatMap { pool.points[$0 * dimension..<($0 + 1) * dimension] }
    for index in parts.indices {
      logDensities[index] += try await densities(of: parts[index], at: fresh, context)
    }
    indices += new
    points += fresh
    seenCount = pool.count
  }

  private func densities(
    of part: ProposalMixture.Part, at points: [Double], _ context: RunContext
  ) async throws(SamplingError) -> [Double] {
    let dimension = dimension
    return try await context.tiles(points.count / dimension, during: TransportMapFitter.stage) {
      _, range in
      part.logDensities(
        at: points.span.extracting(range.lowerBound * dimension..<range.upperBound * dimension),
        dimension: dimension)
    }
  }

  /// The points that count, with their weights among those of the pool.
  func sample(_ weights: [Double]) -> WeightedPoints {
    WeightedPoints(points, weights: indices.map { weights[$0] }, dimension: dimension)
  }

  /// log (target / mixture) at these points, with the target's integral 1, for shares of the first parts.
  func logRatios(_ shares: [Double], _ pool: ImportancePool) -> [Double] {
    let logEvidence = pool.logEvidence
    let logShares = shares.map { Double.log($0) }
    return indices.enumerated().map { place, index in
      var sum = -Double.infinity
      for (part, logShare) in logShares.enumerated() {
        sum = logSum(sum, logShare + logDensities[part][place])
      }
      return pool.logTargets[index] - logEvidence - sum
    }
  }

  /// The mixture that minimises E_p[p / Σ a q], the variance of the weights.
  ///
  /// It is convex in the shares a; multiplicative steps a ← a √(g / Σ a g), g = Σ W p q / (Σ a q)².
  ///
  /// - Parameter weights: those of all points of the pool.
  func best(_ pool: ImportancePool, _ weights: [Double]) -> ProposalMixture {
    let chosen = Self.thinned(indices.map { weights[$0] })
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
    let logFactors = zip(chosen, largest).map { pool.logTargets[indices[$0.index]] - $1 }
    let top = logFactors.reduce(-.infinity, max)
    let factors = zip(chosen, logFactors).map { $0.weight * .exp($1 - top) }
    var shares = [Double](repeating: 1 / Double(ratios.count), count: ratios.count)
    var sums = factors
    for _ in 0..<60 {
      for index in sums.indices { sums[index] = 0 }
      for (share, ratio) in zip(shares, ratios) {
        for index in sums.indices { sums[index] += share * ratio[index] }
      }
      for index in sums.indices {
        let term = factors[index] / (sums[index] * sums[index])
        sums[index] = term.isFinite ? term : 0
      }
      let gains = ratios.map { Self.dot(sums, $0) }
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

  /// Σ aᵢ bᵢ in eight sums side by side.
  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    let size = MemoryLayout<SIMD8<Double>>.size
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        let whole = a.count - a.count % size
        var sums = SIMD8<Double>.zero
        for offset in stride(from: 0, to: whole, by: size) {
          sums +=
            a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        }
        return stride(from: whole, to: a.count, by: MemoryLayout<Double>.size).reduce(sums.sum()) {
          $0 + a.load(fromByteOffset: $1, as: Double.self)
            * b.load(fromByteOffset: $1, as: Double.self)
        }
      }
    }
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
