import Foundation

/// The list of the files that runs and reports have written to a folder, `run.files`: the only ones
/// there that may be replaced or removed.
///
/// A file is entered before it appears. What is not a plain path below the folder is no entry.
package struct WrittenFiles: Sendable {
  /// The name of the list, which is one of the files.
  package static let fileName = "run.files"
  private static let heading =
    "# The files that sn-infer has written here, which --force may remove.\n"
  private static let runMark = "# run "

  private let folder: String
  /// The names of the files, relative to the folder.
  package private(set) var names: Set<String> = []
  /// A fingerprint of the run; nil for reports alone.
  package private(set) var run: String?
  /// Whether something else has its name, which is not ours to change.
  package private(set) var isForeign = false

  private var path: String { "\(folder)/\(Self.fileName)" }

  /// Reads the list of a folder, which may be missing.
  package init(in folder: String) {
    self.folder = folder
    guard Self.type(path) != nil else { return }
    guard Self.isRegularFile(path), let data = FileManager.default.contents(atPath: path),
      // A crash may have cut it.
      data.starts(with: Data(Self.heading.utf8).prefix(data.count))
    else {
      isForeign = true
      return
    }
    // What follows the last line is the half of one.
    let lines = data.lastIndex(of: UInt8(ascii: "\n")).map { data[...$0] }
    for line in String(decoding: lines ?? Data(), as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix(Self.runMark) { run = String(line.dropFirst(Self.runMark.count)) }
      if Self.isPlain(line) { names.insert(String(line)) }
    }
  }

  /// Whether a path stays below its folder.
  private static func isPlain(_ path: Substring) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !path.hasPrefix("#") && !parts.contains { ["", ".", ".."].contains($0) }
      && path.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }

  /// Enters files.
  package mutating func add(_ more: some Sequence<String>) throws(FileError) {
    let new = Set(more.filter { Self.isPlain(Substring($0)) }).subtracting(names)
    if new.isEmpty { return }
    guard !isForeign else {
      throw FileError(path: path, reason: "something that sn-infer has not written is in its place")
    }
    let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(path: path, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    // A line that a crash has cut goes.
    var length = lseek(file, 0, SEEK_END)
    var last: UInt8 = 0
    while length > 0, pread(file, &last, 1, length - 1) == 1, last != UInt8(ascii: "\n") {
      length -= 1
    }
    guard ftruncate(file, length) == 0 else {
      throw FileError(path: path, reason: String(cString: strerror(errno)))
    }
    let beginning = length == 0 ? Self.heading : ""
    let lines = new.sorted().map { "\($0)\n" }.joined()
    try NewFile.write(Data((beginning + lines).utf8), to: file, path)
    names.formUnion(new)
  }

  /// Begins the list of a run, which keeps the entries.
  package mutating func begin(run fingerprint: String) throws(FileError) {
    run = fingerprint
    isForeign = false
    try rewrite()
  }

  /// Writes the list anew, in order.
  package func rewrite() throws(FileError) {
    let list = try NewFile(for: path)
    let lines = names.sorted().map { "\($0)\n" }.joined()
    let mark = run.map { "\(Self.runMark)\($0)\n" } ?? ""
    try list.append(Data((Self.heading + mark + lines).utf8))
    try list.commit()
  }

  /// Removes files that are entered, and folders that this empties; links are not followed.
  package mutating func remove(where isUnwanted: (String) -> Bool) throws(FileError) {
    let unwanted = names.filter(isUnwanted)
    if unwanted.isEmpty { return }
    for name in unwanted where isInPlace(name) { unlink("\(folder)/\(name)") }
    let folders = Set(unwanted.flatMap(Self.folders)).sorted { $0.count > $1.count }
    for name in folders where isInPlace("\(name)/x") { rmdir("\(folder)/\(name)") }
    names.subtract(unwanted)
    if names.isEmpty, run == nil { unlink(path) } else { try rewrite() }
  }

  /// Removes everything, with the list.
  package mutating func removeAll() throws(FileError) {
    run = nil
    try remove { _ in true }
    unlink(path)
  }

  /// The folders on the way to a file.
  private static func folders(_ name: String) -> [String] {
    let parts = name.split(separator: "/")
    return parts.indices.dropLast().map { parts[...$0].joined(separator: "/") }
  }

  /// Whether no link leads to a file elsewhere.
  package func isInPlace(_ name: String) -> Bool {
    Self.folders(name).allSatisfy { Self.type("\(folder)/\($0)") == S_IFDIR }
  }

  private static func type(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Whether there is anything of a name, be it a link that leads nowhere.
  package func isPresent(_ name: String) -> Bool { Self.type("\(folder)/\(name)") != nil }

  /// Whether there is a file, and no link, pipe or folder in its place.
  package static func isRegularFile(_ path: String) -> Bool { type(path) == S_IFREG }
}
