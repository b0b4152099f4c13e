import Foundation
import Synchronization

/// Standard error: messages may get lost, but never harm or delay the work.
enum StandardError {
  static let isTerminal = isatty(STDERR_FILENO) == 1
  /// Whether the last piece found no room, in an unread pipe or a stopped terminal.
  private static let isStalled = Mutex(false)
  /// A terminal by an opening of our own, where writing does not wait: one that is stopped has room for
  /// a part of a piece.
  private static let descriptor: CInt = {
    guard isTerminal, let name = ttyname(STDERR_FILENO) else { return STDERR_FILENO }
    let own = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    return own < 0 ? STDERR_FILENO : own
  }()
  /// A pipe with room for anything has room for so much.
  private static let pieceSize = 4096

  /// Writes as much of a text as can be written; waits at most a second for room, and no more
  /// before there is some.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    isStalled.withLock { isStalled in
      var start = 0
      while start < bytes.count {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = poll(&state, 1, isStalled ? 0 : 1000)
        if ready < 0, errno == EINTR { continue }
        isStalled = ready <= 0
        if isStalled { return }
        let end = min(start + pieceSize, bytes.count)
        let count = bytes[start..<end].withUnsafeBytes {
          Foundation.write(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count > 0 else { return }
        start += count
      }
    }
  }
}
