public import Inference
import RealModule

/// Fits a `TransportMap` to a posterior from values of its density alone: no gradients, no chain and
/// no starting point.
///
/// Draws of the prior, weighted by the likelihood, give a first map by weighted maximum likelihood;
/// then rounds of draws of the current map and of a wide density join the pool, each point weighed
/// by the mixture of all rounds, and the map is fitted anew. Where the prior has too few draws under
/// the likelihood, that is tempered, L^β, with β raised from round to round.
///
/// Same seed, same bits, whatever the number of threads.
public struct TransportMapFitter: Sendable {
  /// How many draws of the prior begin.
  public var pilotCount = 32_768
  /// How many draws each further round adds.
  public var roundCount = 10_000
  /// How many rounds follow once β = 1.
  public var finalRounds = 2
  /// The share of a round that is drawn from the wide density.
  public var wideShare = 0.1

  /// A fitter with its defaults.
  public init() {}

  /// What it does, in words.
  static let stage = "the fit of coordinates"

  /// What a fit gives.
  public struct Result: Sendable {
    /// The map.
    public let map: TransportMap
    /// The wide density that belongs to it, for defensive draws.
    public let wide: DefensiveDensity
    /// How many times the density was evaluated.
    public let evaluationCount: Int
    /// β of each fit; all 1 if nothing had to be tempered.
    public let temperatures: [Double]
    /// What the pool of all points is worth in the end, in independent draws.
    public let effectiveSampleSize: Double
  }

  /// Fits a map to a density in coordinates in which its prior is N(0, I), such as a posterior over
  /// `ParameterSpace.standardised`.
  ///
  /// Cost: `pilotCount` + 2 `roundCount` evaluations, and for two parameters half a second, for three one and a
  /// half.
  ///
  /// - Throws: `SamplingError.noFiniteStart` if too few draws of the prior have a finite density to
  ///   tell where the posterior is; `stopped` if it was told to stop.
  public func fit(
    _ density: any LogDensity, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> Result {
    let dimension = density.dimension
    var pool = ImportancePool(dimension: dimension)
    try await pool.add(pilotCount, of: density, from: nil, in: context)

    var temperatures: [Double] = []
    var current: (map: TransportMap, wide: DefensiveDensity)?
    var finalRound = 0
    // Each tempered round at least doubles β or so; more than these are for a likelihood that no
    // map can follow.
    for _ in 0..<40 + finalRounds {
      let (temperature, weights) = pool.weights(enough: 300, plenty: 1000)
      temperatures.append(temperature)
      guard let moments = PointMoments(pool.points, weights.normalised, dimension: dimension) else {
        throw noStart(density, pool)
      }
      // The map of a smaller β is no start for the next. The order is looked at once more when the
      // pool is no longer made of a few hundred draws of the prior that count.
      let start = finalRound > 0 ? current?.map : nil
      let map = await fit(
        pool, weights.normalised, moments, from: start, choosesOrder: finalRound < 2, in: context)
      try context.checkStop(during: Self.stage)
      current = (map, moments.wide)
      if temperature == 1 { finalRound += 1 }
      if finalRound > finalRounds { break }
      try await pool.add(
        roundCount, of: density,
        from: DefensiveMixture(map, wide: moments.wide, wideShare: wideShare), in: context)
    }
    guard let current else { throw noStart(density, pool) }
    return Result(
      map: current.map, wide: current.wide, evaluationCount: pool.count,
      temperatures: temperatures,
      effectiveSampleSize: pool.weights(enough: 0, plenty: 0).weights.effectiveSampleSize)
  }

  /// One weighted maximum-likelihood fit, of all coordinates at once.
  private func fit(
    _ pool: ImportancePool, _ weights: [Double], _ moments: PointMoments, from start: TransportMap?,
    choosesOrder: Bool, in context: RunContext
  ) async -> TransportMap {
    let dimension = pool.dimension
    let least = start == nil ? 1e-7 : 1e-9
    let chosen = weights.indices.filter { weights[$0] > least }
    let chosenWeights = chosen.map { weights[$0] }
    func standardised(_ rows: [Int], _ means: [Double], _ deviations: [Double]) -> [Double] {
      var points: [Double] = []
      points.reserveCapacity(rows.count * dimension)
      for index in rows {
        for i in 0..<dimension {
          points.append((pool.points[index * dimension + i] - means[i]) / deviations[i])
        }
      }
      return points
    }
    var map = start
    if choosesOrder {
      // A few thousand points tell the orders apart.
      let every = max(1, chosen.count / 4096)
      let some = stride(from: 0, to: chosen.count, by: every).map { chosen[$0] }
      let sum = some.reduce(0) { $0 + weights[$1] }
      // The first pool only has to lead to a better one.
      let order = await TriangleOrder(
        standardised(some, moments.mean, moments.deviations),
        some.map { weights[$0] / sum }, dimension: dimension
      ).best(
        refinedBy: start == nil ? nil : TransportMap.degrees(dimension: dimension), in: context)
      if order != map?.order { map = nil }
      map =
        map
        ?? TransportMap(order: order, means: moments.mean, deviations: moments.deviations)
    }
    guard var map else { preconditionFailure("a map has an order before it is fitted") }
    let isFirst = map.order != start?.order
    let points = standardised(chosen, map.means, map.deviations)
    let (order, layers) = (map.order, map.layers)
    let fitted = await context.workers.map(dimension, unless: context.stop) { k in
      let problem = ConditionalFit(
        layers[k], points: points, stride: dimension, earlier: Array(order.prefix(k)),
        coordinate: order[k], weights: chosenWeights)
      return problem.solve(
        from: layers[k].coefficients, stages: isFirst ? 4 : 2, tolerance: 1e-6,
        unless: context.stop
      ).position
    }
    for (k, coefficients) in fitted.enumerated() { map.layers[k].coefficients = coefficients }
    return map
  }

  private func noStart(_ density: any LogDensity, _ pool: ImportancePool) -> SamplingError {
    let last = Array(pool.points.suffix(density.dimension))
    return .noFiniteStart(
      tries: pool.count, lastPoint: density.describe(last),
      parts: density.parts(at: last).map { .init(name: $0.name, value: $0.value) }, gradient: [])
  }
}
