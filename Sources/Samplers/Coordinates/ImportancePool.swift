import Inference
import RealModule

/// Points of several rounds of proposals, each weighed by the density of all rounds together: the
/// deterministic mixture of adaptive multiple importance sampling (Cornuet, Marin, Mira & Robert
/// 2012, Scandinavian Journal of Statistics 39, 798).
///
/// In coordinates in which the prior is N(0, I).
struct ImportancePool {
  let dimension: Int
  /// u, points × dimension.
  private(set) var points: [Double] = []
  /// log L N of each point.
  private(set) var logTargets: [Double] = []
  /// log N(u; 0, I) of each point.
  private(set) var logPriors: [Double] = []
  /// log Σᵣ nᵣ qᵣ at each point, over the rounds r.
  private var logMixtures: [Double] = []
  private var rounds: [(logCount: Double, mixture: ProposalMixture)] = []

  /// A pool without points.
  init(dimension: Int) { self.dimension = dimension }

  var count: Int { logTargets.count }

  /// Adds a round of draws of a mixture.
  mutating func add(
    _ count: Int, of density: any LogDensity, from mixture: ProposalMixture, in context: RunContext
  ) async throws(SamplingError) {
    let (seed, round) = (context.seed, rounds.count)
    let fresh = try await context.tiles(count, during: TransportMapFitter.stage) { tile, range in
      var generator = seed.stream("fit of coordinates, round \(round)", tile)
      return mixture.points(range, using: &generator)
    }
    try await add(fresh, of: density, from: mixture, in: context)
  }

  /// Adds points that stand for draws of a mixture.
  mutating func add(
    _ fresh: [Double], of density: any LogDensity, from mixture: ProposalMixture,
    in context: RunContext
  ) async throws(SamplingError) {
    let dimension = dimension
    let count = fresh.count / dimension
    let values = try await context.tiles(count, during: TransportMapFitter.stage) { _, range in
      density.finiteLogDensities(
        at: fresh.span.extracting(range.lowerBound * dimension..<range.upperBound * dimension))
    }
    let all = rounds + [(logCount: .log(Double(count)), mixture: mixture)]
    let ofFresh = try await Self.logDensities(of: all, at: fresh, dimension, context)
    let ofOld = try await Self.logDensities(
      of: Array(all.suffix(1)), at: points, dimension, context)
    for index in ofOld.indices { logMixtures[index] = logSum(logMixtures[index], ofOld[index]) }
    rounds = all
    points += fresh
    logTargets += values
    logMixtures += ofFresh
    logPriors += ProposalMixture.Part.prior.logDensities(at: fresh.span, dimension: dimension)
  }

  /// log Σᵣ nᵣ qᵣ at some points.
  private static func logDensities(
    of rounds: [(logCount: Double, mixture: ProposalMixture)], at points: [Double],
    _ dimension: Int, _ context: RunContext
  ) async throws(SamplingError) -> [Double] {
    try await context.tiles(points.count / dimension, during: TransportMapFitter.stage) {
      _, range in
      let own = points.span.extracting(
        range.lowerBound * dimension..<range.upperBound * dimension)
      var sums = [Double](repeating: -.infinity, count: range.count)
      for round in rounds {
        for (index, value) in round.mixture.logDensities(at: own).enumerated() {
          sums[index] = logSum(sums[index], round.logCount + value)
        }
      }
      return sums
    }
  }

  /// log (L^β N / mixture) of each point, with β = 1 for the posterior.
  func logWeights(power: Double = 1) -> [Double] {
    let shift = Double.log(Double(max(count, 1)))
    return (0..<count).map { index in
      guard logTargets[index] > -.infinity else { return -.infinity }
      let logLikelihood = logTargets[index] - logPriors[index]
      return logPriors[index] + power * logLikelihood - logMixtures[index] + shift
    }
  }

  /// log Z, the log of the mean weight.
  var logEvidence: Double {
    let weights = logWeights()
    let largest = weights.reduce(-.infinity, max)
    return largest + .log(weights.reduce(0) { $0 + .exp($1 - largest) } / Double(count))
  }
}
