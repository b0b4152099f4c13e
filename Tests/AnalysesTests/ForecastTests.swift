import Analyses
import Cosmology
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Magnitudes that are linear in w0 and wa: everything about them has a closed form.
private struct LinearMagnitudes: GaussianLikelihood {
  let parameterNames = ["w0", "wa"]
  let slopes: [[Double]]
  let sigma: Double
  var data: [Double]
  var marginalisedCount: Int { 0 }

  func prediction(at parameters: [Double]) -> [Double] {
    data.indices.map { slopes[0][$0] * parameters[0] + slopes[1][$0] * parameters[1] }
  }
  func replacingData(_ data: [Double]) -> LinearMagnitudes {
    LinearMagnitudes(slopes: slopes, sigma: sigma, data: data)
  }
  func chiSquared(at parameters: [Double]) -> Double {
    zip(data, prediction(at: parameters)).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / (sigma * sigma)
    }
  }
  func logLikelihood(at parameters: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
    var sum = 0.0
    (gradient[0], gradient[1]) = (0, 0)
    for i in data.indices {
      let model = slopes[0][i] * parameters[0] + slopes[1][i] * parameters[1]
      let score = (data[i] - model) / (sigma * sigma)
      sum -= 0.5 * score * (data[i] - model)
      gradient[0] += score * slopes[0][i]
      gradient[1] += score * slopes[1][i]
    }
    return sum
  }
}

/// What a survey will measure.
@Suite struct ForecastTests {
  /// A survey with correlated errors, and its analysis.
  private func problem(
    _ survey: SurveyDescription, model: String = "flat_w0wacdm",
    _ change: (inout Analysis) throws -> Void = { _ in }
  ) throws -> Problem {
    var analysis = Analysis(likelihood: [:])
    analysis.samplers = [TransportSampler()]
    analysis.theory.model = model
    analysis = try analysis.observing(survey)
    try change(&analysis)
    return try analysis.problem()
  }

  private func survey(_ scale: Int = 1) throws -> SurveyDescription {
    var survey = SurveyDescription([
      .init(0.02, 0.1, count: 40 * scale), .init(0.1, 0.8, count: 100 * scale),
      .init(0.8, 1.7, count: 60 * scale),
    ])
    survey.systematics = [
      .init(
        "calibration", amplitude: 0.01, shape: try Expression("cos(pi*k*x)"), modes: 3),
      .init("evolution", amplitude: 0.02, shape: try Expression("z")),
    ]
    return survey
  }

  @Test("the figure of merit of linear normal data is its closed form to 1e-10")
  func closedForm() throws {
    let redshifts = (0..<500).map { 0.01 + 0.003 * Double($0) }
    let slopes = [redshifts.map { 1 + $0 }, redshifts.map { $0 * $0 }]
    let likelihood = LinearMagnitudes(
      slopes: slopes, sigma: 0.12, data: redshifts.map { _ in 0 })
    func product(_ i: Int, _ j: Int) -> Double {
      zip(slopes[i], slopes[j]).reduce(0) { $0 + $1.0 * $1.1 } / (0.12 * 0.12)
    }
    let exact = (product(0, 0) * product(1, 1) - product(0, 1) * product(0, 1)).squareRoot()
    let fisher = try FisherMatrix(likelihood, at: [-0.9, 0.3], of: ["w0", "wa"])
    let covariance = try #require(fisher.covariance)
    let merit = try #require(FigureOfMerit.of(covariance))
    #expect(abs(merit / exact - 1) < 1e-10)
    // A normal prior adds its inverse variance, and a flat one nothing.
    let space = try ParameterSpace([
      Parameter("w0", prior: .normal(mean: -1, standardDeviation: 0.2)),
      Parameter("wa", prior: .uniform(lower: -3, upper: 2)),
    ])
    let prior = space.priorInformation(at: [-0.9, 0.3])
    #expect(abs(prior.matrix[0, 0] - 25) < 1e-6)
    #expect(prior.matrix[1, 1] == 0 && prior.matrix[0, 1] == 0)
    let sum = try #require((fisher + prior).covariance)
    let both = try #require(FigureOfMerit.of(sum))
    let exactBoth =
      ((product(0, 0) + 25) * product(1, 1) - product(0, 1) * product(0, 1)).squareRoot()
    #expect(abs(both / exactBoth - 1) < 1e-9)
    // The area of the 68.27 % ellipse: π Δχ² √det.
    #expect(abs(FigureOfMerit.area(merit) * exact / (Double.pi * 2.2957) - 1) < 1e-4)
    // The broken twin: data that measure only one combination.
    let flat = LinearMagnitudes(
      slopes: [slopes[0], slopes[0]], sigma: 0.1, data: likelihood.data)
    #expect(try FisherMatrix(flat, at: [0, 0], of: ["w0", "wa"]).covariance == nil)
  }

