public import Inference

/// Mocks, their posteriors, and where in these is what the mocks were made with: a unit is a mock.
///
/// With mocks of the prior, ranks are uniform if everything from the simulation to the sampler is right: simulation-based
/// calibration (Talts et al. 2018, arXiv:1804.06788). The ranks of log L show what those of parameters cannot, such as a
/// posterior that is the prior (Modrák et al. 2023, arXiv:2211.02383).
public struct CalibrationStudy: UnitStudy {
  /// The survey.
  public let survey: MockSurvey
  /// What finds posteriors.
  public let sampler: any ReplicateSampler
  /// The number of mocks.
  public let unitCount: Int
  /// The standard deviations of the prior.
  private let priorDeviations: [Double]

  /// A study.
  ///
  /// - Parameters:
  ///   - survey: of priors that can be normalised.
  ///   - sampler: what finds posteriors.
  ///   - count: the number of mocks, at least 1.
  public init(_ survey: MockSurvey, by sampler: any ReplicateSampler, count: Int) {
    precondition(count >= 1, "\(count) mocks")
    (self.survey, self.sampler) = (survey, sampler)
    unitCount = count
    var random = RandomStream(seed: 1, "widths of a survey's prior")
    let draws = (0..<2000).map { _ in
      survey.values(at: survey.space.samplePrior(using: &random))
    }
    priorDeviations = survey.names.indices.map { index in
      sampleVariance(draws.map { $0[index] }).squareRoot()
    }
  }

  /// The number of columns of a parameter.
  static let columnsOfParameter = ["truth", "rank", "mean", "sd", "pull", "sd_over_prior"]

  /// For each free parameter what the mock was made with, its rank, mean and sd of the posterior, the pull (mean − truth) / sd,
  /// and the sd in units of the prior's; then the rank of log L, the effective number of draws, and 1 where all measurements
  /// were drawn.
  public var columns: [String] {
    survey.names.flatMap { name in Self.columnsOfParameter.map { "\($0)_\(name)" } }
      + ["rank_log_likelihood", "effective_draws", "direct"]
  }

  /// The numbers of a mock.
  public func values(
    of unit: Int, in context: RunContext
  ) async throws(UnitFailure) -> [Double] {
    let mock = try survey.mock(unit, context.seed)
    let result = try await sampler.judge(mock, in: context.child("replicate \(unit)"))
    var values: [Double] = []
    for (index, truth) in mock.values.enumerated() {
      let deviation = result.standardDeviations[index]
      values += [
        truth, result.ranks[index], result.means[index], deviation, result.pull(index, truth),
        deviation / priorDeviations[index],
      ]
    }
    values += [result.likelihoodRank, result.effectiveSampleSize, mock.isDirect ? 1 : 0]
    // Of a parameter that the mocks' own model does not have, truth, rank and pull are NaN.
    for (index, value) in values.enumerated() where value.isInfinite && index < values.count - 2 {
      throw UnitFailure("\(columns[index]) is infinite")
    }
    return values
  }
}
