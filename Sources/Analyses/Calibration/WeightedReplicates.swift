public import Inference
import LinearAlgebra
import RealModule
import Samplers

/// Posteriors of mocks by weighted draws of Student's t: around the mode, four times as wide, over the prior, and then of the
/// moments of the draws so far.
///
/// Without the wide ones draws may all be in one arm of a bent posterior, and their weights know nothing of the other.
/// Draws of all rounds are weighted by the mixture of all densities that were drawn from (Cornuet et al. 2012, Scandinavian
/// Journal of Statistics 39, 798).
public struct WeightedReplicates: ReplicateSampler {
  /// The effective number of draws that ends it.
  public var effectiveCount = 1000.0
  /// The number of draws of a round, at least 100.
  public var roundSize = 1000
  /// The number of rounds, at least 3.
  public var roundCount = 14

  /// The defaults.
  public init() {}

  /// What there must be for a judgement, in effective draws.
  private static let least = 100.0

  /// Weighs draws until they are enough.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    let posterior = try mock.posterior()
    var random = mock.random
    let dimension = posterior.dimension
    let beginning = try Self.beginning(posterior, mock.point)
    var proposals = [beginning[0]]
    var (points, values) = ([Double](), [Double]())
    /// For each draw the sum of all densities that were drawn from.
    var mixture: [Double] = []
    var weights: [Double] = []
    for round in 0..<roundCount {
      let proposal = proposals[round]
      var drawn = [Double](repeating: 0, count: roundSize * dimension)
      drawn.withUnsafeMutableBufferPointer { drawn in
        for index in 0..<roundSize {
          var point = drawn.extracting(index * dimension..<(index + 1) * dimension).mutableSpan
          proposal.sample(into: &point, using: &random)
        }
      }
      // Of earlier draws under the new density, and of new ones under all.
      for index in mixture.indices {
        let place = points.span.extracting(index * dimension..<(index + 1) * dimension)
        mixture[index] = logSum(mixture[index], proposal.logDensity(at: place))
      }
      for index in 0..<roundSize {
        let place = drawn.span.extracting(index * dimension..<(index + 1) * dimension)
        mixture.append(
          proposals.reduce(-.infinity) { logSum($0, $1.logDensity(at: place)) })
      }
      values += posterior.finiteLogDensities(at: drawn.span)
      points += drawn
      let logWeights = zip(values, mixture).map { $0 - $1 }
      let largest = logWeights.reduce(-.infinity, max)
      guard largest.isFinite else { throw UnitFailure("the posterior has no density") }
      weights = logWeights.map { .exp($0 - largest) }
      if round + 1 < beginning.count {
        proposals.append(beginning[round + 1])
        continue
      }
      if kishSize(weights) >= effectiveCount { break }
      if round + 1 < roundCount {
        proposals.append(try Self.next(points, weights, dimension) ?? proposal)
      }
    }
    guard kishSize(weights) >= Self.least else {
      throw UnitFailure("weights of too few effective draws")
    }
    let used = weights.indices.filter { weights[$0] > 0 }
    var (columns, logLikelihoods) = ([[Double]](repeating: [], count: dimension), [Double]())
    for index in used {
      let point = Array(points[index * dimension..<(index + 1) * dimension])
      let draw = posterior.draw(at: point, logDensity: values[index])
      for place in 0..<dimension { columns[place].append(draw.values[place]) }
      logLikelihoods.append(
        posterior.logLikelihood(of: draw.values, logDensity: draw.logDensity))
    }
    return ReplicateJudgement(
      columns, logLikelihoods: logLikelihoods, weights: used.map { weights[$0] },
      truth: (mock.values, posterior.logLikelihood(ofTruthOf: mock)), using: &random)
  }

  /// Around the mode, by the curvature there, if there is one; the same four times as wide; and as wide as the prior.
  private static func beginning(
    _ posterior: Posterior, _ point: [Double]?
  ) throws(UnitFailure) -> [StudentDensity] {
    let middle = [Double](repeating: 0, count: posterior.dimension)
    let approximation =
      (try? LaplaceApproximation(posterior, from: point ?? middle))
      ?? (try? LaplaceApproximation(posterior, from: middle))
    var densities: [StudentDensity] = []
    if let approximation {
      for stretch in [1.1, 4] {
        densities.append(
          try density(
            mean: approximation.mode, covariance: approximation.covariance, stretch: stretch))
      }
    }
    let unit = Matrix(diagonal: middle.map { _ in 1 })
    return densities + [try density(mean: middle, covariance: unit)]
  }

  /// Of the moments of weighted draws; nil if these are too few.
  private static func next(
    _ points: [Double], _ weights: [Double], _ dimension: Int
  ) throws(UnitFailure) -> StudentDensity? {
    guard kishSize(weights) > 5 * Double(dimension) else { return nil }
    let moments = WeightedMoments(points, weights, dimension: dimension)
    return try density(mean: moments.mean, covariance: moments.covariance)
  }

  private static func density(
    mean: [Double], covariance: Matrix, stretch: Double = 1.1
  ) throws(UnitFailure) -> StudentDensity {
    do {
      return try StudentDensity(mean: mean, covariance: covariance, stretch: stretch, freedom: 5)
    } catch {
      throw UnitFailure("the posterior has no width in some direction")
    }
  }
}
