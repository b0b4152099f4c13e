import Foundation

/// Locks a folder for one process for as long as it lives.
///
/// The system releases the lock when a process dies, for any reason. On file systems that have no
/// locks a file takes its place, which tells who made it, so that one left by a dead process is
/// recognised.
final class FolderLock: Sendable {
  private let descriptor: CInt
  private let file: String?

  /// The file in place of a lock.
  static let fileName = ".sn-infer.lock"

  /// What a user should know, in a sentence.
  var note: String? {
    file.map {
      "the file system does not lock folders; \($0) keeps other runs out of this one until it ends"
    }
  }

  /// Locks a folder.
  ///
  /// - Throws: `OutputError.inUse` if another process has it.
  init(_ path: String) throws(OutputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    let isLocked = descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0
    let reason = errno
    if !isLocked, descriptor >= 0, reason == EWOULDBLOCK {
      close(descriptor)
      throw .inUse(folder: path)
    }
    let lockPath = "\(path)/\(Self.fileName)"
    // One on another machine may have no locks where this one does.
    if isLocked, !FileManager.default.fileExists(atPath: lockPath) {
      (self.descriptor, file) = (descriptor, nil)
      return
    }
    do {
      try Self.make(lockPath, folder: path)
    } catch {
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    (self.descriptor, file) = (descriptor, lockPath)
  }

  deinit {
    if let file { unlink(file) }
    if descriptor >= 0 { close(descriptor) }
  }

  // MARK: The file

  private static func make(_ path: String, folder: String) throws(OutputError) {
    // A second attempt, where the first has removed what a dead process left.
    for _ in 0..<2 {
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if file >= 0 {
        let text = Data("\(owner(getpid()))\n".utf8)
        _ = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        return
      }
      guard errno == EEXIST else {
        throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
      }
      guard isStale(path) else { throw .lockedByFile(folder: folder, path: path) }
      unlink(path)
    }
    throw .lockedByFile(folder: folder, path: path)
  }

  /// A process in words: its number, its machine, and when it began, since numbers come again.
  private static func owner(_ process: pid_t) -> String {
    let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    // Field 22; the second, a name in parentheses, may hold spaces.
    let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
    let start = fields.count > 19 ? String(fields[19]) : "0"
    return "\(process) \(ProcessInfo.processInfo.hostName) \(start)"
  }

  /// Whether the process that made a file was one of this machine and is dead.
  private static func isStale(_ path: String) -> Bool {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let process = pid_t(words[0]),
      words[1] == ProcessInfo.processInfo.hostName
    else { return false }
    let isAlive = kill(process, 0) == 0 || errno == EPERM
    return !isAlive || owner(process) != words.joined(separator: " ")
  }
}
