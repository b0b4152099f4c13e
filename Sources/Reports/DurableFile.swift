import Files
import Foundation
import Inference

/// Files that survive a crash of the program at any moment: whole or absent, or longer by whole
/// blocks. Those that are synced survive a power cut as well.
enum DurableFile {
  /// Writes a file under a name of its own and renames it.
  ///
  /// - Parameters:
  ///   - synced: whether to wait until the content has reached the disk.
  ///   - naming: whether to wait for the name as well.
  static func write(
    _ data: Data, to path: String, synced: Bool = false, naming: Bool = false
  ) throws(StorageError) {
    do {
      let file = try NewFile(for: path)
      try file.append(data)
      try file.commit(synced: synced, naming: naming)
    } catch {
      throw StorageError(path: error.path, reason: error.reason)
    }
  }

  /// Adds a block to a file, creating the file where needed.
  static func append(_ data: Data, to path: String) throws(StorageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw error(path) }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    do { try NewFile.write(data, to: descriptor, path) } catch {
      throw StorageError(path: path, reason: error.reason)
    }
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
