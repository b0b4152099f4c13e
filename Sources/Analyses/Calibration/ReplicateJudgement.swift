public import Inference
import RealModule
import Samplers

/// Finds the posterior of mock data, and where in it is what they were made with.
public protocol ReplicateSampler: Sendable {
  /// Judges the posterior of a mock.
  ///
  /// - Parameters:
  ///   - mock: the data.
  ///   - context: where to run, with random numbers of the mock's own.
  /// - Throws: `UnitFailure` if the posterior is not found.
  func judge(_ mock: Replicate, in context: RunContext) async throws(UnitFailure)
    -> ReplicateJudgement
}

/// Where in a posterior the parameters are that its data were made with.
public struct ReplicateJudgement: Sendable {
  /// For each free parameter the probability of smaller values: uniform from 0 to 1 over mocks of the prior.
  public var ranks: [Double]
  /// The means and standard deviations of the posterior.
  public var means, standardDeviations: [Double]
  /// The probability of a smaller log L than that of what the data were made with.
  public var likelihoodRank: Double
  /// The effective number of draws; infinite for an integral.
  public var effectiveSampleSize: Double

  /// A judgement.
  public init(
    ranks: [Double], means: [Double], standardDeviations: [Double], likelihoodRank: Double,
    effectiveSampleSize: Double
  ) {
    (self.ranks, self.means) = (ranks, means)
    (self.standardDeviations, self.likelihoodRank) = (standardDeviations, likelihoodRank)
    self.effectiveSampleSize = effectiveSampleSize
  }

  /// The pull of a parameter, (mean − truth) / sd.
  ///
  /// Mean and sd of L draws make its variance (L + 1) / L × (L − 1) / (L − 3) for a normal posterior, which is divided out.
  public func pull(_ index: Int, _ truth: Double) -> Double {
    let size = effectiveSampleSize
    let factor =
      size.isFinite && size > 4
      ? (size / (size + 1) * (size - 3) / (size - 1)).squareRoot() : 1
    return factor * (means[index] - truth) / standardDeviations[index]
  }
}

extension ReplicateJudgement {
  /// The judgement of independent draws with weights.
  ///
  /// A rank among L draws is r of L + 1; with L effective ones it is (L p + v) / (L + 1), p their share below and v a uniform
  /// deviate, which is exactly uniform for draws of equal weights.
  ///
  /// - Parameters:
  ///   - columns: for each parameter its values.
  ///   - logLikelihoods: those of the draws.
  ///   - weights: those of the draws, not all zero.
  ///   - truth: what the data were made with, and log L there.
  ///   - random: for v.
  init(
    _ columns: [[Double]], logLikelihoods: [Double], weights: [Double],
    truth: (values: [Double], logLikelihood: Double), using random: inout RandomStream
  ) {
    let sum = weights.reduce(0, +)
    let size = kishSize(weights)
    func share(_ values: [Double], below limit: Double) -> Double {
      let below = zip(values, weights).reduce(0) { $1.0 < limit ? $0 + $1.1 : $0 } / sum
      return (size * below + random.nextUniform()) / (size + 1)
    }
    ranks = zip(columns, truth.values).map { share($0, below: $1) }
    means = columns.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } / sum }
    standardDeviations = zip(columns, means).map { column, mean in
      let squares = zip(column, weights).reduce(0) {
        $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean)
      }
      return (squares / sum * size / max(size - 1, 1)).squareRoot()
    }
    likelihoodRank = share(logLikelihoods, below: truth.logLikelihood)
    effectiveSampleSize = size
  }

  /// The judgement of a chain, whose draws are thinned to independence for ranks.
  ///
  /// - Parameters:
  ///   - chain: draws of a mock's posterior.
  ///   - posterior: the posterior.
  ///   - mock: the mock.
  /// - Throws: `UnitFailure` if the chain stands still.
  public init(_ chain: Chain, of posterior: Posterior, _ mock: Replicate) throws(UnitFailure) {
    var random = mock.random
    let dimension = mock.survey.space.dimension
    let logLikelihoods = (0..<chain.count).map {
      posterior.logLikelihood(of: chain.draw($0), logDensity: chain.logDensities[$0])
    }
    func size(_ values: [Double]) throws(UnitFailure) -> Double {
      let size = Samplers.effectiveSampleSize([values])
      guard size >= 4 else { throw UnitFailure("the chain stands still") }
      return size
    }
    func rank(_ values: [Double], _ limit: Double) throws(UnitFailure) -> Double {
      let step = max(1, Int((Double(values.count) / (try size(values))).rounded(.up)))
      let kept = stride(from: 0, to: values.count, by: step).map { values[$0] }
      let below = Double(kept.count { $0 < limit })
      return (below + random.nextUniform()) / Double(kept.count + 1)
    }
    (ranks, means, standardDeviations) = ([], [], [])
    var smallest = Double.infinity
    for index in 0..<dimension {
      let column = chain.column(index)
      ranks.append(try rank(column, mock.values[index]))
      means.append(mean(column))
      standardDeviations.append(sampleVariance(column).squareRoot())
      smallest = min(smallest, try size(column))
    }
    likelihoodRank = try rank(logLikelihoods, posterior.logLikelihood(ofTruthOf: mock))
    effectiveSampleSize = smallest
  }
}

extension Posterior {
  /// log L of a draw.
  func logLikelihood(of draw: [Double], logDensity: Double) -> Double {
    logLikelihoods(of: draw, logDensity: logDensity).reduce(0, +)
  }

  /// log L at what a mock was made with; minus infinity where the prior does not allow it.
  func logLikelihood(ofTruthOf mock: Replicate) -> Double {
    guard let point = mock.point else { return -.infinity }
    let draw = draw(at: point, logDensity: logDensityAndGradient(at: point).logDensity)
    return logLikelihood(of: draw.values, logDensity: draw.logDensity)
  }
}
