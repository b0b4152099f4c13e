import Foundation
import Inference
import TestSupport
import Testing

/// `sn-infer report` of several runs.
@Suite struct OverlayReportTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Normal draws, the first column times a number, or piled up at or spread between the edges of a prior.
  private func write(
    _ root: String, _ columns: [(name: String, mean: Double, sd: Double)], seed: Seed = 1,
    draws: Int = 400, ranges: String? = nil, value: ((Double) -> Double)? = nil
  ) throws {
    var random = RandomStream(seed: seed, "overlay")
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: folder.path(root)).deletingLastPathComponent(),
      withIntermediateDirectories: true)
    for chain in 1...2 {
      let lines = (0..<draws).map { _ in
        let values = columns.enumerated().map { place, column -> Double in
          let normal = random.nextStandardNormal()
          if place == 0, let value { return value(NormalDistribution.probability(below: normal)) }
          return column.mean + column.sd * normal
        }
        return "1 0 \(values.map { "\($0)" }.joined(separator: " "))\n"
      }
      _ = try folder.write(lines.joined(), to: "\(root).\(chain).txt")
    }
    let names = columns.map {
      "\($0.name)\t\($0.name.replacing("*", with: ""))_x\n"
    }.joined()
    _ = try folder.write(names, to: "\(root).paramnames")
    if let ranges { _ = try folder.write(ranges, to: "\(root).ranges") }
  }

  private func report(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(["report"] + arguments, in: folder.path)
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: folder.path(path), encoding: .utf8)
  }

  /// Chains with dark energy of this program's names and another's.
  private func writePair() throws {
    try write("ours/a", [("omega_m", 0.3, 0.02), ("w0", -0.8, 0.1), ("wa", -0.5, 0.4)])
    try write(
      "theirs/b", [("omegam", 0.31, 0.01), ("w", -0.9, 0.1), ("wa", -0.3, 0.4), ("z", 0, 1)],
      seed: 2)
  }

  @Test("chains of two programs are overlaid by names, with the plane of w0 and wa")
  func pair() throws {
    try writePair()
    let result = try report(
      "First=ours/a", "theirs/b", "-o", "both", "--truth", "w0=-1,wa=0", "--truth", "omega_m=0.3")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "report      both/report.html; figures in both/report/figures/\n")
    #expect(result.error.contains("b: omegam is omega_m") && result.error.contains("b: w is w0"))
    let page = try read("both/report.html")
    for words in ["First", "2 posteriors", "0.30", "68 % or 95 %", "theirs/b", "omegam is omega_m"]
    {
      #expect(page.contains(words), "\(words)")
    }
    let table = try read("both/report/table.tex")
    #expect(table.contains("Parameter & First & b") && !table.contains("z\\_x"))
    let corner = try read("both/report/figures/corner.gp")
    #expect(corner.contains("title 'First'") && corner.contains("title 'b'"))
    #expect(corner.contains("±") || corner.contains(" +0.0"))
    #expect(corner.contains("dashtype 3 linecolor '#000000'"))
    let plane = try read("both/report/figures/w0-wa.gp")
    #expect(plane.contains("from -1, graph 0") && plane.contains("'ΛCDM'"))

    // Its own report is replaced, at the same place by default.
    #expect(
      try report("First=ours/a", "theirs/b", "-o", "both", "--parameters", "wa,omega_m").status == 0
    )
    #expect(try read("both/report/table.tex").components(separatedBy: "\\\\\n").count == 4)
    #expect(try report("ours/a", "theirs/b").output.contains("chains/a+b/report.html"))
  }

  @Test("the figures of a paper are as wide as its page, those of a talk larger")
  func sizes() throws {
    try writePair()
    func width(_ size: String, _ figure: String) throws -> Double {
      #expect(try report("ours/a", "theirs/b", "-o", "out", "--size", size).status == 0)
      let script = try read("out/report/figures/\(figure).gp")
      let match = try #require(script.firstMatch(of: #/pdfcairo size ([0-9.]+)in/#))
      return try #require(Double(match.1))
    }
    #expect(try width("paper", "corner") < 7.09 && width("paper", "w0-wa") < 3.5)
    #expect(try width("talk", "corner") > width("page", "corner"))
    #expect(try report("ours/a", "theirs/b", "--size", "poster").status == 64)
  }

  @Test("limits are one-sided where a prior cuts, and --- where it alone limits")
  func limits() throws {
    try write("a", [("x", 0, 1), ("y", 1, 0.1)], ranges: "x 0 1\ny -5 5\n") { $0 }
    try write("b", [("x", 0, 1), ("y", 1, 0.1)], ranges: "x 0 N\n") { -log(1 - $0) / 3 }
    try write("c", [("x", 0, 1), ("y", 1, 0.1)], ranges: "x N 0\n") { log($0) / 3 }
    #expect(try report("a", "b", "c", "-o", "out").status == 0)
    let table = try read("out/report/table.tex")
    let row = try #require(table.split(separator: "\n").first { $0.contains("x_x") })
    let cells = row.dropLast(3).components(separatedBy: " & ")
    #expect(cells[1] == "---")
    // The 95 % quantiles of exponentials with mean 1/3.
    for (cell, sign) in [(cells[2], "$< "), (cells[3], "$> -")] {
      let number = Double(cell.dropFirst(sign.count).dropLast()) ?? .nan
      #expect(cell.hasPrefix(sign) && abs(number - 1) < 0.15, "\(cell)")
    }
    #expect(try read("out/report/figures/corner.gp").contains("'---'"))
  }

  @Test("parameters are those that two share and one has sampled, without nuisances")
  func parameters() throws {
    try write("a", [("omega_m", 0.3, 0.02), ("M", -19, 0.1), ("h", 0.7, 0.01), ("H0*", 70, 1)])
    try write(
      "b", [("omega_m", 0.3, 0.02), ("M", -19, 0.1), ("h", 0.7, 0.01), ("H0*", 70, 1)], seed: 2)
    try write("c", [("H0", 70, 1), ("s8", 0.8, 0.1)], seed: 3)
    func rows(_ arguments: String...) throws -> [String] {
      let result = try Tool.run(["report", "-o", "out"] + arguments, in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      return try read("out/report/table.tex").split(separator: "\n").compactMap {
        $0.firstMatch(of: #/^\$(.*?)_x\$ &/#).map { String($0.1) }
      }
    }
    #expect(try rows("a", "b") == ["omega_m", "h"])
    // Where one has sampled it.
    #expect(try rows("a", "b", "c") == ["omega_m", "h", "H0"])
    #expect(try rows("a", "b", "c", "--parameters", "s8,H0,M") == ["s8", "H0", "M"])
    let single = try report("a", "b", "c", "-o", "out", "--parameters", "s8,omega_m")
    #expect(single.status == 0 && single.error.contains("s8 is in c only"))
  }

  @Test("what cannot be overlaid is an error with its exit code, and writes nothing")
  func errors() throws {
    try writePair()
    try write("other/c", [("k", 0, 1)], seed: 3)
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      (["ours/a", "nowhere"], 66, "nowhere.1.txt: there is no such file"),
      (["ours/a", "./ours/a"], 64, "ours/a and ./ours/a are the same chains"),
      (["ours/a", "X=ours/a.2.txt"], 64, "the same chains"),
      (["ours/a", "ours/a"], 64, "ours/a is given more than once"),
      (["X=ours/a", "X=theirs/b"], 64, "both have the name 'X'"),
      (["=ours/a", "theirs/b"], 64, "no name before the equals sign"),
      (["ours/a", "other/c"], 65, "no parameter is in two of the runs"),
      (["ours/a", "theirs/b", "--parameters", "omega_n"], 64, "did you mean 'omega_m'?"),
      (["ours/a", "theirs/b", "--parameters", "z"], 64, "no two runs share z; they share omega_m"),
      (["ours/a", "theirs/b", "--parameters", "wa,wa"], 64, "names wa more than once"),
      (["ours/a", "theirs/b", "--truth", "w0"], 64, "is not name=value"),
      (["ours/a", "theirs/b", "--truth", "w0=1,w0=2"], 64, "names w0 more than once"),
      (["ours/a", "theirs/b", "--rename", "q=omega_m"], 65, "no column 'q' to rename"),
      (["ours/a", "-o", "out"], 64, "--output is for several runs"),
      (["ours/a", "theirs/b", "-o", "ours/a.1.txt"], 73, "no folder can be made there"),
    ]
    for (arguments, status, words) in cases {
      let result = try Tool.run(["report"] + arguments, in: folder.path)
      #expect(
        result.status == status && result.error.contains(words), "\(arguments): \(result.error)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["other", "ours", "theirs"])
    for place in ["free/report.html", "run/summary.json"] {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder.path(place)).deletingLastPathComponent(),
        withIntermediateDirectories: true)
      _ = try folder.write("mine", to: place)
      let target = String(place.prefix { $0 != "/" })
      #expect(try report("ours/a", "theirs/b", "-o", target).status == 73)
      #expect(try read(place) == "mine")
    }
    let many = (0..<7).map { "r\($0)=ours/a" }
    #expect(try Tool.run(["report"] + many, in: folder.path).status == 64)
  }

  @Test("names and labels of an enemy stay text")
  func hostile() throws {
    try write("a", [("x`touch owned`'", 0, 1)])
    try write("b", [("x`touch owned`'", 0, 1)], seed: 2)
    let name = "<script>`touch owned`'; system('touch owned')"
    let result = try report("\(name)=a", "b", "-o", "out")
    #expect(result.status == 0, "\(result.error)")
    #expect(!(try read("out/report.html").contains("<script")))
    for place in ["owned", "out/owned", "out/report/figures/owned"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(place)))
    }
  }

  @Test(
    "joint runs are overlaid with what their summaries know, and each shows its data beside the model"
  )
  func jointRuns() throws {
    for (name, model) in [("flat", "flat_lcdm"), ("curved", "lcdm")] {
      let result = try Tool.run(
        [
          "fit", "--with", "desi_dr2,chronometers", "--model", model, "--sampler", "map", "-o",
          name,
        ], in: folder.path, report: name == "flat")
      #expect(result.status == 0, "\(result.error)")
    }
    let rows = try read("flat/bao-residuals.csv").split(separator: "\n")
    #expect(rows[0] == "probe,quantity,z,value,error,model" && rows.count == 14)
    #expect(try read("flat/rates.csv").split(separator: "\n").count == 16)
    let figures = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("flat/report/figures"))
    #expect(figures.contains("bao.gp") && figures.contains("rates.gp"))
    #expect(try read("flat/report/figures/bao.gp").contains("data / best model"))

    let result = try report("flat", "Curved=curved/", "-o", "both")
    #expect(result.status == 0, "\(result.error)")
    let table = try read("both/report/table.tex")
    #expect(table.contains("& flat & Curved") && table.contains("$\\ln Z$ & $-"))
    #expect(!table.contains("Omega_k"))
    let page = try read("both/report.html")
    for words in [
      "χ² / degrees of freedom", "Curved: good", "desi_dr2", "prior of omega_k",
      "the best draw of flat predicts",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    // A run's own report is not replaced, and a damaged table is left out.
    #expect(try report("flat", "curved", "-o", "flat").status == 73)
    _ = try folder.write("probe,quantity,z\nx,y,0.1\n", to: "flat/bao-residuals.csv")
    #expect(try report("flat").status == 0)
    #expect(
      try read("flat/report.html").contains("bao-residuals.csv does not have the expected columns"))
  }

  @Test("the zero point that supernovae call h is not overlaid by default")
  func zeroPoint() throws {
    for (name, seed) in [("one", "1"), ("two", "2")] {
      _ = try Tool.run(
        [
          "fit", ProjectFiles.data("jla_binned.fits"), "-o", name, "--seed", seed, "--draws", "300",
        ],
        in: folder.path)
    }
    #expect(try report("one", "two", "-o", "out").status == 0)
    let table = try read("out/report/table.tex")
    #expect(table.contains("Omega") && !table.contains("$h$"))
  }
}
