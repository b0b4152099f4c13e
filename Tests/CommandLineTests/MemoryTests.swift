import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// Small compressed files of which much would be made, read by a process that may not have much.
  @Suite(.serialized) struct MemoryTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test(
      "eight million bytes of text are no more than that",
      arguments: [
        ("z,mu,mu_err\n", "0 ", "this line has more than"),
        ("z,mu,mu_err\n", ",", "this line has more than"),
        ("z,mu,mu_err\n", "\n", "there are column names but no rows"),
        ("", "#\n", "the table has more than 2000000 rows"),
        ("", "0\n", "this is a matrix of 2000 × 2000"),
      ])
    func tables(bomb: (head: String, unit: String, words: String)) throws {
      let count = 8_000_000 / bomb.unit.utf8.count
      try compress(bomb.head + String(repeating: bomb.unit, count: count), "bomb")
      let (status, error) = try limited("check bomb.gz")
      #expect(status == 65 && error.contains(bomb.words), "\(status) \(error)")
    }

    @Test("a covariance of a few is not made of millions of numbers or comments")
    func covariance() throws {
      _ = try folder.write("z,mu\n0.1,38.3\n0.5,42.2\n", to: "t.csv")
      for (unit, words) in [("0\n", "is 2000 × 2000, but"), ("#=\n", "found 0 numbers")] {
        try compress(String(repeating: unit, count: 4_000_000), "c")
        let (status, error) = try limited("check t.csv --covariance c.gz")
        #expect(status == 65 && error.contains(words), "\(status) \(error)")
      }
    }

    private func compress(_ text: String, _ name: String) throws {
      _ = try folder.write(text, to: name)
      let path = try folder.compress(name, keepingName: true)
      let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
      #expect(size < 50_000)
    }

    /// Runs the program in 400 MB of addresses, of which it needs two thirds before it has read
    /// anything.
    private func limited(_ line: String) throws -> (status: Int32, error: String) {
      let (process, pipe) = (Process(), Pipe())
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit -v 400000; exec \"$0\" \(line)", Tool.executable.path]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.standardError = pipe
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let text = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
  }
#endif
