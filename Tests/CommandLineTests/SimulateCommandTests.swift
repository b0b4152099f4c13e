import Foundation
import TestSupport
import Testing

/// `sn-infer simulate`.
@Suite struct SimulateCommandTests {
  private let folder: TemporaryFolder
  private let data = ProjectFiles.data("jla_binned.fits")

  init() throws { folder = try TemporaryFolder() }

  private func simulate(_ arguments: String) throws -> Tool.Result {
    try Tool.run(
      ["simulate"] + arguments.split(separator: " ").map(String.init), in: folder.path)
  }

  @Test("mocks of a catalog are numbered, are the same again, and are fitted")
  func catalog() throws {
    let first = try simulate("\(data) --at omega_m=0.35 --number 2 --seed 7 -o mock.fits")
    #expect(first.status == 0, "\(first)")
    #expect(first.output.contains("mock.1.fits") && first.output.contains("mock.2.fits"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("mock.1.fits")))
    #expect(bytes != (try Data(contentsOf: URL(fileURLWithPath: folder.path("mock.2.fits")))))
    // Nothing is overwritten without being told.
    let again = try simulate("\(data) --at omega_m=0.35 --number 2 --seed 7 -o mock.fits")
    #expect(again.status == 73, "\(again)")
    #expect(
      try simulate("\(data) --at omega_m=0.35 --number 2 --seed 7 -o mock.fits --force").status
        == 0)
    #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: folder.path("mock.1.fits")))))
    let fit = try Tool.run(["fit", "mock.1.fits", "--best"], in: folder.path)
    #expect(fit.status == 0 && fit.output.contains("omega_m"), "\(fit)")
  }

  @Test("a survey goes to standard output, and from there into a fit")
  func survey() throws {
    let table = try simulate("--counts 0.02-0.1:30 --counts 0.1-0.9:100 --sigma-int 0.12 -o -")
    #expect(table.status == 0 && table.output.contains("# truth: omega_m = 0.3\n"), "\(table)")
    #expect(table.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.count == 131)
    let fit = try Tool.shell(
      "tool simulate --counts 0.02-0.1:30 --counts 0.1-0.9:100 -o - | tool fit - --best",
      in: folder.path)
    #expect(fit.status == 0 && fit.output.contains("omega_m"), "\(fit)")
    let correlated = try simulate("--counts 0.1-0.9:100 --systematic cal=0.01 -o -")
    #expect(correlated.status == 73 && correlated.error.contains("correlated"), "\(correlated)")
  }

  @Test("the data of a joint analysis are written beside, and the printed command fits them")
  func joint() throws {
    let made = try simulate("\(data) --with desi_dr2 --with cmb --model flat_wcdm -o joint.fits")
    #expect(made.status == 0, "\(made)")
    let line = try #require(
      made.output.split(separator: "\n").first { $0.hasPrefix("fit") })
    let command = line.drop { $0 != "s" }.replacing("sn-infer", with: "tool")
    let fit = try Tool.shell("\(command) --model flat_wcdm --best", in: folder.path)
    #expect(fit.status == 0 && fit.output.contains("omega_m"), "\(fit)")
  }

  @Test("bad options end with the documented codes")
  func refusals() throws {
    _ = try folder.write("counts: {0.1-0.2: 30}\nlensin: 0.05\n", to: "s.yaml")
    for (arguments, status, words) in [
      ("-o a.fits", 64, "<catalog>"), (data, 64, "--output"),
      ("\(data) --counts 0.1-0.2:30 -o a.fits", 64, "not both"),
      ("\(data) --at omega=0.3 -o a.fits", 64, "omega_m"),
      ("\(data) --at omega_m=x -o a.fits", 64, "finite number"),
      ("\(data) --number 0 -o a.fits", 64, "--number"),
      ("--counts 0.1-0.2:-30 -o a.fits", 64, "0 to 1000000"),
      ("--counts 0.1:30 -o a.fits", 64, "z1-z2:n"),
      ("--counts 0.1-0.2:30 --error z*q -o a.fits", 64, "'q'"),
      ("--survey s.yaml -o a.fits", 65, "did you mean lensing"),
      ("--survey none.yaml -o a.fits", 66, "none.yaml"),
      ("--sigma-int 0.1 \(data) -o a.fits", 64, "--counts"),
      ("none.fits -o a.fits", 66, "none.fits"),
      ("\(data) -o no/folder/a.fits", 73, "folder"),
    ] {
      let result = try simulate(arguments)
      #expect(
        result.status == status && result.error.contains(words), "\(arguments): \(result)")
    }
  }
}
