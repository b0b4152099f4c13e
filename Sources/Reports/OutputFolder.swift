import Foundation

/// The folder that a run writes its results to.
///
/// Files are whole or absent: each is written under a temporary name, flushed to the disk, and renamed.
public struct OutputFolder: Sendable {
  /// The path of the folder.
  public let path: String

  /// Opens a folder for a run, creating it where needed; nothing in it is touched yet.
  ///
  /// - Parameter replacing: whether results of an earlier run may be replaced.
  /// - Throws: `OutputError` if they may not be and are there, or the folder cannot be written to.
  public init(_ path: String, replacing: Bool) throws(OutputError) {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: "no folder can be made there")
    }
    guard access(path, W_OK) == 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    if !replacing, let file = resultFiles.first { throw .exists(folder: path, file: file) }
  }

  /// The files in the folder that a run writes, and whatever an earlier one may have left.
  private var resultFiles: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix("hmc.") || $0 == "summary.json" }.sorted()
  }

  /// Writes a set of files, and removes those of an earlier run that would be taken for part of it.
  public func write(_ files: [(name: String, content: String)]) throws(OutputError) {
    for file in files { try write(file.content, to: file.name) }
    let written = Set(files.map(\.name))
    for stale in resultFiles where !written.contains(stale) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(stale)")
    }
  }

  private func write(_ content: String, to name: String) throws(OutputError) {
    let final = "\(path)/\(name)"
    let temporary = "\(path)/.\(name).\(ProcessInfo.processInfo.processIdentifier).partial"
    do {
      try Data(content.utf8).write(to: URL(fileURLWithPath: temporary))
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw .cannotWrite(path: final, reason: error.localizedDescription)
    }
    guard rename(temporary, final) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(atPath: temporary)
      throw .cannotWrite(path: final, reason: reason)
    }
  }
}
