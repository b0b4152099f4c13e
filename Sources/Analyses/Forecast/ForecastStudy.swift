import Catalogs
import Cosmology
public import Inference
import LinearAlgebra
public import Samplers

/// Mocks of a forecast as units: the figure of merit, the means and the deviations of the posterior of each.
public struct ForecastStudy: UnitStudy {
  /// The number of mocks.
  public let unitCount: Int
  private let problem: Problem
  private let truth: Truth
  private let parameters, merit: [String]
  private let sampler: any Sampler
  private let seed: Seed

  /// Mocks of a problem.
  ///
  /// - Parameters:
  ///   - problem: what is forecast.
  ///   - truth: the values that mocks are made with.
  ///   - merit: the parameters of the figure of merit.
  ///   - count: the number of mocks.
  ///   - sampler: of their posteriors.
  ///   - seed: of all random numbers.
  public init(
    _ problem: Problem, at truth: Truth, merit: [String], count: Int, sampler: any Sampler,
    seed: Seed
  ) {
    (self.problem, self.truth, self.merit, self.sampler) = (problem, truth, merit, sampler)
    (self.seed, unitCount) = (seed, count)
    parameters = problem.posterior.space.free.map(\.name)
  }

  /// `figure_of_merit`, and `NAME_mean` and `NAME_sd` of each free parameter.
  public var columns: [String] {
    ["figure_of_merit"] + parameters.flatMap { ["\($0)_mean", "\($0)_sd"] }
  }

  /// Draws a mock and samples its posterior.
  public func values(
    of unit: Int, in context: RunContext
  ) async throws(UnitFailure) -> [Double] {
    do {
      let posterior = try problem.mockPosterior(unit + 1, at: truth, seed: seed)
      var own = context
      own.seed = seed.child("forecast \(unit)")
      let set = try await posterior.forecastDraws(by: sampler, in: own)
      guard let moments = DrawMoments(set, parameters) else {
        throw UnitFailure("a parameter is not among the draws")
      }
      let places = merit.compactMap { parameters.firstIndex(of: $0) }
      guard let value = FigureOfMerit.of(FigureOfMerit.block(moments.covariance, places)) else {
        throw UnitFailure("the draws do not vary")
      }
      if set.outcome.isAccepted == false {
        throw UnitFailure(set.outcome.verdict ?? "the weights are not to be used")
      }
      return [value]
        + parameters.indices.flatMap {
          [moments.mean[$0], moments.covariance[$0, $0].squareRoot()]
        }
    } catch let failure as UnitFailure {
      throw failure
    } catch {
      throw UnitFailure("\(error)")
    }
  }
}

/// Means and covariance of some columns of draws.
struct DrawMoments {
  let mean: [Double]
  let covariance: Matrix

  init?(_ set: SampleSet, _ names: [String]) {
    let columns = (set.chains.first?.columns ?? []).map(\.name)
    let places = names.compactMap { columns.firstIndex(of: $0) }
    guard places.count == names.count else { return nil }
    let moments = WeightedMoments(
      set.chains.flatMap { chain in
        (0..<chain.count).flatMap { draw in
          let values = chain.draw(draw)
          return places.map { values[$0] }
        }
      }, set.chains.flatMap(\.weights), dimension: names.count)
    (mean, covariance) = (moments.mean, moments.covariance)
  }
}

extension Posterior {
  /// The draws of a sampler that are to be used: those with weights, if there are any.
  func forecastDraws(
    by sampler: any Sampler, in context: RunContext
  ) async throws -> SampleSet {
    let sets = try await sample(self, by: [sampler], in: context)
    guard let set = sets.first(where: { $0.kind == .weighted }) ?? sets.first else {
      throw SamplingError.noMode([])
    }
    return set
  }
}

extension Problem {
  /// The posterior of mock data.
  ///
  /// Data of normal errors, of one or of several probes, enter through their summaries, K + 1 normal deviates for supernovae on nodes,
  /// whatever their number; otherwise all data are drawn.
  ///
  /// - Parameters:
  ///   - number: that of the mock; 0 for data without noise.
  ///   - truth: the values of all parameters.
  ///   - seed: of all random numbers.
  /// - Throws: `AnalysisError`, `SimulationError`.
  public func mockPosterior(
    _ number: Int, at truth: Truth, seed: Seed
  ) throws -> Posterior {
    let values = truth.values(of: likelihood.parameterNames)
    guard let name = posterior.likelihoods.first?.name else { throw SimulationError.noMeaning }
    let mock: any GradientLikelihood
    if let (_, summarised) = try? mockLikelihood() {
      guard var summaries = summarised.predictedSummaries(at: values) else {
        throw SimulationError.noMeaning
      }
      if number > 0 {
        var random = seed.stream("summaries of a mock", number)
        for i in summaries.indices { summaries[i] += random.nextStandardNormal() }
      }
      mock = summarised.replacingSummaries(summaries)
    } else if number > 0 {
      let data = try self.mock(number, at: truth, seed: seed).data.flatMap(\.numbers)
      mock = likelihood.replacingData(data)
    } else {
      mock = likelihood.replacingData(likelihood.prediction(at: values))
    }
    return try Posterior(posterior.space, likelihoods: [.init(name, mock)])
  }
}

extension MockData {
  /// The numbers that a likelihood has for data.
  fileprivate var numbers: [Double] {
    switch self {
    case .supernovae(_, let catalog): catalog.sample?.magnitudes ?? []
    case .measurement(_, _, let vector): vector.values
    case .normal(_, _, let mean, _): [mean]
    }
  }
}
