import Foundation
import Inference

/// Files that survive a crash at any moment: whole or absent, or longer by whole blocks.
enum DurableFile {
  /// Writes a file under a temporary name, flushes it to the disk and renames it.
  static func write(_ data: Data, to path: String) throws(StorageError) {
    // One name for all attempts, so that the next one sweeps away what a crash left.
    let temporary = "\(path).partial"
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    try? FileManager.default.removeItem(atPath: temporary)
    _ = try append(data, to: temporary)
    guard rename(temporary, path) == 0 else {
      throw StorageError(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Adds a block to a file in one write, creating the file where needed, and flushes it to the
  /// disk.
  ///
  /// - Returns: the length of the file afterwards.
  static func append(_ data: Data, to path: String) throws(StorageError) -> Int {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard descriptor >= 0 else { throw error(path) }
    defer { close(descriptor) }
    var written = 0
    while written < data.count {
      let count = data.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, data.count - written)
      }
      guard count > 0 else { throw error(path) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw error(path) }
    return Int(lseek(descriptor, 0, SEEK_END))
  }

  /// Cuts a file to a length.
  static func truncate(_ path: String, to length: Int) throws(StorageError) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let present = (attributes?[.size] as? NSNumber)?.intValue ?? 0
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
