import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Mock data: drawn with the right errors, and read again as they were written.
@Suite struct SimulationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func survey() throws -> SurveyDescription {
    var survey = SurveyDescription([
      .init(0.02, 0.1, count: 100), .init(0.1, 0.8, count: 200), .init(0.8, 1.5, count: 100),
    ])
    survey.systematics = [
      .init("calibration", amplitude: 0.02, shape: try Expression("cos(pi*k*x)"), modes: 4)
    ]
    return survey
  }

  private func catalog(_ mock: Mock) throws -> Catalog {
    guard case .supernovae(_, let catalog)? = mock.data.first else {
      throw AnalysisError.noLikelihood
    }
    return catalog
  }

  @Test("variances and modes of a survey are those of its description")
  func parts() throws {
    let parts = MagnitudeParts(try survey())
    #expect(parts.redshifts.count == 400 && parts.modes.columns == 4)
    for i in [0, 150, 399] {
      let z = parts.redshifts[i]
      let velocity = 5 / log(10) * 300 / 299_792.458 / z
      let expected = 0.08 * 0.08 + 0.01 + 0.055 * z * 0.055 * z + velocity * velocity
      #expect(abs(parts.total[i] - expected) < 1e-12)
      for k in 1...4 {
        let x = log(1 + z) / log(2.5)
        #expect(abs(parts.modes[i, k - 1] - 0.02 * cos(Double.pi * Double(k) * x)) < 1e-12)
      }
    }
    #expect(parts.redshifts == parts.redshifts.sorted())
  }

  @Test(
    "a mock is written, read and fitted: the truth is found, and the same seed gives the same bytes"
  )
  func roundTrip() async throws {
    let survey = try survey()
    let analysis = try Analysis(likelihood: [:]).observing(survey)
    let problem = try analysis.forSimulation.problem()
    let truth = try problem.truth(["omega_m=0.35"])
    for ending in ["fits", "csv"] {
      let mock = try problem.mock(1, at: truth, seed: 5)
      let paths = ["a.\(ending)", "b.\(ending)"].map(folder.path)
      for path in paths {
        let catalog = try catalog(mock)
        if ending == "csv" {
          try catalog.writeCSV(to: path, remarks: mock.remarks)
        } else {
          try catalog.writeFITS(to: path, remarks: mock.remarks)
        }
      }
      let bytes = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(bytes[0] == bytes[1])
      #expect(String(decoding: bytes[0], as: UTF8.self).contains("truth: omega_m = 0.35"))
      var fitted = Analysis(data: paths[0])
      if ending == "csv" {
        fitted.likelihood[Analysis.supernovae]?.covariance = paths[0] + ".cov.txt"
      }
      fitted.samplers = [TransportSampler()]
      let read = try fitted.problem()
      #expect(read.catalogs[0].sample?.magnitudes == (try catalog(mock)).sample?.magnitudes)
      let (findings, _) = try await read.run(in: RunContext(seed: 1))
      let omega = try #require(findings.posterior?.parameters.first { $0.name == "omega_m" })
      #expect(abs(omega.mean - 0.35) < 4 * omega.standardDeviation, "\(omega)")
      let best = try read.bestFit()
      #expect(abs(best.chiSquared - 398) < 4 * (2.0 * 398).squareRoot())
    }
  }

  @Test("mocks of a matrix of errors have it for their covariance")
  func covariance() throws {
    let analysis = Analysis(data: ProjectFiles.data("jla_binned.fits"))
    let problem = try analysis.forSimulation.problem()
    let truth = try problem.truth(["omega_m=0.28", "delta_mu=0.02"])
    let values = truth.values(of: problem.likelihood.parameterNames)
    let mean = problem.likelihood.prediction(at: values)
    var sum = 0.0
    let count = 400
    var last = mean
    for number in 1...count {
      let drawn = try catalog(problem.mock(number, at: truth, seed: 2))
      let data = try #require(drawn.sample?.magnitudes)
      #expect(data != last)
      last = data
      sum += problem.likelihood.replacingData(data).chiSquared(at: values)
    }
    // χ² of 31 numbers at the truth: the mean of 400 has an error of √(2 · 31 / 400) = 0.39.
    #expect(abs(sum / Double(count) - 31) < 4 * 0.39, "\(sum / Double(count))")
  }

  @Test(
    "BAO, the microwave background and a normal likelihood are written, and read again as they were"
  )
  func joint() throws {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.fits"))
    analysis.probes = try .init(options: ["desi_dr2", "cmb", "normal:omega_b,0.0224,0.0005"])
    let problem = try analysis.forSimulation.problem()
    let mock = try problem.mock(1, at: problem.truth(["omega_m=0.31,h=0.68"]), seed: 1)
    #expect(mock.data.count == 4)
    var found = 0
    for data in mock.data {
      guard case .measurement(let name, _, let vector) = data else { continue }
      found += 1
      let path = folder.path("\(name).yaml")
      try vector.writeGaussian(to: path, remarks: mock.remarks)
      let read = try DataVector(gaussian: path)
      #expect(read.observables.map(\.name) == vector.observables.map(\.name))
      for (a, b) in zip(read.values, vector.values) { #expect(abs(a / b - 1) < 1e-12) }
      for (a, b) in zip(read.covariance.elements, vector.covariance.elements) {
        #expect(abs(a - b) <= 1e-12 * abs(b))
      }
      #expect(throws: CatalogError.self) { try vector.writeGaussian(to: path) }
    }
    #expect(found == 2)
  }

  @Test("what is too faint is not found, and a limit that finds nothing is refused")
  func limit() throws {
    var survey = SurveyDescription([.init(0.5, 1.2, count: 300)])
    let analysis = try Analysis(likelihood: [:]).observing(survey)
    let problem = try analysis.forSimulation.problem()
    let truth = try problem.truth()
    let mean = problem.likelihood.prediction(
      at: truth.values(of: problem.likelihood.parameterNames))
    func bias(_ limit: SurveyDescription.Limit?) throws -> Double {
      survey.limit = limit
      let mock = try problem.mock(1, at: truth, seed: 3, survey: survey)
      let drawn = try catalog(mock)
      let found = try #require(drawn.sample?.magnitudes)
      return zip(found, mean).reduce(0) { $0 + $1.0 - $1.1 } / 300
    }
    #expect(abs(try bias(nil)) < 0.04)
    #expect(try bias(.init(24.3, width: 0.2)) < -0.05)
    #expect(throws: SimulationError.self) { _ = try bias(.init(15, width: 0.2)) }
  }

  @Test("light curves are drawn with shapes and colours")
  func lightCurves() throws {
    let analysis = Analysis(data: try folder.write(LightCurveTables().plain, to: "table.csv"))
    let problem = try analysis.forSimulation.problem()
    let mock = try problem.mock(1, at: problem.truth(), seed: 1)
    let drawn = try catalog(mock)
    let curves = try #require(drawn.lightCurves)
    #expect(curves.count == problem.catalogs[0].count)
    let own = try #require(problem.catalogs[0].lightCurves)
    #expect(curves.supernovae.map(\.color) != own.supernovae.map(\.color))
    try catalog(mock).writeFITS(to: folder.path("curves.fits"), remarks: mock.remarks)
    let read = try Catalog(reading: folder.path("curves.fits"))
    #expect(read.lightCurves == curves)
  }
}

