import Foundation
import Reports
import Synchronization

/// Standard output: what is printed there arrives, or the program ends with an error.
enum StandardOutput {
  /// Why something could not be written, since when nothing is written any more.
  private static let failure = Mutex<CInt?>(nil)

  /// Writes a text at once; a failure is reported by `close`, and does not keep results from being
  /// written to files.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    failure.withLock { failure in
      var start = 0
      while start < bytes.count, failure == nil {
        let count = bytes[start...].withUnsafeBytes {
          Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
        }
        if count >= 0 {
          start += count
        } else if errno == EAGAIN {
          var state = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
          _ = poll(&state, 1, -1)
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
  }

  /// Whether nothing that is written arrives any more.
  static var isLost: Bool { failure.withLock { $0 != nil } }

  /// Ends the output.
  ///
  /// - Returns: why some of it was lost; nil if all of it has arrived.
  static func close() -> String? {
    failure.withLock { failure in
      // Network file systems and quotas tell only now.
      if Foundation.close(STDOUT_FILENO) != 0, failure == nil { failure = errno }
      return failure.map { String(cString: strerror($0)) }
    }
  }

  /// Takes the places of standard streams that the parent has closed, so that no file of a run is
  /// opened there, and keeps an unread pipe from ending the program.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // Read-only, so that writing fails as it would have.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}

/// Prints to standard output in place of Swift's own function, which loses silently what cannot be
/// written.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  StandardOutput.write(items.map { "\($0)".printable }.joined(separator: separator) + terminator)
}
