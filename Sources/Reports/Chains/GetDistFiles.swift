import Files
import Foundation

/// The chain files of a root: `ROOT.1.txt`, … or `ROOT_1.txt`, ….
struct GetDistFiles {
  /// The paths in order; chain N is element N − 1.
  let paths: [String]

  /// Lists the folder, so that no chain is silently skipped.
  ///
  /// - Throws: `ChainFileError` if there are none, one in between is missing, or there are both
  ///   kinds.
  init(root: String) throws(ChainFileError) {
    let (folder, name) = Self.split(root)
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Where a run's list has chains of this name, others are not of the run.
    let own = WrittenFiles(in: folder).names.filter {
      $0.hasPrefix("\(name).") && $0.hasSuffix(".txt")
    }
    let files = own.isEmpty ? present : present.filter(own.contains)
    func numbers(_ separator: String) -> Set<Int> {
      let prefix = name + separator
      return Set(
        files.compactMap { file in
          guard file.hasPrefix(prefix), file.hasSuffix(".txt"),
            file.count > prefix.count + 4
          else { return nil }
          let middle = file.dropFirst(prefix.count).dropLast(4)
          return Int(middle).flatMap { $0 > 0 && "\($0)" == middle ? $0 : nil }
        })
    }
    let (dotted, underscored) = (numbers("."), numbers("_"))
    guard dotted.isEmpty || underscored.isEmpty else {
      throw ChainFileError(path: "\(root)_\(underscored.min() ?? 1).txt", .twoKinds)
    }
    let found = dotted.isEmpty ? underscored : dotted
    let separator = underscored.isEmpty ? "." : "_"
    guard let last = found.max() else { throw ChainFileError(path: "\(root).1.txt", .missing) }
    if let gap = (1...last).first(where: { !found.contains($0) }) {
      throw ChainFileError(
        path: "\(root)\(separator)\(gap).txt",
        .gap(present: "\(name)\(separator)\(last).txt"))
    }
    paths = (1...last).map { "\(root)\(separator)\($0).txt" }
  }

  /// The folder of a path and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}