/// Descriptions of surveys that are wrong, each with what is said of it.
@Suite struct SurveyFileTests {
  @Test("a description is read with its defaults")
  func reading() throws {
    let survey = try SurveyFile.parse(
      """
      counts: {0.02-0.1: 80, 0.1 - 1.2: 500}
      error: 0.05 + 0.03*z
      peculiar_velocity: 250
      systematics:
        calibration: {amplitude: 0.01, shape: cos(pi*k*x), modes: 3}
        evolution: {amplitude: 0.02}
      magnitude_limit: {value: 25}
      """, "wide.yaml")
    #expect(survey.name == "wide" && survey.count == 580 && survey.modeCount == 4)
    #expect(survey.scatter == 0.1 && survey.lensing == 0.055 && survey.peculiarVelocity == 250)
    #expect(survey.limit == .init(25, width: 0.2))
    #expect(survey.systematics[1].shape.names == ["z"])
  }

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("counts: {0.1-0.2: -3}", "0 to 1000000"), ("counts: {0.1-0.2: 3.5}", "whole number"),
      ("counts: {0.2-0.1: 3}", "rise"), ("counts: {x: 3}", "not two redshifts"),
      ("counts: {-0.1-0.2: 3}", "not two redshifts"), ("counts: {0.1-50: 3}", "at most 20"),
      ("counts: {0.1-0.2: 2000000}", "0 to 1000000"), ("counts: 5", "missing"),
      ("sigma_int: 0.1", "missing"), ("counts: {0.1-0.2: 30}\nlensin: 0.05", "lensing"),
      ("counts: {0.1-0.2: 30}\nsigma_int: -0.1", "not negative"),
      ("counts: {0.1-0.2: 30}\nsigma_int: many", "a number"),
      ("counts: {0.1-0.2: 30}\nerror: 0.1*y", "'y'"),
      ("counts: {0.1-0.2: 30}\nerror: 0.1*(", "error"),
      ("counts: {0.1-0.2: 30}\nerror: 0.1 - z", "above 0"),
      ("counts: {0.1-0.2: 30}\nsystematics: {a: {amplitude: -1}}", "above 0"),
      ("counts: {0.1-0.2: 30}\nsystematics: {a: {amplitud: 1}}", "amplitude"),
      ("counts: {0.1-0.2: 30}\nsystematics: {a: {amplitude: 0.1, modes: 5000}}", "1 to 1000"),
      ("counts: {0.1-0.2: 1000000}\nsystematics: {a: {amplitude: 0.1, modes: 900}}", "too many"),
      (
        "counts: {0.1-0.2: 30}\nsystematics: {a: {amplitude: 0.1, shape: log(z-1)}}", "not a number"
      ),
      ("counts: {0.1-0.2: 30}\nmagnitude_limit: {value: 25, width: 0}", "width above 0"),
      ("- 1", "keys such as"), ("counts: {0.1-0.2: 1}", "2 to"), ("{", "not YAML"),
    ])
  func faults(text: String, words: String) {
    do {
      _ = try SurveyFile.parse(text, "s.yaml")
      Issue.record("accepted: \(text)")
    } catch {
      #expect("\(error)".contains(words), "\(text): \(error)")
    }
  }
}
