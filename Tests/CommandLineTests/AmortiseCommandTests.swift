import Foundation
import TestSupport
import Testing

/// `sn-infer amortise`.
@Suite struct AmortiseCommandTests {
  private let folder: TemporaryFolder
  private let data = ProjectFiles.data("jla_binned.fits")

  init() throws { folder = try TemporaryFolder() }

  private func amortise(_ arguments: String) throws -> Tool.Result {
    try Tool.run(
      ["amortise", data] + arguments.split(separator: " ").map(String.init), in: folder.path)
  }

  @Test("trains once, keeps the flow, and uses it again for the same analysis alone")
  func reuse() throws {
    let options = "--mocks 50 --draws 300 --flow a.json"
    let first = try amortise("\(options) --simulations 4000 --steps 400")
    #expect(first.status == 0, "\(first)")
    #expect(first.output.contains("50 of the prior, 300 draws each: efficiency"))
    #expect(first.error.contains("training on 4000 simulations"))
    let again = try amortise("\(options) --json -o out")
    #expect(again.status == 0 && again.error.contains("using a.json"), "\(again)")
    let result = try #require(
      try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
    #expect(result["mock_count"] as? Int == 50)
    #expect(FileManager.default.fileExists(atPath: folder.path("out/amortisation.json")))
    let other = try amortise("\(options) --model flat_wcdm")
    #expect(other.status != 0 && other.error.contains("trained for other redshifts"), "\(other)")
    #expect(
      try amortise("\(options) --prior omega_m=uniform(0.1,0.5)").error.contains(
        "trained for other"))
  }

  @Test("bad options and files end with the documented codes")
  func refusals() throws {
    _ = try folder.write("{}", to: "no.json")
    for (arguments, status, words) in [
      ("--simulations 10", 64, "--simulations"), ("--draws 1", 64, "--draws"),
      ("--flow no.json", 65, "not a saved flow"), ("--likelihood direct", 64, "amortise is for"),
      ("--with desi_dr2", 64, "amortise is for"),
    ] {
      let result = try amortise("\(arguments) --quiet")
      #expect(result.status == status && result.error.contains(words), "\(arguments): \(result)")
    }
  }
}
