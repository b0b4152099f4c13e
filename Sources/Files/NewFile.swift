package import Foundation

/// A file in the making: under a hidden name that nobody else has, in the folder of its destination,
/// until `commit` puts it there, whole, over whatever has that name.
///
/// It is locked while it is written, so that what a killed program left can be told from what another
/// one is writing.
package final class NewFile {
  /// The destination.
  package let path: String
  /// Where it is until then.
  package let temporaryPath: String
  private let descriptor: CInt
  private var isCommitted = false

  /// Makes an empty file.
  package init(for path: String) throws(FileError) {
    self.path = path
    temporaryPath = Self.unusedPath(for: path)
    descriptor = open(
      temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.error(path) }
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  /// Takes over a file that a library has made under an `unusedPath`.
  package init(for path: String, madeAt temporaryPath: String) throws(FileError) {
    self.path = path
    self.temporaryPath = temporaryPath
    descriptor = open(temporaryPath, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(path) }
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Adds bytes.
  package func append(_ data: Data) throws(FileError) {
    try Self.write(data, to: descriptor, path)
  }

  /// Gives the file its name.
  ///
  /// - Parameters:
  ///   - synced: whether to wait until its content has reached the disk.
  ///   - naming: whether to wait for its name as well.
  package func commit(synced: Bool = false, naming: Bool = false) throws(FileError) {
    if synced, fsync(descriptor) != 0 { throw Self.error(path) }
    guard rename(temporaryPath, path) == 0 else { throw Self.error(path) }
    isCommitted = true
    if naming { Self.syncFolder(of: path) }
  }

  /// Writes all bytes to an open file.
  package static func write(
    _ data: Data, to descriptor: CInt, _ path: String
  ) throws(FileError) {
    var written = 0
    while written < data.count {
      let count = data.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, data.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw error(path) }
      written += count
    }
  }

  private static func error(_ path: String) -> FileError {
    FileError(path: path, reason: String(cString: strerror(errno)))
  }

  /// Waits until the names in a file's folder have reached the disk, where the file system can say so.
  private static func syncFolder(of path: String) {
    let folder = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  // MARK: Names

  private static let mark = ".sn-infer-"

  /// A hidden name next to a file which nothing has.
  package static func unusedPath(for path: String) -> String {
    let (folder, name) = split(path)
    let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
    let number = String(repeating: "0", count: 16 - digits.count) + digits
    // A name of a file has at most 255 bytes.
    return "\(folder)/.\(shortened(name))\(mark)\(number)"
  }

  private static func shortened(_ name: String) -> String {
    var short = name
    while short.utf8.count > 200 { short.removeLast() }
    return short
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }

  /// Removes what killed programs left in a folder: files, and folders with files, under hidden names
  /// of this kind that no process has locked.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - age: how many seconds ago they were last written to, at least.
  ///   - path: the file that they were to become; nil for any.
  package static func sweep(_ folder: String, olderThan age: Int, for path: String? = nil) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasPrefix("."), let end = name.range(of: mark, options: .backwards),
        name[end.upperBound...].utf8.count == 16,
        name[end.upperBound...].allSatisfy({ $0.isHexDigit && !$0.isUppercase }),
        path.map({ name[..<end.lowerBound] == "." + shortened(split($0).name) }) ?? true
      else { continue }
      let file = open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT),
        Int(status.st_mtim.tv_sec) <= time(nil) - age, flock(file, LOCK_EX | LOCK_NB) == 0
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Removes what killed programs left of a file.
  package static func sweep(for path: String) {
    sweep(split(path).folder, olderThan: 60, for: path)
  }
}
