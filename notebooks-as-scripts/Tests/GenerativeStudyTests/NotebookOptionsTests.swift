import Foundation
import GenerativeStudy
import Testing

@Suite struct NotebookOptionsTests {
  private static func options(_ line: String) -> NotebookOptions {
    NotebookOptions(
      "A notebook.", valued: ["rate": "of learning", "sizes": "of networks", "models": "names"],
      flags: ["quick": "less of all"],
      arguments: line.split(separator: " ").map(String.init))
  }

  @Test("values are read, and defaults stand for what is not there")
  func values() {
    let given = Self.options("--rate 2e-3 --quick --sizes 8,32,8 --models b,a")
    #expect(given.has("quick") && given.number("rate", default: 1) == 2e-3)
    #expect(given.counts("sizes", default: [1]) == [8, 32])
    #expect(given.names("models", among: ["a", "b", "c"]) == ["b", "a"])
    #expect(given.text("rate", default: "") == "2e-3")
    let none = Self.options("")
    #expect(!none.has("quick") && none.number("rate", default: 3) == 3)
    #expect(
      none.numbers("sizes", default: [1, 2]) == [1, 2] && none.count("sizes", default: 7) == 7)
    #expect(none.names("models", among: ["a", "b"]) == ["a", "b"])
  }

  /// What a notebook asks its options for.
  enum Reading: Codable {
    case nothing, number, numbers, count, counts, names
  }

  @Test(
    "what cannot be ends the program with 64 and a word on it",
    arguments: [
      ("--speed 3", .nothing, "no option '--speed'"), ("--rate", .nothing, "--rate needs a value"),
      ("--rate nan", .number, "not 'nan'"), ("--rate -1", .numbers, "not '-1'"),
      ("--sizes 8,", .counts, "not ''"), ("--sizes 2.5", .count, "not '2.5'"),
      ("--models a,z", .names, "among a, b, not 'z'"),
    ] as [(String, Reading, String)])
  func refusals(line: String, reading: Reading, words: String) async {
    let result = await #expect(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) { [line, reading] in
      let options = Self.options(line)
      switch reading {
      case .nothing: break
      case .number: _ = options.number("rate", default: 1)
      case .numbers: _ = options.numbers("rate", default: [1])
      case .count: _ = options.count("sizes", default: 1)
      case .counts: _ = options.counts("sizes", default: [1])
      case .names: _ = options.names("models", among: ["a", "b"])
      }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains(words), "\(said)")
  }
}
