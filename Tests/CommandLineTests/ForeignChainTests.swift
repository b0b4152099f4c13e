import Foundation
import Inference
import TestSupport
import Testing

/// Four chains as programs write them.
enum ForeignChains {
  /// Two parameters of four chains of independent normal draws, Ωm = 0.30 ± 0.03 and h = 0.70 ± 0.01.
  static let chains: [[(omega: Double, h: Double, minusLog: Double)]] = (0..<4).map {
    var random = RandomStream(seed: 7, "foreign chain \($0)")
    return (0..<500).map { _ in
      let (a, b) = (random.nextStandardNormal(), random.nextStandardNormal())
      return (0.3 + 0.03 * a, 0.7 + 0.01 * b, (a * a + b * b) / 2)
    }
  }

  private static func write(_ folder: TemporaryFolder, _ name: String, _ lines: [String]) throws {
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  /// A way to write the four chains, and what to give to a command.
  struct Layout: CustomTestStringConvertible, Sendable {
    let program: String
    let argument: String
    let names: (omega: String, h: String)
    let write: @Sendable (TemporaryFolder) throws -> Void
    var testDescription: String { program }
  }

  static func getDist(_ names: (Int) -> String)
    -> @Sendable (TemporaryFolder) throws -> Void
  {
    let paths = (1...4).map(names)
    return { test in
      for (path, chain) in zip(paths, chains) {
        try write(test, path, chain.map { "  1  \($0.minusLog)  \($0.omega)  \($0.h)" })
      }
    }
  }

  static let layouts = [
    // getdist.readthedocs.io, "Parameter chain format".
    Layout(program: "GetDist", argument: "c", names: ("omegam", "h")) {
      try getDist { "c.\($0).txt" }($0)
      try write($0, "c.paramnames", ["omegam\t\\Omega_m", "h\th"])
    },
    // cosmologist.info/cosmomc/readme.html: root_1.txt.
    Layout(program: "CosmoMC", argument: "c_2.txt", names: ("omegam*", "h")) {
      try getDist { "c_\($0).txt" }($0)
      try write($0, "c.paramnames", ["omegam*\t\\Omega_m", "h\th"])
    },
    // MontePython's io_mp.create_output_files: DATE_N__1.txt beside DATE_N_.paramnames.
    Layout(program: "MontePython", argument: ".", names: ("Omega_m", "h")) {
      try getDist { "2024-01-01_1000__\($0).txt" }($0)
      try write($0, "2024-01-01_1000_.paramnames", ["Omega_m\t\\Omega_m", "h\th"])
    },
    // cobaya.collection.SampleCollection, cobaya.output: header, root.N.txt, root.updated.yaml.
    Layout(program: "Cobaya", argument: "c.updated.yaml", names: ("omegam", "h")) { test in
      for (number, chain) in chains.enumerated() {
        try write(
          test, "c.\(number + 1).txt",
          ["#  weight  minuslogpost  omegam  h  minuslogprior  minuslogprior__0  chi2  chi2__sn"]
            + chain.map { "  1 \($0.minusLog) \($0.omega) \($0.h) 0.5 0.5 1.0 1.0" })
      }
      try write(
        test, "c.updated.yaml",
        [
          "params:", "  omegam:", "    prior:", "      min: 0.1", "      max: 0.9",
          "    latex: \\Omega_\\mathrm{m}", "  h:", "    prior: [0.4, 1.0]",
          "  rdrag:", "    derived: !!python/name:foo.bar ''", "likelihood:", "  sn: null",
          "sampler:", "  mcmc: {}",
        ])
    },
    // cosmosis.output.text_output and the emcee sampler: walkers take turns.
    Layout(
      program: "CosmoSIS, emcee", argument: "chain.txt",
      names: ("cosmological_parameters--omega_m", "cosmological_parameters--h0")
    ) { test in
      var lines = [
        "#cosmological_parameters--omega_m\tcosmological_parameters--h0\tprior\tpost",
        "#sampler=emcee", "## START_OF_PARAMS_INI", "## [emcee]", "## walkers = 4",
        "## END_OF_PARAMS_INI", "## START_OF_VALUES_INI", "## [cosmological_parameters]",
        "## omega_m = 0.1 0.3 0.9", "## h0 = 0.4 0.7 1.0", "## END_OF_VALUES_INI",
      ]
      for draw in 0..<500 {
        lines += chains.map { "\($0[draw].omega)\t\($0[draw].h)\t0.0\t\(-$0[draw].minusLog)" }
      }
      try write(test, "chain.txt", lines)
    },
    // Stan's manual, "CmdStan Guide: Stan CSV File Format".
    Layout(program: "CmdStan", argument: "fit-20240101120000_1.csv", names: ("omega_m", "theta[1]"))
    {
      test in
      for (number, chain) in chains.enumerated() {
        let head = [
          "# stan_version_major = 2", "#     num_warmup = 3", "#     save_warmup = 1",
          "#     thin = 1 (Default)",
          "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,omega_m,theta.1",
        ]
        let warm = (0..<3).map { _ in "-9,1,0.1,1,1,0,9,5,5" }
        let rows = chain.map {
          "\(-$0.minusLog),0.9,0.8,2,3,0,\($0.minusLog * 2),\($0.omega),\($0.h)"
        }
        try write(
          test, "fit-20240101120000_\(number + 1).csv",
          head + warm + ["# Adaptation terminated", "# Step size = 0.8"] + rows
            + ["# ", "#  Elapsed Time: 0.1 seconds (Warm-up)"])
      }
    },
  ]
}

/// Chains as nine programs write them, given to the commands that read chains.
@Suite struct ForeignChainTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ lines: [String], end: String = "\n") throws {
    _ = try folder.write(lines.joined(separator: "\n") + end, to: name)
  }

  @Test("the layouts of programs are read with the same numbers", arguments: ForeignChains.layouts)
  func layouts(_ layout: ForeignChains.Layout) throws {
    try layout.write(folder)
    let result = try Tool.run(["diagnose", layout.argument], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains(": 4 chains of 500 draws"), "\(result.output)")
    let all = ForeignChains.chains.flatMap { $0 }
    for (name, values) in [(layout.names.omega, all.map(\.omega)), (layout.names.h, all.map(\.h))] {
      let line = try #require(
        result.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }, "\(result.output)")
      let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      let mean = values.reduce(0, +) / 2000
      let sd = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
      #expect(abs(numbers[0] - mean) < 1e-3 * sd && abs(numbers[1] - sd) < 2e-3 * sd)
    }
  }

  @Test(
    "every command that reads chains reads those of other programs",
    arguments: ForeignChains.layouts)
  func commands(_ layout: ForeignChains.Layout) throws {
    try layout.write(folder)
    try write("own.paramnames", ["omega_m\t\\Omega_m", "h\th"])
    for (number, chain) in ForeignChains.chains.enumerated() {
      try write("own.\(number + 1).txt", chain.map { "1 \($0.minusLog) \($0.omega) \($0.h)" })
    }
    let argument = layout.argument == "." ? "2024-01-01_1000_" : layout.argument
    var names = ["compare", "own", argument]
    if layout.program == "CmdStan" { names += ["--rename", "theta[1]=h"] }
    let compared = try Tool.run(names, in: folder.path)
    #expect(compared.status == 0, "\(compared.error)")
    for name in ["omega_m", "h"] {
      #expect(compared.output.contains("\n\(name) ") || compared.output.hasPrefix("\(name) "))
    }
    let trained = try Tool.run(
      ["flow", "train", argument, "--hidden", "2", "--steps", "2", "-o", "m.json"], in: folder.path)
    #expect(trained.status == 0 && trained.output.contains(": 2000 rows of "), "\(trained.error)")
    let evaluated = try Tool.run(
      ["flow", "evaluate", "m.json", argument, "--draws", "2"], in: folder.path)
    #expect(evaluated.status == 0, "\(evaluated.error)")
    let report = try Tool.run(["report", argument], in: folder.path)
    #expect(report.status == 0, "\(report.error)")
    #expect(FileManager.default.fileExists(atPath: folder.path("report.html")))
  }

  @Test("nested samplers and importance samplers: weights, log weights, rows that do not count")
  func weighted() throws {
    var random = RandomStream(seed: 3, "nested")
    let draws = (0..<3000).map { _ in
      let a = 2 * random.nextStandardNormal()
      // Drawn from a normal density twice as wide, weighed to one of unit width.
      return (value: a, logWeight: -0.375 * a * a, minusLog: 0.5 * a * a)
    }
    // PolyChord and MultiNest: root.txt with weight, −2 log likelihood, parameters.
    try write("poly.paramnames", ["x\tx"])
    try write("poly.txt", draws.map { "\(exp($0.logWeight)) \(2 * $0.minusLog) \($0.value)" })
    // CosmoSIS with nautilus has log_weight; with multinest the last nsample rows count.
    try write(
      "nautilus.txt",
      ["#a--x\tprior\tlog_weight\tpost"]
        + draws.map { "\($0.value)\t0\t\($0.logWeight - 800)\t\(-$0.minusLog)" })
    try write(
      "multinest.txt",
      ["#a--x\tlike\tpost\tweight", "#sampler=multinest"] + (0..<50).map { _ in "99 0 0 1" }
        + draws.map { "\($0.value) 0 \(-$0.minusLog) \(exp($0.logWeight))" } + ["#nsample=3000"])
    for file in ["poly.txt", "poly", "nautilus.txt", "multinest"] {
      let result = try Tool.run(["diagnose", file], in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("3000 weighted draws, as good as "), "\(result.output)")
      let line = try #require(
        result.output.split(separator: "\n").first { $0.contains("x ") && !$0.contains(":") })
      let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      #expect(abs(numbers[0]) < 0.08 && abs(numbers[1] - 1) < 0.06, "\(line)")
    }
  }

  @Test(
    "counts of rows that no file has are no trap",
    arguments: ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "0", "x"])
  func hugeCounts(number: String) throws {
    let rows = (0..<50).map { "\(0.1 * Double($0 % 7)),-1,1" }
    try write(
      "stan.csv",
      [
        "# stan_version_major = 2", "# num_warmup = \(number)", "# save_warmup = 1",
        "# thin = \(number)", "omega_m,lp__,accept_stat__",
      ] + rows)
    try write(
      "sis.txt",
      ["#a--x\tpost\tweight", "#sampler=multinest"]
        + rows.map { $0.replacing(",", with: "\t") } + ["#nsample=\(number)"])
    for file in ["stan.csv", "sis.txt"] {
      let result = try Tool.run(["diagnose", file], in: folder.path)
      #expect([0, 10, 11, 65, 66].contains(result.status), "\(file): \(result)")
    }
  }

  private func writeFour(_ root: String, skipping: Set<Int> = [], copies: [Int: Int] = [:]) throws {
    try write("\(root).paramnames", ["omega_m\t\\Omega_m", "h\th"])
    for number in 1...4 where !skipping.contains(number) {
      let chain = ForeignChains.chains[(copies[number] ?? number) - 1]
      try write("\(root)_\(number).txt", chain.map { "1 \($0.minusLog) \($0.omega) \($0.h)" })
    }
  }

  @Test("gaps and a last line cut short are notes, with what is there")
  func incomplete() throws {
    try writeFour("gap", skipping: [2])
    let gap = try Tool.run(["diagnose", "gap"], in: folder.path)
    #expect(gap.status == 0 && gap.output.hasPrefix("gap: 3 chains of 500 draws"))
    #expect(gap.error.contains("note: gap: chain 2 of 4 is missing; the others are used"))
    try write(
      "gap_1.txt",
      ForeignChains.chains[0].map { "1 \($0.minusLog) \($0.omega) \($0.h)" } + ["1 2 0."],
      end: "")
    let cut = try Tool.run(["diagnose", "gap"], in: folder.path)
    #expect(cut.status == 0 && cut.output.hasPrefix("gap: 3 chains of 500 draws"), "\(cut.error)")
    #expect(cut.error.contains("line 501 of gap_1.txt is cut short and left out"))
  }

  @Test("copies of chains and of stretches of them do not count, and fail the check")
  func copies() throws {
    try writeFour("twins", copies: [3: 1])
    let twins = try Tool.run(["diagnose", "twins"], in: folder.path)
    #expect(twins.status == 10 && twins.output.hasPrefix("twins: 3 chains of 500 draws"))
    #expect(twins.error.contains("chains 1 and 3 have the same draws"), "\(twins.error)")
    #expect(try Tool.run(["compare", "twins", "twins"], in: folder.path).status == 10)
    try writeFour("part")
    let mixed =
      Array(ForeignChains.chains[1].prefix(400)) + Array(ForeignChains.chains[0].suffix(100))
    try write("part_2.txt", mixed.map { "1 \($0.minusLog) \($0.omega) \($0.h)" })
    let part = try Tool.run(["diagnose", "part"], in: folder.path)
    #expect(part.status == 10)
    #expect(
      part.error.contains("100 draws of chain 2 (401 to 500) are copies of draws of chain 1"),
      "\(part.error)")
  }

  @Test("a temperature is weighed away, whichever log density the file has, and burn-in left out")
  func properties() throws {
    for (name, scale) in [("posterior", 2.0), ("tempered", 1.0)] {
      try write("\(name).paramnames", ["omega_m\t\\Omega_m", "h\th"])
      try write("\(name).properties.ini", ["sampler=mcmc", "burn_removed=T", "temperature = 2"])
      for (number, chain) in ForeignChains.chains.enumerated() {
        try write(
          "\(name).\(number + 1).txt",
          chain.map {
            let wide = 2.0.squareRoot()
            return
              "1 \($0.minusLog * scale) \(0.3 + wide * ($0.omega - 0.3)) \(0.7 + wide * ($0.h - 0.7))"
          })
      }
      let result = try Tool.run(["diagnose", name], in: folder.path)
      #expect(result.status == 0 && result.error.contains("temperature 2"), "\(result.error)")
      let line = try #require(
        result.output.split(separator: "\n").first { $0.hasPrefix("omega_m ") })
      let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      #expect(abs(numbers[0] - 0.3) < 0.003 && abs(numbers[1] - 0.03) < 0.0015, "\(line)")
    }
    try writeFour("late")
    try write("late.properties.ini", ["burn_removed=F", "ignore_rows=0.3"])
    let late = try Tool.run(["diagnose", "late"], in: folder.path)
    #expect(late.output.hasPrefix("late: 4 chains of 350 draws"), "\(late.output)")
    #expect(late.error.contains("ignore_rows"))
    try write("late.properties.ini", ["temperature=-1"])
    #expect(try Tool.run(["diagnose", "late"], in: folder.path).status == 65)
  }

  @Test("names of other programs, units of the Hubble constant, and names that are given")
  func names() throws {
    try writeFour("a")
    try write("b.paramnames", ["Omega_m\t\\Omega_m", "H0\tH_0", "q\tq"])
    try write(
      "b.1.txt",
      ForeignChains.chains.flatMap { $0 }.map { "1 \($0.minusLog) \($0.omega) \(100 * $0.h) 1" })
    let known = try Tool.run(["compare", "a", "b"], in: folder.path)
    #expect(known.status == 0, "\(known.error)")
    #expect(known.error.contains("note: b: Omega_m is omega_m"))
    #expect(known.error.contains("note: b: h is a hundredth of H0"), "\(known.error)")
    try write("b.paramnames", ["density\tx", "size\ty", "q\tq"])
    let none = try Tool.run(["compare", "a", "b"], in: folder.path)
    #expect(none.status == 65 && none.error.contains("no parameter is in b too"), "\(none.error)")
    let given = try Tool.run(
      ["compare", "a", "b", "--rename", "density=omega_m"], in: folder.path)
    #expect(given.status == 0, "\(given.error)")
    for (rename, status) in [("x=y", 65), ("density=q", 65), ("density", 64)] as [(String, Int32)] {
      let wrong = try Tool.run(["compare", "a", "b", "--rename", rename], in: folder.path)
      #expect(wrong.status == status, "\(rename): \(wrong.error)")
    }
  }

  @Test(
    "bad files have their sentence",
    arguments: [
      ("#  weight  minuslogpost  a  a\n1 2 3 4\n", "two columns have the name 'a'"),
      ("#s--a\tpost\tlog_weight\tlog_weight\n1 2 3 4\n", "two columns have log weights"),
      ("#s--a\tpost\tweight\tWEIGHT\n1 2 3 4\n", "two columns have weights"),
      ("lp__,lp__,a\n1,2,3\n", "two columns have log densities"),
      ("lp__,energy__,energy__,a\n1,2,3,4\n", "two columns have the name 'energy__'"),
      ("#  weight  minuslogpost  a  b\n1 2 3 4\n1 2 3\n1 2 3 4\n", "line 3: found 3"),
      ("#  weight  minuslogpost  a  b\n1 2 3 nan\n", "line 2: found 'nan'"),
      ("#  weight  minuslogpost  a  b\n-1 2 3 4\n", "line 2: found -1.0 among the weights"),
      ("#  weight  minuslogpost  a  b\n", "the file is empty"),
      ("#  weight  minuslogpost  chi2__x  minuslogprior\n1 2 3 4\n", "none of its columns"),
      ("#s--a\tpost\tweight\n1 2 -3\n", "line 2: found -3.0 among the weights"),
      ("lp__,a\n1,2\n3\n4,5\n", "line 3: found 1 field"),
      ("lp__,a\n1,2\n3,\n4,5\n", "line 3: found ''"),
    ])
  func bad(text: String, words: String) throws {
    _ = try folder.write(text, to: "bad.1.txt")
    let result = try Tool.run(["diagnose", "bad"], in: folder.path)
    #expect(result.status == 65 && result.error.hasPrefix("error: bad.1.txt"), "\(result.error)")
    #expect(result.error.contains(words), "\(result.error)")
  }

  @Test("folders: none, one and several sets of chains")
  func folders() throws {
    let empty = try Tool.run(["diagnose", "."], in: folder.path)
    #expect(empty.status == 66 && empty.error.contains("no chains in this folder"))
    try writeFour("a")
    #expect(try Tool.run(["diagnose", "."], in: folder.path).status == 0)
    try writeFour("b")
    let several = try Tool.run(["diagnose", "."], in: folder.path)
    #expect(several.status == 65 && several.error.contains("(a, b)"), "\(several.error)")
  }

  @Test("MontePython's log.param names the columns where no .paramnames does")
  func logOfMontePython() throws {
    for (number, chain) in ForeignChains.chains.enumerated() {
      try write(
        "2024-01-01_1000__\(number + 1).txt",
        chain.map { "1 \($0.minusLog) \($0.omega) \($0.h) \($0.omega * $0.h)" })
    }
    try write(
      "log.param",
      [
        "#-----CosmoMC-like----", "data.experiments=['sn']",
        "data.parameters['Omega_m']      = [0.3, 0.1, None, 0.03, 1, 'cosmo']",
        "data.parameters['fixed'] = [1.0, None, None, 0, 1, 'cosmo']",
        "data.parameters[\"sigma\"] = [0, -1, -1, 0, 1, 'derived']",
        "data.parameters['h']   = [ 0.7, -1, -1, 0.01, 1, 'nuisance']",
        "data.cosmo_arguments['k_pivot'] = 0.05",
      ])
    for argument in [".", "2024-01-01_1000_", "2024-01-01_1000__2.txt"] {
      let result = try Tool.run(["diagnose", argument], in: folder.path)
      #expect(result.status == 0 && result.output.contains(": 4 chains of 500"), "\(result.error)")
      let names = result.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
      #expect(["Omega_m", "h", "sigma*"].allSatisfy { names.contains($0[...]) }, "\(names)")
    }
    try write("log.param", ["data.parameters['Omega_m'] = [0.3, 0.1, None, 0.03, 1, 'cosmo']"])
    let short = try Tool.run(["diagnose", "2024-01-01_1000_"], in: folder.path)
    #expect(short.status == 65 && short.error.contains("found 5 numbers"), "\(short.error)")
  }
}
