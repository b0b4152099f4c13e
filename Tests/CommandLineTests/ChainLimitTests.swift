import Foundation
import TestSupport
import Testing

/// Chains at and beyond what is read.
@Suite struct ChainLimitTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func diagnose(_ argument: String) throws -> Tool.Result {
    try Tool.run(["diagnose", argument], in: folder.path)
  }

  @Test("a line without end is refused with its number, and a long one is read")
  func lines() throws {
    let rows = (0..<40).map { "1 \($0) 0.\($0) \n" }
    _ = try folder.write("a\n", to: "c.paramnames")
    let blanks = String(repeating: " ", count: 3 << 20)
    _ = try folder.write(rows.joined() + "1 2\(blanks)0.5\n", to: "c.1.txt")
    let long = try diagnose("c")
    #expect([0, 10].contains(long.status) && long.output.contains("41"), "\(long.error)")
    _ = try folder.write(rows.joined() + "1 2\(blanks)\(blanks)0.5\n", to: "c.1.txt")
    let endless = try diagnose("c")
    #expect(endless.status == 65)
    #expect(endless.error == "error: c.1.txt, line 41: the line has more than 4 MB\n")
  }

  @Test("more columns than anything has are refused, and as many as are allowed are read")
  func columns() throws {
    for (count, status) in [(4094, Int32(10)), (4095, 65)] {
      let names = (1...count).map { "p\($0)" }
      _ = try folder.write(names.joined(separator: "\n") + "\n", to: "c.paramnames")
      let rows = (0..<8).map { row in
        "1 2 " + names.indices.map { "\((row * 7919 + $0 * 31) % 97)" }.joined(separator: " ")
          + "\n"
      }
      _ = try folder.write(rows.joined(), to: "c.1.txt")
      // Too few draws to pass; the pipe of a test does not hold a table of thousands of lines.
      let result = try Tool.shell("tool diagnose c > out 2> errors", in: folder.path)
      let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
      #expect(result.status == status, "\(errors.prefix(300))")
      #expect((status == 65) == errors.contains("found 4097 columns, more than 4096"))
    }
  }

  @Test("numbers in comments as large as there are do not stop a command in mid-sentence")
  func settings() throws {
    let rows = (0..<40).map { "\((7 * $0) % 40),\((11 * $0) % 40)\n" }.joined()
    for number in ["9223372036854775807", "-9223372036854775808", "1e300", "0"] {
      for thin in ["1", "2", number] {
        _ = try folder.write(
          "# num_warmup = \(number)\n# save_warmup = 1\n# thin = \(thin)\nlp__,a\n\(rows)",
          to: "c.csv")
        let result = try diagnose("c.csv")
        #expect([10, 65].contains(result.status), "\(number): \(result.status) \(result.error)")
      }
      _ = try folder.write(
        "#s--a\tpost\n#nsample=\(number)\n#sampler=emcee\n#walkers=\(number)\n"
          + rows.replacing(",", with: "\t"), to: "c.txt")
      let result = try diagnose("c.txt")
      #expect(result.status == 10, "\(number): \(result.status) \(result.error)")
    }
  }

  @Test("a weight of a million is a draw that is repeated as often, and is diagnosed in time")
  func repetitions() throws {
    let rows = (0..<60).map { "\($0 == 20 ? 1_000_000 : 1) 2 \((7 * $0) % 60) \($0 % 7)\n" }
    _ = try folder.write("a\nb\n", to: "c.paramnames")
    _ = try folder.write(rows.joined(), to: "c.1.txt")
    let result = try diagnose("c")
    #expect(result.status == 10 && result.output.contains("1 chain of 1000059 draws"))
    for number in 2...30 {
      _ = try folder.write(
        rows.joined().replacing(" 2 ", with: " 2 \(number)."), to: "c.\(number).txt")
    }
    let many = try diagnose("c")
    #expect(many.status == 65)
    #expect(many.error.contains("error: c: with draws repeated by their weights"), "\(many.error)")
  }

  @Test("chains below a temperature of 1 have finite weights")
  func cold() throws {
    let rows = (0..<60).map { draw in
      "1 \(draw % 9 == 0 ? "inf" : "\(1e6 * Double(draw))") \((7 * draw) % 60)\n"
    }
    _ = try folder.write("a\n", to: "c.paramnames")
    _ = try folder.write(rows.joined(), to: "c.1.txt")
    for temperature in ["0.5", "1e-300", "1e300"] {
      _ = try folder.write("temperature = \(temperature)\n", to: "c.properties.ini")
      let result = try diagnose("c")
      #expect([10, 65].contains(result.status), "\(result.status) \(result.error)")
      #expect(!result.output.contains("as good as nan"), "\(result.output)")
    }
  }

  @Test("lists of more names than any chain has columns are refused in time")
  func names() throws {
    let names = (0..<200_000).map { "p\($0)" }
    _ = try folder.write(names.joined(separator: "\n") + "\n", to: "c.paramnames")
    _ = try folder.write("1 2 3\n", to: "c.1.txt")
    let listed = try diagnose("c")
    #expect(listed.status == 65 && listed.error.contains("200002 columns"), "\(listed.error)")
    _ = try folder.write(
      names.map { "data.parameters['\($0)'] = [1, None, None, 1, 1, 'cosmo']\n" }.joined(),
      to: "log.param")
    _ = try folder.write("1 2 3\n", to: "d__1.txt")
    let logged = try diagnose("d__1.txt")
    #expect(logged.status == 65 && logged.error.contains("200002 columns"), "\(logged.error)")
  }

  @Test("a folder of PolyChord with its other files is read by its root")
  func polyChord() throws {
    let rows = (0..<900).map { index in
      let x = Double((index * 7919) % 900) / 900
      return "\(exp(-x * x)) \(x * x) \(x) \(1 - x)\n"
    }
    _ = try folder.write("a\ta\nb\tb\n", to: "run.paramnames")
    _ = try folder.write(rows.joined(), to: "run.txt")
    _ = try folder.write("a 0 1\nb 0 1\n", to: "run.ranges")
    for (name, text) in [
      ("run_equal_weights.txt", rows.joined()), ("run_dead.txt", "1 2 3\n"),
      ("run_phys_live.txt", "0.1 0.2 -3\n"), ("run_prior.txt", rows.joined()),
      ("run_dead-birth.txt", "1 2 3 4\n"), ("run.stats", "Evidence estimates:\n"),
      ("run.resume", "=== resume ===\n"), ("run.prior_info", "nprior = 10\n"),
    ] {
      _ = try folder.write(text, to: name)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path("clusters"), withIntermediateDirectories: true)
    _ = try folder.write(rows.joined(), to: "clusters/run_1.txt")
    for argument in [".", "run", "run.txt"] {
      let result = try diagnose(argument)
      #expect(result.status == 0 && result.output.contains("900 weighted draws"), "\(result.error)")
    }
  }
}
