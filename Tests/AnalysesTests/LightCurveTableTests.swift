import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// From the tables of three programs to one likelihood.
@Suite struct LightCurveTableTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func problem(
    _ text: String, _ file: String, _ change: (inout SupernovaChoice) -> Void = { _ in }
  ) throws -> Problem {
    var analysis = Analysis(data: try folder.write(text, to: file))
    var choice = try #require(analysis.likelihood[Analysis.supernovae])
    change(&choice)
    analysis.likelihood[Analysis.supernovae] = choice
    analysis.samplers = [TransportSampler()]
    return try analysis.problem()
  }

  /// log L and its gradient at a point of values by the beginnings of names, with the zero point shifted.
  private func evaluate(
    _ problem: Problem, zeroPoint: Double
  ) throws -> (value: Double, gradient: [Double]) {
    let values: [(String, Double)] = [
      ("omega_m", 0.32), ("alpha", 0.15), ("beta", 2.9), ("M", -19.08 + zeroPoint),
      ("delta_M", -0.05), ("sigma_int", 0.11), ("x1_mean", 0.1), ("x1_drift", 0.4),
      ("x1_sd", 0.9), ("c_mean", -0.02), ("c_drift", 0.05), ("c_sd", 0.08),
    ]
    let point = try problem.likelihood.parameterNames.map { name in
      try #require(values.first { name == $0.0 || name.hasPrefix($0.0 + "_") }?.1, "\(name)")
    }
    var gradient = point
    var span = gradient.mutableSpan
    let value = problem.likelihood.logLikelihood(at: point.span, gradient: &span)
    return (value, gradient)
  }

  @Test("a plain table, SNANA's and sncosmo's of the same light curves have one likelihood")
  func oneLikelihood() throws {
    let tables = LightCurveTables()
    let plain = try problem(tables.plain, "plain.csv")
    let expected = try evaluate(plain, zeroPoint: LightCurveTables.plainShift)
    #expect(plain.likelihood.parameterNames.contains("x1_drift_DES_deep"))
    for (name, text, shift) in [
      ("t.fitres", tables.snana, LightCurveTables.snanaShift), ("t.ecsv", tables.sncosmo, 0),
      // The same as CSV, without a description of the columns.
      (
        "t.csv",
        tables.sncosmo.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n"),
        0
      ),
    ] as [(String, String, Double)] {
      let other = try problem(text, name)
      let found = try evaluate(other, zeroPoint: shift)
      #expect(
        abs(found.value - expected.value) < 1e-9, "\(name): \(found.value), \(expected.value)")
      for (a, b) in zip(found.gradient, expected.gradient) {
        #expect(abs(a - b) < 1e-7 * (1 + abs(b)), "\(name)")
      }
      // Surveys as in the file: SNANA numbers them.
      let label = name == "t.fitres" ? "110" : "DES_deep"
      #expect(other.likelihood.parameterNames.contains("c_mean_\(label)"), "\(name)")
      // A fifth of the masses are not known, whatever marks them.
      #expect(
        other.catalogs[0].notes.contains { $0.hasPrefix("8 hosts have no mass") },
        "\(other.catalogs[0].notes)")
    }
    // A broken twin: covariances that are not taken from the amplitude to the magnitude.
    let wrong = try problem(
      tables.plain.replacing("cov_mb_c", with: "unused"), "wrong.csv", { $0.format = .lightCurves })
    let other = try evaluate(wrong, zeroPoint: LightCurveTables.plainShift)
    #expect(abs(other.value - expected.value) > 0.1)
  }

  @Test("what convert writes has the same likelihood, with populations by the same names")
  func converted() throws {
    let tables = LightCurveTables()
    for (name, text) in [("t.fitres", tables.snana), ("t.ecsv", tables.sncosmo)] {
      let original = try problem(text, name)
      let expected = try evaluate(original, zeroPoint: 0)
      try original.catalogs[0].writeFITS(to: folder.path("o.fits"), replacing: true)
      var analysis = Analysis(data: folder.path("o.fits"))
      analysis.samplers = [TransportSampler()]
      try analysis.problem().catalogs[0].writeCSV(to: folder.path("o.csv"), replacing: true)
      for path in ["o.fits", "o.csv"] {
        var analysis = Analysis(data: folder.path(path))
        analysis.samplers = [TransportSampler()]
        let other = try analysis.problem()
        #expect(other.likelihood.parameterNames == original.likelihood.parameterNames)
        #expect(try evaluate(other, zeroPoint: 0).value == expected.value, "\(path)")
        #expect(other.catalogs[0].labels.names == original.catalogs[0].labels.names)
        #expect(other.catalogs[0].names == original.catalogs[0].names)
      }
    }
  }

  @Test("a covariance of all light curves is for light curves, and its shifts are parameters")
  func systematicCovariance() throws {
    let tables = LightCurveTables(count: 10)
    let lines = (0..<30).map { i in
      (0..<30).map { j in "\(i % 3 == 0 && j % 3 == 0 ? 0.0004 : 0)" }.joined(separator: " ")
    }
    let matrix = try folder.write(lines.joined(separator: "\n") + "\n", to: "c.txt")
    let fitted = try problem(tables.plain, "plain.csv") { $0.systematicCovariance = matrix }
    #expect(fitted.likelihood.parameterNames.last == "sys_mode_1")
    #expect(fitted.catalogs[0].files[matrix] != nil)
    #expect(
      fitted.catalogs[0].notes.contains {
        $0.hasPrefix("the covariance of all light curves is 1 shift of all")
      })
    #expect(throws: AnalysisError.populationsNeeded("systematic_covariance")) {
      try problem(tables.plain, "plain.csv") {
        $0.systematicCovariance = matrix
        $0.populations = "none"
      }
    }
    let error = try #require(
      #expect(throws: CatalogError.self) {
        try problem("z,mu,mu_err\n0.1,38.3,0.1\n0.2,39.9,0.1\n", "moduli.csv") {
          $0.systematicCovariance = matrix
        }
      })
    #expect(error.description.contains("use --covariance"), "\(error)")
  }
}
