import Foundation
import TestSupport
import Testing

/// `sn-infer sbc` and `sn-infer coverage`.
@Suite struct CalibrationCommandTests {
  private let folder: TemporaryFolder
  private let data = ProjectFiles.data("jla_binned.csv")

  init() throws { folder = try TemporaryFolder() }

  private func run(_ command: String, _ arguments: String = "") throws -> Tool.Result {
    try Tool.run(
      [command, data] + arguments.split(separator: " ").map(String.init), in: folder.path)
  }

  @Test("sbc prints a verdict, writes files, and has the same bytes for any number of threads")
  func calibration() throws {
    let one = try run("sbc", "--replicates 500 --threads 1 --json -o one")
    let two = try run("sbc", "--replicates 500 --threads 2 --json -o two")
    #expect(one.status == 0 && one.output == two.output, "\(one)")
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [String: Any])
    #expect(result["mock_count"] as? Int == 500)
    for name in ["sbc.json", "sbc.csv"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder.path("one/\(name)")))
          == Data(contentsOf: URL(fileURLWithPath: folder.path("two/\(name)"))))
    }
    let text = try run("sbc", "--replicates 500")
    #expect(text.output.contains("calibrated: no test fails"), "\(text)")
    let small = try run("sbc", "--replicates 1000 --error-scale 0.7 --quiet")
    #expect(small.status == 10 && small.output.contains("too small"), "\(small)")
  }

  @Test("coverage counts intervals at one cosmology")
  func coverage() throws {
    let result = try run("coverage", "--replicates 500 --at omega_m=0.3 -o cover")
    #expect(result.status == 0 && result.output.contains("in 68.3 %"), "\(result)")
    let page = try String(contentsOfFile: folder.path("cover/report.html"), encoding: .utf8)
    #expect(page.contains("central interval of probability q"))
    let biased = try run("coverage", "--replicates 500 --mock-model flat_wcdm --at w=-0.7")
    #expect(biased.status == 10 && biased.output.contains("omega_m is biased"), "\(biased)")
  }

  @Test("bad options end with the documented codes")
  func refusals() throws {
    for (command, arguments, status, words) in [
      ("sbc", "--replicates 1", 64, "--replicates"), ("sbc", "--sampler exakt", 64, "--sampler"),
      ("sbc", "--error-scale 0", 64, "--error-scale"), ("sbc", "--threads 0", 64, "--threads"),
      ("sbc", "--likelihood direct", 65, "mock data cannot be drawn"),
      ("sbc", "--with sdss_dr16", 65, "errors of sdss_dr16"),
      ("coverage", "--at omega_m", 64, "name=value"),
      ("coverage", "--at w=-1", 64, "'w'"),
      ("coverage", "--at omega_m=0.3 --at omega_m=0.2", 64, "more than once"),
      ("coverage", "--mock-model nothing", 64, "nothing"),
    ] {
      let result = try run(command, "\(arguments) --quiet")
      #expect(result.status == status && result.error.contains(words), "\(arguments): \(result)")
    }
  }
}
