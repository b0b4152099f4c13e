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
    let given = Self.options("--rate 2e-3 --quick --sizes 8,32 --models b,a")
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

  @Test(
    "what cannot be ends the program with 64 and a word on it",
    arguments: [
      ("--speed 3", "no option '--speed'"), ("quick", "no option 'quick'"),
      ("--rate", "--rate needs a value"), ("--rate fast", "not 'fast'"), ("--rate -1", "not '-1'"),
      ("--rate nan", "not 'nan'"), ("--rate 1,2", "not '1,2'"), ("--sizes 8,", "not ''"),
      ("--sizes 0", "not '0'"), ("--sizes 2.5", "not '2.5'"), ("--sizes 99999999999", "whole"),
      ("--models a,z", "among a, b, not 'z'"),
    ])
  func refusals(line: String, word: String) async throws {
    let result = try await #require(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) { [line] in
      let options = Self.options(line)
      _ = options.number("rate", default: 1)
      _ = options.counts("sizes", default: [1])
      _ = options.names("models", among: ["a", "b"])
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains(word), "\(text)")
  }
}
