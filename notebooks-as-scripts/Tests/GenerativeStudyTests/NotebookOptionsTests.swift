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

  /// What a program said that ended with 64.
  private func refusal(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test("what cannot be ends the program with 64 and a word on it")
  func refusals() async {
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--speed 3")
        }
      ).contains("no option '--speed'"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--rate")
        }
      ).contains("--rate needs a value"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--rate nan").number("rate", default: 1)
        }
      ).contains("not 'nan'"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--rate -1").numbers("rate", default: [1])
        }
      ).contains("not '-1'"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--sizes 8,").counts("sizes", default: [1])
        }
      ).contains("not ''"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--sizes 2.5").count("sizes", default: 1)
        }
      ).contains("not '2.5'"))
    #expect(
      refusal(
        await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
          _ = Self.options("--models a,z").names("models", among: ["a", "b"])
        }
      ).contains("among a, b, not 'z'"))
  }
}
