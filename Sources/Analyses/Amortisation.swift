public import Inference
import LinearAlgebra
public import Samplers

/// An amortised posterior at work: on the data themselves, and on mock data of the prior.
public struct Amortisation: Sendable, Codable {
  /// Quantiles over mocks.
  public struct Quantiles: Sendable, Codable {
    /// 5 %, 50 % and 95 %.
    public var low, median, high: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      (low, median, high) = (
        quantile(0.05, ofSorted: sorted), quantile(0.5, ofSorted: sorted),
        quantile(0.95, ofSorted: sorted)
      )
    }
  }

  /// A parameter.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var parameter: String
    /// Mean and standard deviation of the posterior of the data.
    public var mean, standardDeviation: Double
    /// The shares of mocks whose 68 % and 95 % intervals hold the value that they were made with.
    public var coverage68, coverage95: Double
  }

  /// The number of mocks, and of those without a mode.
  public var mockCount, lostCount: Int
  /// The number of draws of each posterior.
  public var drawCount: Int
  /// The efficiency of the weights of the data's posterior, 0 to 1, and ln Z with its standard error.
  public var efficiency, logEvidence, logEvidenceError: Double
  /// Why its draws are not to be used, in sentences.
  public var objections: [String]
  /// The efficiencies of the mocks' weights, and those of the normal density with the curvature at the mode.
  public var efficiencies, laplaceEfficiencies: Quantiles
  /// The time for each mock, in seconds.
  public var secondsPerMock: Double
  /// The parameters.
  public var rows: [Row]

  /// Whether the data's weights are not to be used, or more than 5 % of the mocks' have an efficiency below a half.
  public var exitStatus: ExitStatus {
    objections.isEmpty && efficiencies.low >= 0.5 ? .success : .failedCheck
  }
}

extension AmortisedPosterior {
  /// Trains for a problem.
  ///
  /// - Parameters:
  ///   - problem: of one set of supernovae on nodes.
  ///   - settings: of the training.
  ///   - context: where to run.
  /// - Throws: `AnalysisError.notSummarised`, `SamplingError`.
  public static func train(
    for problem: Problem, _ settings: Settings = Settings(), in context: RunContext = RunContext()
  ) async throws -> AmortisedPosterior {
    try await train(
      names: problem.posterior.space.free.map(\.name), settings,
      notes: ["problem": problem.simulationKey()], in: context, simulate: problem.simulation())
  }
}

extension Problem {
  /// Uses an amortised posterior on the data, and on mocks of the prior.
  ///
  /// - Parameters:
  ///   - amortised: trained for this problem.
  ///   - mockCount: the number of mocks, at least 1.
  ///   - drawCount: the number of draws of each posterior, at least 100.
  ///   - context: where to run.
  /// - Throws: `AnalysisError.otherAmortisation` where it was trained for another problem, `.notSummarised`,
  ///   `SamplingError`.
  public func amortisation(
    by amortised: AmortisedPosterior, mocks mockCount: Int, draws drawCount: Int,
    in context: RunContext = RunContext()
  ) async throws -> Amortisation {
    guard try amortised.flow.notes["problem"] == simulationKey() else {
      throw AnalysisError.otherAmortisation
    }
    let simulate = try simulation()
    var generator = context.seed.stream("mocks of an amortisation")
    var mocks: [AmortisedPosterior.Simulation] = []
    for _ in 0..<10 * mockCount where mocks.count < mockCount {
      if let mock = simulate(&generator) { mocks.append(mock) }
    }
    let start = ContinuousClock.now
    let results = try await amortised.draws(of: mocks.map(\.posterior), drawCount, in: context)
    let duration = (ContinuousClock.now - start) / .seconds(1)
    let found = results.compactMap(\.self)
    let standardised = posterior.standardised
    guard
      let own = try await amortised.draws(
        of: [standardised], max(10_000, drawCount), in: context)[0]
    else { throw SamplingError.noMode([]) }
    func values(_ point: [Double]) -> [Double] {
      standardised.draw(at: point, logDensity: 0).values
    }
    let names = posterior.space.free.map(\.name)
    let moments = WeightedMoments(
      own.points.flatMap { values($0).prefix(names.count) }, own.weights.smoothed,
      dimension: names.count)
    // The rank of what each mock was made with among the weighted draws, for each parameter.
    let ranks = zip(mocks, results).compactMap { mock, draws -> [Double]? in
      draws.map { draws in
        let (truth, weights) = (values(mock.point), draws.weights.smoothed)
        var below = names.map { _ in 0.0 }
        for (weight, point) in zip(weights, draws.points) {
          let value = values(point)
          for index in names.indices where value[index] < truth[index] { below[index] += weight }
        }
        let sum = weights.reduce(0, +)
        return below.map { $0 / sum }
      }
    }
    let rows = names.enumerated().map { index, name -> Amortisation.Row in
      func coverage(_ share: Double) -> Double {
        let inside = ranks.count { abs($0[index] - 0.5) <= share / 2 }
        return Double(inside) / Double(max(1, ranks.count))
      }
      return Amortisation.Row(
        parameter: name, mean: moments.mean[index],
        standardDeviation: moments.covariance[index, index].squareRoot(),
        coverage68: coverage(0.6827), coverage95: coverage(0.9545))
    }
    return Amortisation(
      mockCount: mocks.count, lostCount: mocks.count - found.count, drawCount: drawCount,
      efficiency: own.weights.efficiency, logEvidence: own.weights.logEvidence,
      logEvidenceError: own.weights.logEvidenceError,
      objections: ImportanceVerdict(own.weights, forward: nil).sentences,
      efficiencies: .init(found.map(\.weights.efficiency)),
      laplaceEfficiencies: .init(found.map(\.laplaceEfficiency)),
      secondsPerMock: duration / Double(max(1, mocks.count)), rows: rows)
  }
}
