import Catalogs
import Cosmology
public import Inference
import LinearAlgebra
public import Samplers

/// What a forecast does.
public struct ForecastSettings: Sendable {
  /// The parameters of the figure of merit; w0 and wa if nil, or what the model has of interest.
  public var merit: [String]?
  /// The sampler of posteriors; nil for the Fisher matrix alone.
  public var sampler: (any Sampler)?
  /// The number of mocks with noise, beside the one without.
  public var mocks = 0

  /// The posterior by a fitted map with weights, and no mocks with noise.
  public init() {
    var map = TransportSampler()
    (map.chains, map.draws, map.weightedDraws) = (1, 500, 20_000)
    sampler = map
  }
}

extension Problem {
  /// Forecasts what these data will measure if the truth is known.
  ///
  /// - Parameters:
  ///   - truth: the values of all parameters.
  ///   - survey: the survey whose supernovae these are; nil for catalogs.
  ///   - settings: what is to be done.
  ///   - context: where to run.
  /// - Returns: the forecast, and the draws of the posterior if there are any.
  /// - Throws: `AnalysisError`, `SimulationError`, `SamplingError`.
  public func forecast(
    at truth: Truth, survey: SurveyDescription? = nil,
    _ settings: ForecastSettings = ForecastSettings(), in context: RunContext = RunContext()
  ) async throws -> (forecast: Forecast, draws: SampleSet?) {
    let begin = ContinuousClock.now
    let information = try ForecastInformation(
      self, at: truth, parts: survey.map(MagnitudeParts.init))
    let names = information.names
    let merit = try meritNames(settings.merit, among: names)
    let places = merit.compactMap { names.firstIndex(of: $0) }
    guard let covariance = information.covariance(),
      let value = FigureOfMerit.of(FigureOfMerit.block(covariance, places))
    else {
      throw AnalysisError.notForecast(
        "the data and priors do not measure \(names.joined(separator: ", ")); fix some, or give them priors with a width"
      )
    }
    var forecast = Forecast(
      model: analysis.theory.model,
      supernovaCount: catalogs.reduce(0) { $0 + $1.count },
      rows: names.enumerated().map { index, name in
        .init(
          parameter: name, truth: truth.values[name] ?? .nan,
          fisher: covariance[index, index].squareRoot())
      }, covariance: names.indices.map { row in names.indices.map { covariance[row, $0] } },
      merit: .init(
        parameters: merit, fisher: value,
        fisherArea: merit.count == 2 ? FigureOfMerit.area(value) : nil),
      fisherPivot: nil, fullPivot: nil, budget: information.budget(places, whole: value),
      next: information.next(places, covariance, whole: value, survey?.bins),
      fisherSeconds: 0, posteriorSeconds: 0)
    func pivot(_ mean: [Double], _ covariance: Matrix) -> Pivot? {
      guard let i = names.firstIndex(of: "w0"), let j = names.firstIndex(of: "wa") else {
        return nil
      }
      return Pivot(
        means: (mean[i], mean[j]), variances: (covariance[i, i], covariance[j, j]),
        covariance: covariance[i, j])
    }
    forecast.fisherPivot = pivot(truth.values(of: names), covariance)
    forecast.fisherSeconds = (.now - begin) / .seconds(1)
    guard let sampler = settings.sampler else { return (forecast, nil) }

    let start = ContinuousClock.now
    let draws = try await mockPosterior(0, at: truth, seed: context.seed)
      .forecastDraws(by: sampler, in: context)
    if let moments = DrawMoments(draws, names) {
      for index in names.indices {
        let deviation = moments.covariance[index, index].squareRoot()
        (forecast.rows[index].mean, forecast.rows[index].standardDeviation) = (
          moments.mean[index], deviation
        )
        forecast.rows[index].ratio = deviation / forecast.rows[index].fisher
      }
      let full = FigureOfMerit.of(FigureOfMerit.block(moments.covariance, places))
      (forecast.merit.full, forecast.merit.ratio) = (full, full.map { $0 / value })
      forecast.fullPivot = pivot(moments.mean, moments.covariance)
    }
    if draws.outcome.isAccepted == false {
      forecast.objection = draws.outcome.verdict ?? "the weights are not to be used"
    }
    if settings.mocks > 0 {
      forecast.mocks = await mocks(
        ForecastStudy(
          self, at: truth, merit: merit, count: settings.mocks, sampler: sampler,
          seed: context.seed), in: context)
    }
    forecast.posteriorSeconds = (.now - start) / .seconds(1)
    return (forecast, draws)
  }