  @Test(
    "deviations are those of finite differences of the likelihood, with systematic errors and without"
  )
  func finiteDifferences() async throws {
    for hasSystematics in [true, false] {
      var survey = try survey()
      if !hasSystematics { survey.systematics = [] }
      let problem = try problem(survey) {
        $0.likelihood[Analysis.supernovae]?.path = .direct
        try $0.assign(priors: ["omega_m=normal(0.3,0.02)"], fixed: [])
      }
      let truth = try problem.truth(["w0=-0.95,wa=0.1"])
      var settings = ForecastSettings()
      settings.sampler = nil
      let forecast = try await problem.forecast(at: truth, survey: survey, settings).forecast
      // Second differences of χ² itself, of the matrix N × N, where data are what is predicted.
      let names = problem.posterior.space.free.map(\.name)
      let likelihood = problem.likelihood
      let centre = truth.values(of: likelihood.parameterNames)
      let asimov = likelihood.replacingData(likelihood.prediction(at: centre))
      let steps = forecast.rows.map { 0.02 * $0.fisher }
      var hessian = Matrix(diagonal: names.map { _ in 0 })
      func value(_ i: Int, _ a: Double, _ j: Int, _ b: Double) -> Double {
        var point = centre
        let places = [i, j].map { likelihood.parameterNames.firstIndex(of: names[$0]) ?? 0 }
        point[places[0]] += a * steps[i]
        point[places[1]] += b * steps[j]
        return 0.5 * asimov.chiSquared(at: point)
      }
      for i in names.indices {
        for j in names.indices {
          let mixed =
            value(i, 1, j, 1) - value(i, 1, j, -1) - value(i, -1, j, 1) + value(i, -1, j, -1)
          hessian[i, j] = mixed / (4 * steps[i] * steps[j])
        }
      }
      let omega = try #require(names.firstIndex(of: "omega_m"))
      hessian[omega, omega] += 1 / (0.02 * 0.02)
      let covariance = try Cholesky(hessian).inverse
      for (index, row) in forecast.rows.enumerated() {
        #expect(
          abs(row.fisher / covariance[index, index].squareRoot() - 1) < 2e-3,
          "\(row), \(covariance[index, index].squareRoot())")
      }
      // Summaries on nodes have the same information.
      let projected = try problem.analysis.problemOnNodes(survey)
      let summarised = try #require(projected.likelihood as? any SummarisedLikelihood)
      let other = try FisherMatrix(
        summaries: summarised, at: truth.values(of: summarised.parameterNames), of: names)
      let total = other + projected.posterior.space.priorInformation(at: truth.values(of: names))
      let onNodes = try #require(total.covariance)
      for (index, row) in forecast.rows.enumerated() {
        #expect(abs(row.fisher / onNodes[index, index].squareRoot() - 1) < 1e-4, "\(row)")
      }
    }
  }

  @Test(
    "the information of several data sets with a marginalised zero point is that of their likelihood"
  )
  func joint() async throws {
    let survey = try survey()
    let problem = try problem(survey) {
      $0.probes = try .init(options: ["desi_dr2", "normal:omega_m,0.3,0.01"])
    }
    #expect(problem.joint?.marginalisedCount == 1)
    var settings = ForecastSettings()
    settings.sampler = nil
    let truth = try problem.truth()
    let forecast = try await problem.forecast(at: truth, survey: survey, settings).forecast
    let names = problem.posterior.space.free.map(\.name)
    let whole = try FisherMatrix(
      problem.likelihood, at: truth.values(of: problem.likelihood.parameterNames), of: names)
    let prior = problem.posterior.space.priorInformation(at: truth.values(of: names))
    let covariance = try #require((whole + prior).covariance)
    for (index, row) in forecast.rows.enumerated() {
      #expect(abs(row.fisher / covariance[index, index].squareRoot() - 1) < 1e-4, "\(row)")
    }
    let without = forecast.budget.first { $0.without == "the data of desi_dr2" }
    #expect(try #require(without?.ratio) < 1)
  }

  @Test("summaries of several data sets have the likelihood of all measurements, and its gradient")
  func jointSummaries() async throws {
    // So many that distances of the usual accuracy would not do for the nodes.
    var survey = try survey(25)
    survey.systematics[0].modes = 30
    func joined(_ isDirect: Bool) throws -> Problem {
      try problem(survey) {
        $0.probes = try .init(options: ["desi_dr2,cmb"])
        if isDirect { $0.likelihood[Analysis.supernovae]?.path = .direct }
      }
    }
    let (projected, direct) = (try joined(false), try joined(true))
    let truth = try projected.truth(["w0=-0.95,wa=0.1"])
    let names = projected.posterior.space.free.map(\.name)
    #expect(direct.posterior.space.free.map(\.name) == names)
    let (own, other) = (
      try projected.mockPosterior(0, at: truth, seed: 1),
      try direct.mockPosterior(0, at: truth, seed: 1)
    )
    let joint = try #require(projected.joint)
    let summarised = try SummarisedJointLikelihood(joint)
    let fisher =
      try FisherMatrix(
        summaries: summarised, at: truth.values(of: summarised.parameterNames), of: names)
      + projected.posterior.space.priorInformation(at: truth.values(of: names))
    let covariance = try #require(fisher.covariance)
    let whole =
      try FisherMatrix(
        direct.likelihood, at: truth.values(of: direct.likelihood.parameterNames), of: names)
      + direct.posterior.space.priorInformation(at: truth.values(of: names))
    let exact = try #require(whole.covariance)
    for i in names.indices {
      #expect(abs((covariance[i, i] / exact[i, i]).squareRoot() - 1) < 1e-3, "\(names[i])")
    }

    let factor = try Cholesky(covariance)
    var random = RandomStream(seed: 5, "points of a joint forecast")
    let center = truth.values(of: names)
    var constants: [Double] = []
    var onNodes = 0
    for index in 0..<12 {
      // The truth, then points that are up to some standard deviations from it.
      let deviates = names.map { _ in index == 0 ? 0 : 1.5 * random.nextStandardNormal() }
      let values = names.indices.map { i in
        center[i] + (0...i).reduce(0) { $0 + factor[i, $1] * deviates[$1] }
      }
      guard let point = own.space.position(of: values) else { continue }
      let (a, b) = (own.logDensityAndGradient(at: point), other.logDensityAndGradient(at: point))
      constants.append(a.logDensity - b.logDensity)
      let scale = b.gradient.map(abs).reduce(1, max)
      for (x, y) in zip(a.gradient, b.gradient) {
        #expect(abs(x - y) < 1e-6 * scale, "\(index): \(x), \(y)")
      }
      // The likelihood of data itself stays on the nodes there.
      let all = truth.values.merging(zip(names, values)) { $1 }
      if summarised.isSummarised(at: summarised.parameterNames.map { all[$0] ?? .nan }) {
        onNodes += 1
      }
    }
    #expect(constants.count > 8 && onNodes == constants.count, "\(onNodes) of \(constants.count)")
    for constant in constants { #expect(abs(constant - constants[0]) < 1e-6, "\(constants)") }
  }

  @Test("the posterior of several data sets has the deviations of the Fisher matrix")
  func jointPosterior() async throws {
    let survey = try survey(25)
    let problem = try problem(survey) { $0.probes = try .init(options: ["desi_dr2,cmb"]) }
    let forecast = try await problem.forecast(
      at: problem.truth(), survey: survey, in: RunContext(seed: 2)
    ).forecast
    #expect(forecast.exitStatus == .success)
    for row in forecast.rows {
      #expect(abs(try #require(row.ratio) - 1) < 0.12, "\(row)")
      #expect(abs(try #require(row.mean) - row.truth) < 0.35 * row.fisher, "\(row)")
    }
  }

  @Test("one more supernova brings what the figure of merit grows by, and the budget what it loses")
  func derivative() async throws {
    var survey = try survey()
    var settings = ForecastSettings()
    settings.sampler = nil
    func forecast(_ survey: SurveyDescription) async throws -> Forecast {
      let problem = try problem(survey) {
        try $0.assign(priors: ["omega_m=normal(0.3,0.02)"], fixed: [])
      }
      return try await problem.forecast(at: problem.truth(), survey: survey, settings).forecast
    }
    let first = try await forecast(survey)
    #expect(first.next.map(\.count) == [40, 100, 60])
    for index in survey.bins.indices {
      var (more, fewer) = (survey, survey)
      more.bins[index].count += 2
      fewer.bins[index].count -= 2
      let (high, low) = (
        try await forecast(more).merit.fisher, try await forecast(fewer).merit.fisher
      )
      #expect(abs((high - low) / 4 / first.next[index].gain - 1) < 0.02, "bin \(index)")
    }
    let all = try #require(first.budget.first { $0.without == "all systematic errors" }?.merit)
    survey.systematics = []
    let without = try await forecast(survey).merit.fisher
    #expect(abs(all / without - 1) < 1e-9)
    survey = try self.survey()
    survey.lensing = 0
    let lensing = try #require(first.budget.first { $0.without == "lensing" }?.merit)
    #expect(abs(try await forecast(survey).merit.fisher / lensing - 1) < 1e-9)
    // The pivot is where w is measured best, and FoM = 1 / (σ(w_p) σ(wa)).
    let pivot = try #require(first.fisherPivot)
    let wa = try #require(first.rows.first { $0.parameter == "wa" }?.fisher)
    #expect(abs(1 / (pivot.standardDeviation * wa) / first.merit.fisher - 1) < 1e-9)
  }

  @Test(
    "a posterior that is nearly normal has the deviations of the Fisher matrix; mocks are reproducible"
  )
  func fullPosterior() async throws {
    let survey = try survey(10)
    let problem = try problem(survey, model: "flat_lcdm")
    var settings = ForecastSettings()
    settings.mocks = 3
    let truth = try problem.truth(["omega_m=0.32"])
    let (forecast, draws) = try await problem.forecast(
      at: truth, survey: survey, settings, in: RunContext(seed: 4))
    #expect(draws != nil && forecast.exitStatus == .success)
    let row = try #require(forecast.rows.first { $0.parameter == "omega_m" })
    #expect(abs(try #require(row.ratio) - 1) < 0.03, "\(row)")
    #expect(abs(try #require(row.mean) - 0.32) < 0.2 * row.fisher)
    let mocks = try #require(forecast.mocks)
    #expect(mocks.count == 3 && abs(mocks.merit / forecast.merit.fisher - 1) < 0.2)
    // On one thread as on all.
    let again = try await problem.forecast(
      at: truth, survey: survey, settings,
      in: RunContext(seed: 4, workers: LocalWorkers(threadCount: 1))
    ).forecast
    #expect(again.mocks?.merit == mocks.merit && again.rows[0].mean == forecast.rows[0].mean)
  }

  @Test("20,000 supernovae with 100 systematic modes have a full posterior like Fisher's")
  func large() async throws {
    var survey = SurveyDescription([
      .init(0.02, 0.1, count: 2000), .init(0.1, 1, count: 12_000), .init(1, 2, count: 6000),
    ])
    survey.systematics = [
      .init("calibration", amplitude: 0.005, shape: try Expression("cos(pi*k*x)"), modes: 100)
    ]
    let problem = try problem(survey) {
      try $0.assign(priors: ["omega_m=normal(0.3,0.01)"], fixed: [])
    }
    let forecast = try await problem.forecast(at: problem.truth(), survey: survey).forecast
    #expect(forecast.merit.full != nil && forecast.exitStatus == .success, "\(forecast)")
    #expect(try #require(forecast.merit.ratio) > 0.5)
    #expect(try #require(forecast.merit.ratio) < 2)
  }

  @Test("light curves, values outside of priors and parameters that are not measured are refused")
  func refusals() async throws {
    let survey = try survey()
    let problem = try problem(survey)
    await #expect(throws: AnalysisError.self) {
      _ = try await problem.forecast(at: problem.truth(["omega_m=1.5"]), survey: survey)
    }
    #expect(throws: AnalysisError.self) { try problem.truth(["omegam_m=0.3,w9=1"]) }
    #expect(throws: AnalysisError.self) { try problem.truth(["w0"]) }
    #expect(throws: AnalysisError.self) { try problem.truth(["w0=-1", "w0=-0.9"]) }
    var settings = ForecastSettings()
    settings.merit = ["w0", "nothing"]
    await #expect(throws: AnalysisError.self) {
      _ = try await problem.forecast(at: problem.truth(), survey: survey, settings)
    }
  }
}

extension Analysis {
  /// The same on nodes.
  fileprivate func problemOnNodes(_ survey: SurveyDescription) throws -> Problem {
    var analysis = try observing(survey)
    analysis.likelihood[Analysis.supernovae]?.path = .projected
    return try analysis.problem()
  }
}
