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
