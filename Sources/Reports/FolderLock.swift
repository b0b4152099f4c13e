import Foundation

/// Keeps a folder to one process for as long as it lives; the system lets go of it when a process
/// dies, however that happens.
final class FolderLock: Sendable {
  private let descriptor: CInt

  /// Nil if another process has the folder. File systems without locks let everybody in.
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
