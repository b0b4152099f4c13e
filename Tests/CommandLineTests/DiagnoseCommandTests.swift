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
      $0.hasPrefix("omega_m") || $0.hasPrefix("delta_mu ")
    }
    // The result to be quoted, and the chains.
    try #require(table.count == 4)
    for line in table[2..<4] { #expect(diagnosis.output.contains(line)) }
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
    #expect(good.output.contains("mh: 2 chains of ") && good.output.contains("\ny* "))
    #expect(good.output.contains("\n* derived from sampled parameters\n"))
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
      ("x\n", "1 2 3\n-1 2 3\n", 65, "c.1.txt, line 2: found -1.0 among the weights"),
      ("x\n", "1 2 3\n\ninf 2 3\n", 65, "c.1.txt, line 3: found inf among the weights"),
      ("x\n", "nan 2 3\n", 65, "c.1.txt, line 1: found 'nan' where a number is expected"),
      ("x\n", "0 2 3\n0 2 4\n", 65, "c: found 0 usable draws where at least 4 are needed"),
      ("x\n", "1e308 2 3\n1e308 2 4\n", 65, "c.1.txt: the weights are not whole numbers"),
      ("x\n", "0.5 2 3\n", 65, "c.1.txt: the weights are not whole numbers"),
      ("x\n", "1e300 2 3\n", 65, "c.1.txt: with draws repeated by their weights there are 1e+300"),
      ("x\n", "4e6 2 3\n2e6 2 4\n", 65, "c.1.txt: with draws repeated by their weights there are"),
      ("x\n", "1 2 3\n", 65, "c: found 1 usable draws where at least 4 are needed"),
    ] as [(String?, String?, Int32, String)])
  func badChains(names: String?, chain: String?, status: Int32, words: String) throws {
    if let names { _ = try folder.write(names, to: "c.paramnames") }
    if let chain { _ = try folder.write(chain, to: "c.1.txt") }
    let result = try Tool.run(["diagnose", "c"], in: folder.path)
    #expect(result.status == status)
    #expect(result.error.hasPrefix("error: \(words)"), "\(result.error)")
  }

  private static let header =
    "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,log_density__,x\n"

  /// Chains of one parameter as `fit` writes them, with energies that do not wander.
  private func writeOwn(_ chain: Int, draws: Int, tableDraws: Int) throws {
    var state = UInt64(chain)
    let numbers = (0..<max(draws, tableDraws)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    _ = try folder.write("x\tx\n", to: "c.paramnames")
    _ = try folder.write(
      numbers.prefix(draws).map { "1.0 2.0 \($0)\n" }.joined(), to: "c.\(chain).txt")
    _ = try folder.write(
      Self.header
        + numbers.prefix(tableDraws).map { "-1.0,0.9,0.5,2.0,3.0,0.0,\($0),-2.0,\($0)\n" }.joined(),
      to: "c.\(chain).csv")
  }

  private func append(_ text: String, to name: String) throws {
    let old = try String(contentsOfFile: folder.path(name), encoding: .utf8)
    _ = try folder.write(old + text, to: name)
  }

  @Test("of a run that is going on the draws count that both files of a chain have")
  func growing() throws {
    try writeOwn(1, draws: 1000, tableDraws: 1000)
    try writeOwn(2, draws: 900, tableDraws: 1100)
    try writeOwn(3, draws: 1100, tableDraws: 950)
    try append("1.0 2.", to: "c.1.txt")
    try append("-1.0,0.", to: "c.2.csv")
    let result = try Tool.run(["diagnose", "c"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("c: 3 chains of 900 draws") && result.output.contains("E-BFMI"))
    #expect(
      result.error
        == "note: c: the chains have 1000, 900, 950 draws; the last 900 of each are used\n")
  }

  @Test("no chain is passed over: a gap, a folder and foreign bytes in the way are errors")
  func unreadable() throws {
    for chain in 1...3 { try writeOwn(chain, draws: 1000, tableDraws: 1000) }
    let path = folder.path("c.2.txt")
    func error() throws -> String {
      let result = try Tool.run(["diagnose", "c"], in: folder.path)
      #expect(result.status == 66)
      return result.error
    }
    try FileManager.default.removeItem(atPath: path)
    #expect(
      try error().hasPrefix("error: c.2.txt: there is no such file, though there is c.3.txt"))
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try error() == "error: c.2.txt: this is a directory\n")
    try FileManager.default.removeItem(atPath: path)
    _ = try folder.write([0x31, 0xff, 0x0a], to: "c.2.txt")
    #expect(try error() == "error: c.2.txt: this is not text in UTF-8\n")
  }

  @Test("files of one chain that contradict each other, and damaged tables, are errors")
  func contradiction() throws {
    try writeOwn(1, draws: 1000, tableDraws: 1000)
    let table = try String(contentsOfFile: folder.path("c.1.csv"), encoding: .utf8)
    for (change, words) in [
      ("-2.0,", "c.1.txt: draw 7 is not that of c.1.csv"),
      ("nan,", "c.1.csv: line 8 is damaged: log_density__ is not a finite number"),
    ] {
      var lines = table.split(separator: "\n")
      lines[7].replace("-2.0,", with: change == "-2.0," ? "-2.5," : change)
      _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "c.1.csv")
      let result = try Tool.run(["diagnose", "c"], in: folder.path)
      #expect(result.status == 65)
      #expect(result.error.hasPrefix("error: \(words)"), "\(result.error)")
    }
    // As many divergences as do not fit into a number of any kind.
    _ = try folder.write(
      table.replacing(",3.0,0.0,", with: ",3.0,1e300,"), to: "c.1.csv")
    let result = try Tool.run(["diagnose", "c"], in: folder.path)
    #expect(result.status == 10)
    #expect(result.error.contains("1000 of 1000 transitions diverged"), "\(result.error)")
  }

  @Test("a chain without a table next to those that have one is reported, and numbers stay right")
  func missingTable() throws {
    for chain in 1...2 { try writeOwn(chain, draws: 1000, tableDraws: 1000) }
    try FileManager.default.removeItem(atPath: folder.path("c.1.csv"))
    let result = try Tool.run(["diagnose", "c"], in: folder.path)
    #expect(result.status == 10)
    #expect(result.error.contains("warning: c: chain 1 has no .csv file, though others do"))
    #expect(result.error.contains("E-BFMI of chain 1 is not known"))
    #expect(!result.error.contains("chain 2"))
  }

  @Test("a parameter that is the same in all draws is a note, not a failure")
  func constant() throws {
    _ = try folder.write("x\ty\nw\tw\n", to: "c.paramnames")
    try writeForeign(shift: 0)
    _ = try folder.write("x\tx\ny*\ty\nw\tw\n", to: "mh.paramnames")
    for name in ["mh_1.txt", "mh_2.txt"] {
      let text = try String(contentsOfFile: folder.path(name), encoding: .utf8)
      _ = try folder.write(text.replacing("\n", with: " 0.3\n"), to: name)
    }
    let result = try Tool.run(["diagnose", "mh"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("constant in all draws, so not checked: w = 0.3\n"))
  }
}
