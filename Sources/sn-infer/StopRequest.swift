import ArgumentParser
import Foundation
import Synchronization

/// A length of time as one types it: `90s`, `45m`, `3h30m`.
struct TimeLimit: ExpressibleByArgument {
  let seconds: Double

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
    guard digits.isEmpty, seconds > 0 else { return nil }
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
    for number in [SIGINT, SIGTERM] {
      Foundation.signal(number) { number in
        StopRequest.signal.store(number, ordering: .relaxed)
        Foundation.signal(number, SIG_DFL)
      }
    }
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
