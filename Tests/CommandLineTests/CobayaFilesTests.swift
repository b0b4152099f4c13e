import Foundation
import TestSupport
import Testing

/// The files of `fit` as readers of Cobaya's and GetDist's chains take them.
@Suite struct CobayaFilesTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  private func fit(_ arguments: [String], flow: Bool = false) throws -> Tool.Result {
    let result = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"] + arguments, in: folder.path,
      flow: flow)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    return result
  }

  private func rows(_ name: String) throws -> (names: [String], rows: [[Double]]) {
    let lines = try text(name).split(separator: "\n")
    let names = lines[0].dropFirst().split(separator: " ").map(String.init)
    return (names, lines.dropFirst().map { $0.split(separator: " ").compactMap { Double($0) } })
  }

  @Test("of joint fits every probe has its χ²")
  func joint() throws {
    let result = try Tool.run(
      [
        "fit", "--with", "desi_dr2,bbn", "--sampler", "map", "--set", "sampler.map.draws=100",
        "--set", "sampler.map.weighted_draws=500", "-o", "out",
      ], in: folder.path)
    #expect([0, 11].contains(result.status), "\(result.error)")
    for root in ["map", "weighted"] {
      let (names, rows) = try rows("out/\(root).1.txt")
      #expect(names.suffix(3) == ["chi2", "chi2__bbn", "chi2__desi_dr2"])
      for row in rows {
        let (total, prior) = (row[row.count - 3], row[row.count - 5])
        #expect(abs(row[row.count - 2] + row[row.count - 1] - total) < 1e-9)
        #expect(abs(2 * (row[1] - prior) - total) < 1e-9)
      }
      #expect(
        try text("out/\(root).updated.yaml").contains(
          "likelihood:\n  'bbn': null\n  'desi_dr2': null"))
    }
  }

  @Test(
    "texts have −log prior and χ² behind the parameters, which add up; chains do not carry them")
  func columns() throws {
    let result = try fit(
      [
        "--sampler", "both", "--draws", "300", "--nhf-draws", "500", "--nhf-steps", "30", "--prior",
        "omega_m=normal(0.3,0.05)", "--derived", "S8like=omega_m^0.5*h",
      ], flow: true)
    for root in ["hmc", "weighted", "nhf"] {
      let (names, rows) = try rows("out/\(root).1.txt")
      #expect(
        names == [
          "weight", "minuslogpost", "omega_m", "h", "omega_lambda", "q0", "S8like", "minuslogprior",
          "minuslogprior__0", "chi2", "chi2__supernovae",
        ])
      #expect(rows.count >= 300)
      for row in rows {
        // The normal density of omega_m, and 1 for h.
        let z = (row[2] - 0.3) / 0.05
        let minusLogPrior = 0.5 * z * z + log(0.05 * (2 * Double.pi).squareRoot())
        #expect(abs(row[7] - minusLogPrior) < 1e-12 * max(1, abs(minusLogPrior)))
        #expect(row[8] == row[7] && row[10] == row[9] && row[9] == 2 * (row[1] - row[7]))
      }
      let described = try text("out/\(root).updated.yaml")
      for line in [
        "  'omega_m':\n    prior: {dist: norm, loc: 0.3, scale: 0.05}\n",
        "  'h':\n    prior: {min: 0.0, max: 1.0}\n", "  'S8like': {derived: true, latex: 'S8like'}",
        "likelihood:\n  'supernovae': null\nsampler:\n",
      ] {
        #expect(described.contains(line), "\(described)")
      }
      let diagnosis = try Tool.run(["diagnose", "out/\(root)"], in: folder.path)
      #expect(diagnosis.output.contains("S8like*") && !diagnosis.output.contains("chi2"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/nhf-raw.updated.yaml")))
    #expect(!result.output.contains("chi2"))
    #expect(!(try text("out/summary.json")).contains("chi2__"))
    #expect(!(try text("out/hmc.1.csv")).contains("chi2"))
    let trained = try Tool.run(
      ["flow", "train", "out/hmc", "--hidden", "2", "--steps", "2", "-o", "m.json"], in: folder.path
    )
    #expect(trained.status == 0 && !trained.error.contains("chi2"), "\(trained.error)")
  }

  @Test("a run that is continued, and one that grows, end with the same texts")
  func resumed() throws {
    _ = try fit(["--sampler", "hmc", "--draws", "60", "--chains", "2"])
    let whole = try text("out/hmc.2.txt")
    _ = try fit(["--sampler", "hmc", "--draws", "30", "--chains", "2", "--force"])
    #expect(whole.hasPrefix(try text("out/hmc.2.txt")))
    _ = try fit(["--sampler", "hmc", "--draws", "60", "--chains", "2", "--resume"])
    #expect(try text("out/hmc.2.txt") == whole)
  }

  @Test("a derived quantity of one of the names keeps it, and the texts have no parts then")
  func taken() throws {
    _ = try fit(["--sampler", "hmc", "--draws", "30", "--derived", "chi2=omega_m*h"])
    #expect(!(try text("out/hmc.1.txt").hasPrefix("#")))
    let diagnosis = try Tool.run(["diagnose", "out"], in: folder.path)
    #expect(diagnosis.output.contains("chi2*"), "\(diagnosis.output)")
  }

  /// What a Python program prints; nil where there is no Python with some packages.
  private func python(_ packages: String, _ program: String) throws -> String? {
    let interpreter = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"
    func run(_ code: String) throws -> (status: Int32, output: String, error: String) {
      let (process, output, error) = (Process(), Pipe(), Pipe())
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [interpreter, "-W", "ignore", "-c", code]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      (process.standardOutput, process.standardError) = (output, error)
      try process.run()
      let text = output.fileHandleForReading.readDataToEndOfFile()
      let errors = error.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (
        process.terminationStatus, String(decoding: text, as: UTF8.self),
        String(decoding: errors, as: UTF8.self)
      )
    }
    guard try run("import \(packages)").status == 0 else { return nil }
    let result = try run(program)
    #expect(result.status == 0, "\(result.error)")
    return result.output
  }

  /// A package with a program that prints means and standard deviations of omega_m and delta_mu, weighted by all draws
  /// of `out/hmc`.
  static let readers: [(package: String, program: String)] = [
    (
      "getdist",
      """
      from getdist import loadMCSamples
      s = loadMCSamples('out/hmc')
      # A constant, as the log prior is here, is none of GetDist's parameters.
      derived = [p.isDerived for p in s.paramNames.names]
      assert derived[:2] == [False, False] and all(derived[2:])
      for p in ('omega_m', 'delta_mu'): print('RESULT', s.mean(p), s.std(p))
      """
    ),
    (
      "cobaya",
      """
      from cobaya import load_samples
      c = load_samples('out/hmc')
      s = load_samples('out/hmc', to_getdist=True)
      assert len(c) == 4 and len(load_samples('out/weighted')) == 1
      for p in ('omega_m', 'delta_mu'): print('RESULT', s.mean(p), s.std(p))
      """
    ),
    (
      "anesthetic",
      """
      from anesthetic import read_chains
      s = read_chains('out/hmc')
      assert (abs(s.logL + s.chi2 / 2) < 1e-9).all() and (abs(s.logP + s.minuslogprior - s.logL) < 1e-9).all()
      for p in ('omega_m', 'delta_mu'): print('RESULT', float(s[p].mean()), float(s[p].std()))
      """
    ),
    (
      "arviz",
      """
      import arviz
      s = arviz.from_cmdstan(['out/hmc.%d.csv' % i for i in (1, 2, 3, 4)]).posterior
      for p in ('omega_m', 'delta_mu'): print('RESULT', float(s[p].mean()), float(s[p].std()))
      """
    ),
  ]

  @Test("other programs open the chains, with the same moments", .enabled(if: fullTestsAreAskedFor))
  func opened() throws {
    _ = try fit(["--sampler", "hmc", "--draws", "500"])
    var all: [[Double]] = []
    for chain in 1...4 { all += try rows("out/hmc.\(chain).txt").rows }
    let moments = [2, 3].map { column -> (mean: Double, sd: Double) in
      let mean = all.reduce(0) { $0 + $1[column] } / Double(all.count)
      let square = all.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      return (mean, (square / Double(all.count)).squareRoot())
    }
    for reader in Self.readers {
      guard let output = try python(reader.package, reader.program) else {
        print("skipped: no python3 with \(reader.package); PYTHON names another interpreter")
        continue
      }
      let numbers = output.split(separator: "\n").filter { $0.hasPrefix("RESULT ") }
        .map { $0.split(separator: " ").dropFirst().compactMap { Double($0) } }
      try #require(numbers.count == 2, "\(reader.package): \(output)")
      for (found, expected) in zip(numbers, moments) {
        #expect(abs(found[0] - expected.mean) < 1e-3 * expected.sd, "\(reader.package): \(found)")
        #expect(abs(found[1] - expected.sd) < 1e-3 * expected.sd, "\(reader.package): \(found)")
      }
    }
  }
}
