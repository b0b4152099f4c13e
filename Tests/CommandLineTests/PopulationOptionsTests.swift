import Foundation
import Inference
import TestSupport
import Testing

/// `fit` with populations, noise, contamination, selection and systematic errors.
@Suite struct PopulationOptionsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A table of light curves with two surveys.
  private func curves(header: String = "survey") -> String {
    var random = RandomStream(seed: 5, "light curves of two surveys")
    var table = "z,mb,dmb,x1,dx1,color,dcolor,cov_m_s,cov_m_c,cov_s_c,\(header)\n"
    for index in 0..<80 {
      let z = 0.02 + 0.006 * Double(index)
      let (shape, color) = (random.nextStandardNormal(), 0.08 * random.nextStandardNormal())
      let distance = 299_792.458 / 70 * z * (1 + 0.775 * z)
      let magnitude =
        5 * log10(distance) + 25 - 19.1 - 0.14 * shape + 3.1 * color
        + 0.14 * random.nextStandardNormal()
      let survey = index % 2 == 0 ? "DEEP" : "WIDE"
      table += "\(z),\(magnitude),0.1,\(shape),0.2,\(color),0.02,0,0,0,\(survey)\n"
    }
    return table
  }

  private func fit(_ file: String, _ arguments: [String]) throws -> Tool.Result {
    try Tool.run(
      ["fit", file, "-o", "out", "--draws", "300", "--warmup", "300"] + arguments, in: folder.path)
  }

  @Test(
    "parameters are those of the model that is asked for",
    arguments: [
      ([], ["x1_mean_DEEP", "x1_drift_WIDE", "c_sd_WIDE", "sigma_int"], ["x1_mean "]),
      (
        ["--populations", "one", "--no-drift"], ["x1_mean", "c_sd"], ["x1_drift", "x1_mean_DEEP"]
      ),
      (["--populations", "none"], ["alpha"], ["sigma_int", "x1_mean"]),
      (["--scatter", "survey"], ["sigma_int_DEEP", "sigma_int_WIDE"], []),
      (["--scatter", "none"], ["x1_sd_DEEP"], ["sigma_int"]),
      (["--noise", "student", "--populations", "one"], ["inverse_nu"], []),
      (["--noise", "outliers", "--populations", "one"], ["outlier_fraction"], []),
      (
        ["--selection", "--populations", "one", "--fix", "m_limit_width=0.2"],
        ["m_limit_DEEP", "m_limit_WIDE"], ["x1_drift"]
      ),
    ] as [([String], [String], [String])])
  func parameters(arguments: [String], with names: [String], without others: [String]) throws {
    _ = try folder.write(curves(), to: "curves.csv")
    let result = try fit("curves.csv", arguments)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    let columns = try String(contentsOfFile: folder.path("out/hmc.paramnames"), encoding: .utf8)
    for name in names { #expect(columns.contains("\(name)"), "\(name) in \(columns)") }
    let supernovae = folder.path("out/supernovae.csv")
    if arguments.contains("none"), arguments.contains("--populations") {
      #expect(!FileManager.default.fileExists(atPath: supernovae))
    } else {
      let lines = try String(contentsOfFile: supernovae, encoding: .utf8).split(separator: "\n")
      let isMixture = arguments.contains("outliers")
      let title = "survey,z,x1,x1_sd,c,c_sd,M,M_sd,pull" + (isMixture ? ",probability" : "")
      #expect(lines.count == 81 && lines[0] == title)
      if isMixture {
        #expect(
          lines.dropFirst().allSatisfy { line in
            line.split(separator: ",").last.flatMap { Double($0) }.map { (0.5...1).contains($0) }
              ?? false
          })
      }
    }
    // What was measured of the universe is no matter of populations.
    let components = try Tool.run(["components", "out"], in: folder.path)
    #expect(components.status == 0, "\(components.error)")
    #expect(components.output.contains("omega_m"))
    for name in names { #expect(!components.output.contains(name), "\(components.output)") }
    for name in others { #expect(!columns.contains("\(name)"), "\(name) in \(columns)") }
  }

  @Test("what does not suit the data is refused with a reason, and nothing is written")
  func refused() throws {
    _ = try folder.write(curves(), to: "curves.csv")
    _ = try folder.write(
      curves(header: "name").replacing("DEEP", with: "a").replacing("WIDE", with: "b"),
      to: "plain.csv")
    _ = try folder.write("z,mu,mu_err,p\n0.1,38.3,0.1,0.5\n0.2,39.9,0.1,1.5\n", to: "moduli.csv")
    _ = try folder.write("mb_zp\n0.01\n0.02\n", to: "short.csv")
    _ = try folder.write("zp\n" + String(repeating: "0.01\n", count: 80), to: "nameless.csv")
    let cases: [(String, [String], Int32, String)] = [
      ("curves.csv", ["--populations", "galaxy"], 65, "galaxy"),
      ("plain.csv", ["--populations", "survey"], 64, "needs a column of surveys"),
      ("plain.csv", ["--scatter", "survey"], 64, "needs a column of surveys"),
      ("curves.csv", ["--scatter", "two"], 64, "the choices are one, survey, none"),
      ("curves.csv", ["--scatter-included", "DEEP"], 64, "is not survey=value"),
      ("curves.csv", ["--scatter-included", "DEEP=-1"], 64, "is not survey=value"),
      ("curves.csv", ["--scatter-included", "SHALLOW=0.05"], 64, "there is no survey 'SHALLOW'"),
      ("curves.csv", ["--scatter-included", "DEEP=0.2"], 64, "cannot be in the error"),
      ("curves.csv", ["--populations", "none", "--noise", "student"], 64, "populations: none"),
      ("curves.csv", ["--offset", "marginalise"], 64, "is a parameter"),
      ("curves.csv", ["--systematics", "short.csv"], 65, "2 rows, and the catalog 80"),
      ("curves.csv", ["--systematics", "nameless.csv"], 65, "mb_NAME"),
      ("curves.csv", ["--contamination", "nothing"], 65, "there is no column 'nothing'"),
      ("moduli.csv", ["--contamination", "p"], 65, "0 to 1"),
      ("moduli.csv", ["--populations", "one", "--noise", "outliers"], 64, "is for light curves"),
    ]
    for (file, arguments, status, words) in cases {
      let result = try fit(file, arguments)
      #expect(result.status == status, "\(arguments): \(result.status) \(result.error)")
      #expect(result.error.contains(words), "\(arguments): \(result.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("out")), "\(arguments)")
    }
  }

  @Test("systematic errors are parameters by their names")
  func systematics() throws {
    _ = try folder.write(curves(), to: "curves.csv")
    let rows = (0..<80).map { "\(0.01 + 0.001 * Double($0)),\(0.001 * Double($0))\n" }
    _ = try folder.write("mb_zp,c_zp\n" + rows.joined(), to: "shifts.csv")
    let result = try fit("curves.csv", ["--systematics", "shifts.csv", "--populations", "one"])
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    #expect(result.output.contains("\nsys_zp "))
    let analysis = try String(contentsOfFile: folder.path("out/analysis.yaml"), encoding: .utf8)
    #expect(analysis.contains("systematics: ") && analysis.contains("populations: one"))
    #expect(try Tool.run(["report", "out"], in: folder.path).status == 0)
    let page = try String(contentsOfFile: folder.path("out/report.html"), encoding: .utf8)
    #expect(page.contains("Systematic errors") && page.contains("in units of its prior"))
  }

  /// Means of `omega_m` and `M` in the summary of a run.
  private func means() throws -> [String: (mean: Double, deviation: Double)] {
    struct Summary: Decodable {
      struct Posterior: Decodable {
        struct Parameter: Decodable {
          let name: String
          let mean, standardDeviation: Double
          enum CodingKeys: String, CodingKey {
            case name, mean
            case standardDeviation = "standard_deviation"
          }
        }
        let parameters: [Parameter]
      }
      let posterior: Posterior
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json")))
    let summary = try JSONDecoder().decode(Summary.self, from: data)
    return Dictionary(
      summary.posterior.parameters.map { ($0.name, ($0.mean, $0.standardDeviation)) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test(
    "mock surveys give the posteriors of a quadrature, and not without the model of what they lack",
    .needs("data/mock_surveys"),
    arguments: [
      (
        "selection.csv",
        ["--selection", "--fix", "m_limit=23.6", "--fix", "m_limit_width=0.25"],
        (0.3429385, 0.02900283), (-19.27421, 0.02067606)
      ),
      (
        "contamination.csv",
        [
          "--contamination", "prob_ia", "--fix", "contaminant_offset=1", "--fix",
          "contaminant_scatter=0.5",
        ], (0.3116662, 0.02262921), (-19.29135, 0.01776035)
      ),
    ] as [(String, [String], (Double, Double), (Double, Double))])
  func mockSurveys(
    file: String, arguments: [String], matter: (Double, Double), zeroPoint: (Double, Double)
  ) throws {
    let path = try #require(ProjectFiles.shared("data/mock_surveys/\(file)"))
    // Weighted draws of the maps are nearly independent.
    let result = try Tool.run(
      ["fit", path, "-o", "out", "--sampler", "map", "--prior", "omega_m=uniform(0.1,0.6)"]
        + arguments, in: folder.path)
    #expect([0, 11].contains(result.status), "\(result.error)")
    let means = try means()
    for (name, (mean, deviation)) in [("omega_m", matter), ("M", zeroPoint)] {
      let found = try #require(means[name])
      #expect(abs(found.mean - mean) < 0.05 * deviation, "\(name): \(found)")
      #expect(abs(found.deviation / deviation - 1) < 0.03, "\(name): \(found)")
    }
  }
}
