import ArgumentParser
import Foundation
import Synchronization

/// A length of time as one types it: `90s`, `45m`, `3h30m`; above 0 and at most 10⁹ seconds.
struct TimeLimit: ExpressibleByArgument {
  let seconds: Double
  /// Thirty years; instants far beyond that overflow.
  private static let longest = 1e9

  init?(argument: String) {
    var (seconds, digits) = (0.0, "")
    for character in argument {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      guard let unit = ["h": 3600.0, "m": 60, "s": 1][character], let number = Double(digits) else {
        return nil
      }
      seconds += number * unit
      digits = ""
    }
    guard digits.isEmpty, seconds > 0, seconds <= Self.longest else { return nil }
    self.seconds = seconds
  }
}

/// Whether a run should end early: by SIGINT, SIGTERM, or a time limit.
struct StopRequest: Sendable {
  /// The number of the signal that came, or 0.
  private static let signal = Atomic<Int32>(0)
  private let deadline: ContinuousClock.Instant?

  /// Begins to listen for signals; a second one ends the program at once.
  init(after limit: TimeLimit?) {
    deadline = limit.map { .now + .seconds($0.seconds) }
    // Also makes the variable, which a signal handler must not do.
    Self.signal.store(0, ordering: .relaxed)
    // What the parent had ignored, as `nohup` and background jobs of scripts do, stays ignored.
    for number in [SIGINT, SIGTERM] where !Self.isIgnored(number) {
      Foundation.signal(number) { number in
        StopRequest.signal.store(number, ordering: .relaxed)
        Foundation.signal(number, SIG_DFL)
      }
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    typealias Handler = (@convention(c) (Int32) -> Void)?
    let handler: Handler = Foundation.signal(number, SIG_IGN)
    let ignored: Handler = SIG_IGN
    if unsafeBitCast(handler, to: Int.self) == unsafeBitCast(ignored, to: Int.self) { return true }
    Foundation.signal(number, handler)
    return false
  }

  var isRequested: Bool {
    if Self.signal.load(ordering: .relaxed) != 0 { return true }
    return deadline.map { .now > $0 } ?? false
  }

  /// 130 after SIGINT, as shells have it; 75, to be tried again, after SIGTERM or the time limit.
  var exitStatus: ExitStatus {
    Self.signal.load(ordering: .relaxed) == SIGINT ? .interrupted : .stopped
  }
}
