import Foundation
import TestSupport
import Testing

/// `sn-infer forecast`.
@Suite struct ForecastCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func forecast(_ arguments: String) throws -> Tool.Result {
    try Tool.run(
      ["forecast"] + arguments.split(separator: " ").map(String.init), in: folder.path)
  }

  @Test(
    "a survey without a catalog has deviations, a figure of merit, a pivot, a budget and a next supernova"
  )
  func survey() throws {
    let result = try forecast(
      "--counts 0.02-0.1:300 --counts 0.1-1.5:1500 --systematic cal=0.01,cos(pi*k*x),5 --model flat_w0wacdm --prior omega_m=normal(0.3,0.01) -o out"
    )
    #expect(result.status == 0, "\(result)")
    for words in ["Fisher sd", "full sd", "FoM = ", "pivot", "lensing", "next supernova at z"] {
      #expect(result.output.contains(words), "\(words): \(result)")
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/forecast.json")))
    let json = try #require(
      try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let merit = try #require(json["merit"] as? [String: Any])
    #expect(merit["full_area"] as? Double != nil && merit["fisher"] as? Double != nil)
    #expect(FileManager.default.fileExists(atPath: folder.path("out/forecast.csv")))
    #expect(FileManager.default.fileExists(atPath: folder.path("out/report.html")))
  }

  @Test("a catalog with other data is forecast by Fisher alone")
  func joint() throws {
    let data = ProjectFiles.data("jla_binned.fits")
    let result = try forecast(
      "\(data) --with desi_dr2 --with cmb --model flat_w0wacdm --sampler none --json")
    #expect(result.status == 0, "\(result)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let budget = try #require(json["budget"] as? [[String: Any]])
    #expect(budget.contains { $0["without"] as? String == "the data of desi_dr2" })
  }

  @Test("bad options end with the documented codes")
  func refusals() throws {
    let data = ProjectFiles.data("jla_binned.fits")
    for (arguments, status, words) in [
      ("", 64, "<catalog>"), ("\(data) --counts 0.1-0.2:3", 64, "not both"),
      ("\(data) --mocks -1", 64, "--mocks"), ("\(data) --merit w9", 64, "w9"),
      ("\(data) --at omega_m=2", 64, "inside of the prior"),
      ("\(data) --sampler none --mocks 2", 64, "sampler"),
    ] {
      let result = try forecast(arguments)
      #expect(
        result.status == status && result.error.contains(words), "\(arguments): \(result)")
    }
  }
}
