import Foundation
import Inference

/// Files that survive a crash of the program at any moment: whole or absent, or longer by whole
/// blocks. Those that are synced survive a power cut as well.
enum DurableFile {
  /// Writes a file under a temporary name and renames it.
  ///
  /// - Parameter synced: whether to wait until the content has reached the disk.
  static func write(_ data: Data, to path: String, synced: Bool = false) throws(StorageError) {
    // One name for all attempts, so that the next one overwrites what a crash left.
    let temporary = "\(path).partial"
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    try? FileManager.default.removeItem(atPath: temporary)
    try append(data, to: temporary, synced: synced)
    try move(temporary, to: path)
  }

  /// Renames a file, replacing any file of that name.
  static func move(_ file: String, to path: String) throws(StorageError) {
    guard rename(file, path) == 0 else { throw error(path) }
  }

  /// Adds a block to a file, creating the file where needed.
  static func append(_ data: Data, to path: String, synced: Bool = false) throws(StorageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw error(path) }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    var written = 0
    while written < data.count {
      let count = data.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, data.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw error(path) }
      written += count
    }
    if synced, fsync(descriptor) != 0 { throw error(path) }
    // Network file systems and quotas may tell only now that there was no room.
    isOpen = false
    if close(descriptor) != 0, errno != EINTR { throw error(path) }
  }

  /// The length of a file in bytes; 0 if there is none.
  static func length(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  /// Cuts a file to a length.
  static func truncate(_ path: String, to length: Int) throws(StorageError) {
    let present = Self.length(path)
    guard present >= length else {
      throw StorageError(
        path: path, reason: "the file has \(present) bytes where its checkpoint counts \(length)")
    }
    if present > length, Foundation.truncate(path, off_t(length)) != 0 { throw error(path) }
  }

  /// Removes a file, if there is one.
  static func remove(_ path: String) throws(StorageError) {
    if unlink(path) != 0, errno != ENOENT { throw error(path) }
  }

  private static func error(_ path: String) -> StorageError {
    StorageError(path: path, reason: String(cString: strerror(errno)))
  }
}
