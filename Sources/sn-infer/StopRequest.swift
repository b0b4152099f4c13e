import Analyses
import Foundation
import Inference
import Synchronization

/// Whether a run should end early: by a signal, or a time limit.
///
/// Samplers check it often, and have a moment to hand over what they have. Then the program ends,
/// wherever it is: a step that takes long, a disk that does not answer. What `--resume` needs is on
/// the disk at any time.
struct StopRequest: Sendable {
  /// The signals of users and batch systems: Slurm and Grid Engine send SIGUSR1 and SIGUSR2 before the end of a
  /// job, a closed terminal SIGHUP, a limit of processor time SIGXCPU.
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU]
  /// The number of the signal that came first, SIGALRM for the time limit, or 0.
  private static let reason = Atomic<Int32>(0)
  /// The grace period after that, in microseconds.
  private static var grace: UInt32 { 600_000 }

  /// Begins to listen for signals; a second SIGINT or SIGTERM ends the program at once.
  static func listen(after limit: TimeLimit?) {
    // Also initialises the variable, which a signal handler must not do.
    reason.store(0, ordering: .relaxed)
    // What the parent had ignored, as `nohup` and background jobs of scripts do, stays ignored.
    for number in signals where !isIgnored(number) { listen(to: number) }
    listen(to: SIGALRM)
    if let limit { alarm(UInt32(limit.seconds)) }
  }

  var isRequested: Bool { Self.reason.load(ordering: .relaxed) != 0 }

  var exitStatus: ExitStatus { Self.exitStatus(after: Self.reason.load(ordering: .relaxed)) }

  /// 130 after SIGINT, as shells have it; 75, to be tried again, after anything else.
  private static func exitStatus(after reason: Int32) -> ExitStatus {
    reason == SIGINT ? .interrupted : .stopped
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    typealias Handler = (@convention(c) (Int32) -> Void)?
    let handler: Handler = Foundation.signal(number, SIG_IGN)
    let ignored: Handler = SIG_IGN
    if unsafeBitCast(handler, to: Int.self) == unsafeBitCast(ignored, to: Int.self) { return true }
    Foundation.signal(number, handler)
    return false
  }

  // MARK: In a signal handler, where next to nothing is allowed

  private static func listen(to number: Int32) {
    Foundation.signal(number) { number in
      let (isFirst, reason) = StopRequest.reason.compareExchange(
        expected: 0, desired: number, ordering: .relaxed)
      if isFirst {
        ualarm(StopRequest.grace, 0)
      } else if number == SIGALRM || number == SIGINT || number == SIGTERM {
        StopRequest.leave(after: reason)
      }
    }
  }

  private static func leave(after reason: Int32) -> Never {
    let words: StaticString =
      "warning: stopped; --resume continues from the last checkpoint, if there is one\n"
    var state = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&state, 1, 0) > 0 { _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount) }
    _exit(exitStatus(after: reason).rawValue)
  }
}
