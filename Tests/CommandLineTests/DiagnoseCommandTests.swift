import Foundation
import TestSupport
import Testing

@Suite struct DiagnoseCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("chains on disk are diagnosed as they were when they were made")
  func ownChains() throws {
    let fit = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"], in: folder.path)
    let diagnosis = try Tool.run(["diagnose", "out/hmc"], in: folder.path)
    #expect(diagnosis.status == 0, "\(diagnosis.error)")
    let table = fit.output.split(separator: "\n").filter {
      $0.hasPrefix("omega_m") || $0.hasPrefix("h ")
    }
    #expect(table.count == 2)
    for line in table { #expect(diagnosis.output.contains(line)) }
    #expect(
      diagnosis.output.contains("\nE-BFMI            1.")
        || diagnosis.output.contains("\nE-BFMI            0.9"))
    #expect(diagnosis.output.contains("\ndivergences       0\nsaturated trees   0\n"))
  }

  @Test("what the sampler noted decides as well: a divergence in our own files")
  func divergence() throws {
    let fit = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"], in: folder.path)
    #expect(fit.status == 0)
    let path = folder.path("out/hmc.2.csv")
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    var fields = lines[7].split(separator: ",")
    #expect(lines[0].split(separator: ",")[5] == "divergent__" && fields[5] == "0.0")
    fields[5] = "1.0"
    lines[7] = Substring(fields.joined(separator: ","))
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "out/hmc.2.csv")
    let result = try Tool.run(["diagnose", "out/hmc"], in: folder.path)
    #expect(result.status == 10)
    #expect(result.error.contains("warning: out/hmc: 1 of 8000 transitions diverged"))
  }

  /// A chain of a Metropolis sampler: weights, comments, a derived parameter, CosmoMC's file names.
  private func writeForeign(shift: Double) throws {
    _ = try folder.write("x\tx_0\ny*\t\\Omega\t# derived\n", to: "mh.paramnames")
    for chain in 1...2 {
      var state = UInt64(chain)
      let lines = (0..<1000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let x = Double(state >> 11) * 0x1p-53 + (chain == 2 ? shift : 0)
        return "  \(1 + state >> 62)  0.5  \(x) \(2 * x)\n"
      }
      _ = try folder.write("# weight minuslogpost x y\n" + lines.joined(), to: "mh_\(chain).txt")
    }
  }

  @Test("foreign chains with weights, comments and derived parameters")
  func foreign() throws {
    try writeForeign(shift: 0)
    let good = try Tool.run(["diagnose", "mh", "--burn-in", "0.1"], in: folder.path)
    #expect(good.status == 0, "\(good.error)")
    #expect(good.output.contains("mh: 2 chains of ") && good.output.contains("\ny "))
    try writeForeign(shift: 1)
    let bad = try Tool.run(["diagnose", "mh"], in: folder.path)
    #expect(bad.status == 10)
    #expect(bad.error.contains("warning: mh: R-hat of x is "))
  }

  @Test(
    "bad chains have their sentence",
    arguments: [
      (nil, "1 2 3\n", 66, "c.paramnames: there is no such file"),
      ("x\n", nil, 66, "c.1.txt: there is no such file"),
      ("\n", "1 2 3\n", 65, "c.paramnames: the file is empty"),
      ("x\n", "# nothing\n", 65, "c.1.txt: the file is empty"),
      ("x\n", "1 2 3\n1 2\n", 65, "c.1.txt, line 2: found 2 numbers where"),
      ("x\n", "1 2 three\n", 65, "c.1.txt, line 1: found 'three' where a number is expected"),
      ("x\n", "1 2 nan\n", 65, "c.1.txt, line 1: found 'nan' where a number is expected"),
      ("x\n", "0.5 2 3\n", 65, "c.1.txt: the weights are not whole numbers"),
      ("x\n", "1e300 2 3\n", 65, "c.1.txt: the weights are not whole numbers"),
      ("x\n", "1 2 3\n", 65, "c: found 1 usable draws where at least 4 are needed"),
    ] as [(String?, String?, Int32, String)])
  func badChains(names: String?, chain: String?, status: Int32, words: String) throws {
    if let names { _ = try folder.write(names, to: "c.paramnames") }
    if let chain { _ = try folder.write(chain, to: "c.1.txt") }
    let result = try Tool.run(["diagnose", "c"], in: folder.path)
    #expect(result.status == status)
    #expect(result.error.hasPrefix("error: \(words)"), "\(result.error)")
  }
}
