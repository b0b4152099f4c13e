import Foundation

/// Locks a folder for one process for as long as it lives; the system releases the lock when a process
/// dies, for any reason.
final class FolderLock: Sendable {
  private let descriptor: CInt

  /// Nil if another process has the folder. File systems without locks do not protect it.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      return nil
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
