import Foundation

/// The folder that a run writes its results to.
///
/// Files are whole or absent: all are written under temporary names and flushed to the disk before the first gets its name. Only files that a
/// run itself writes are ever replaced or removed.
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
    let results = resultFiles
    if !replacing, let file = results.first { throw .exists(folder: path, file: file) }
    for file in results where !isRegularFile(file) {
      throw .cannotWrite(
        path: "\(path)/\(file)", reason: "something that is not a file is in the way")
    }
  }

  /// Writes a set of files in this order, and removes chains of an earlier run that would be taken for part of it.
  public func write(_ files: [(name: String, content: String)]) throws(OutputError) {
    var written: [(temporary: String, final: String)] = []
    defer { for file in written { try? FileManager.default.removeItem(atPath: file.temporary) } }
    for file in files {
      let temporary = "\(path)/.\(file.name).\(ProcessInfo.processInfo.processIdentifier).partial"
      written.append((temporary, "\(path)/\(file.name)"))
      do {
        try Data(file.content.utf8).write(to: URL(fileURLWithPath: temporary))
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
        try handle.synchronize()
        try handle.close()
      } catch {
        throw .cannotWrite(path: "\(path)/\(file.name)", reason: error.localizedDescription)
      }
    }
    let names = Set(files.map(\.name))
    for stale in resultFiles where !names.contains(stale) && isRegularFile(stale) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(stale)")
    }
    for file in written {
      guard rename(file.temporary, file.final) == 0 else {
        throw .cannotWrite(path: file.final, reason: String(cString: strerror(errno)))
      }
    }
  }

  /// The names in the folder that are those of a run's results.
  private var resultFiles: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter(Self.isResult).sorted()
  }

  private static func isResult(_ name: String) -> Bool {
    if ["hmc.paramnames", "hmc.ranges", "hmc.properties.ini", "summary.json"].contains(name) {
      return true
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0] == "hmc" && Int(parts[1]) != nil && parts[2] == "txt"
  }

  private func isRegularFile(_ name: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }
}
