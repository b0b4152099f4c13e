public import Inference
import LinearAlgebra
import RealModule
import Samplers

/// Posteriors of mocks by weighted draws of Student's t, first around the mode, then of the moments of the draws so far.
///
/// Draws of all rounds are weighted by the mixture of all densities that were drawn from (Cornuet et al. 2012, Scandinavian
/// Journal of Statistics 39, 798).
public struct WeightedReplicates: ReplicateSampler {
  /// The effective number of draws that ends it.
  public var effectiveCount = 1000.0
  /// The number of draws of a round, at least 100.
  public var roundSize = 1000
  /// The number of rounds, at least 1.
  public var roundCount = 12

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
    var proposals = [try Self.first(posterior, mock.point)]
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

  /// Around the mode, by the curvature there; of the prior if there is no mode.
  private static func first(
    _ posterior: Posterior, _ point: [Double]?
  ) throws(UnitFailure) -> StudentDensity {
    let middle = [Double](repeating: 0, count: posterior.dimension)
    let approximation =
      (try? LaplaceApproximation(posterior, from: point ?? middle))
      ?? (try? LaplaceApproximation(posterior, from: middle))
    let unit = Matrix(diagonal: middle.map { _ in 1 })
    return try density(
      mean: approximation?.mode ?? middle, covariance: approximation?.covariance ?? unit)
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
    mean: [Double], covariance: Matrix
  ) throws(UnitFailure) -> StudentDensity {
    do {
      return try StudentDensity(mean: mean, covariance: covariance, stretch: 1.1, freedom: 5)
    } catch {
      throw UnitFailure("the posterior has no width in some direction")
    }
  }
}