  private func meritNames(
    _ chosen: [String]?, among names: [String]
  ) throws(AnalysisError) -> [String] {
    if let chosen {
      for name in chosen where !names.contains(name) {
        throw .unknownParameter(name, model: analysis.theory.model, available: names)
      }
      guard !chosen.isEmpty, Set(chosen).count == chosen.count else {
        throw .outOfRange("--merit", "a list of different free parameters")
      }
      return chosen
    }
    let pair = ["w0", "wa"]
    if pair.allSatisfy(names.contains) { return pair }
    let relevant = relevantParameters
    return relevant.isEmpty ? names : relevant
  }

  private func mocks(_ study: ForecastStudy, in context: RunContext) async -> Forecast.Mocks {
    // Each mock on one thread, as many at a time as there are.
    let merits = await context.workers.map(study.unitCount) { unit -> Double? in
      var own = context
      (own.workers, own.events) = (LocalWorkers(threadCount: 1), { _ in })
      return try? await study.values(of: unit, in: own).first
    }
    let found = merits.compactMap(\.self)
    let mean = found.reduce(0, +) / Double(max(1, found.count))
    let sum = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return .init(
      count: found.count, lostCount: merits.count - found.count, merit: mean,
      meritScatter: found.count > 1 ? (sum / Double(found.count - 1)).squareRoot() : .nan)
  }
}

extension ForecastInformation {
  /// The figures of merit without each part of errors and data.
  func budget(_ places: [Int], whole: Double) -> [Forecast.BudgetEntry] {
    func entry(_ name: String, _ what: Without) -> Forecast.BudgetEntry {
      let merit = merit(places, without: what)
      return .init(without: name, merit: merit, ratio: merit.map { $0 / whole })
    }
    var entries: [Forecast.BudgetEntry] = []
    let isAlone = supernovae.count + others.count == 1
    for (index, set) in supernovae.enumerated() {
      let prefix = supernovae.count > 1 ? "\(set.name): " : ""
      let sources = set.information.sources
      if sources.count > 1 {
        entries += sources.map { entry("\(prefix)\($0)", .variance(set: index, $0)) }
      }
      let groups = set.information.groups
      entries += groups.indices.map {
        entry("\(prefix)\(groups[$0].name)", .systematics(set: index, [$0]))
      }
      if groups.count > 1 {
        entries.append(
          entry("\(prefix)all systematic errors", .systematics(set: index, Array(groups.indices))))
      }
    }
    for (index, set) in statistical.enumerated() {
      entries.append(entry("\(set.name): systematic part of the covariance", .matrix(index)))
    }
    if !isAlone {
      entries += supernovae.map { entry("the data of \($0.name)", .data($0.name)) }
      entries += others.map { entry("the data of \($0.name)", .data($0.name)) }
    }
    return entries
  }

  private static let edges: [Double] = [
    0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 20,
  ]

  /// dFoM/dN by redshift, of the first set of supernovae whose errors are known part by part.
  func next(
    _ places: [Int], _ covariance: Matrix, whole: Double, _ bins: [SurveyDescription.Bin]?
  ) -> [Forecast.Next] {
    guard let set = supernovae.first else { return [] }
    // The amplitudes of the first set stand right behind the parameters.
    let own = FigureOfMerit.block(covariance, Array(0..<set.information.matrix.rows))
    let ranges =
      bins.map { $0.map { ($0.lower, $0.upper) } }
      ?? zip(Self.edges, Self.edges.dropFirst()).map { ($0, $1) }
    let gains = ranges.compactMap { lower, upper -> Forecast.Next? in
      let inside = set.redshifts.filter { $0.redshift >= lower && $0.redshift < upper }.map(\.index)
      guard let gain = set.information.gain(own, places, of: inside) else { return nil }
      return .init(
        lower: lower, upper: upper, count: inside.count, gain: gain * whole, relative: 0)
    }
    let largest = gains.map(\.gain).max() ?? 1
    return gains.map { gain in
      var gain = gain
      gain.relative = gain.gain / largest
      return gain
    }
  }
}
