import Files
import Foundation

/// Where chains are: the files of one root, which a user may name by the root, by any of its files, or by
/// their folder.
struct ChainPlace: Sendable {
  /// The beginning of all file names, with the folder.
  let root: String
  /// The files with draws, in the order of their numbers.
  let paths: [String]
  /// Whether the files are numbered; a single file without a number often is that of a nested sampler.
  let isNumbered: Bool
  /// Notes for a reader, in sentences.
  let notes: [String]

  /// Finds the files.
  ///
  /// - Throws: `ChainFileError` if there are none, or those of several roots.
  init(_ path: String) throws(ChainFileError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      try self.init(root: path)
      return
    }
    if isFolder.boolValue {
      try self.init(root: try Self.root(inFolder: path))
      return
    }
    let (folder, name) = ChainFileName.split(path)
    let stem = ChainFileName(name)
    if stem.number != nil || stem.isCompanion {
      try self.init(root: (folder == "." ? "" : folder) + stem.root)
    } else {
      self.init(file: path, root: (folder == "." ? "" : folder) + stem.root)
    }
  }

  private init(file: String, root: String) {
    (self.root, paths, isNumbered, notes) = (root, [file], false, [])
  }

  private init(root: String) throws(ChainFileError) {
    let (folder, name) = ChainFileName.split(root)
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let present = files.map(ChainFileName.init).filter {
      $0.number != nil && ($0.root == name || $0.root + "_" == name)
    }
    // Where a run's list has chains of this name, others are not of the run.
    let own = WrittenFiles(in: folder).names
    let listed = present.filter { own.contains($0.text) }
    let numbered = listed.isEmpty ? present : listed
    for suffix in [".txt", ".csv"] {
      let found = numbered.filter { $0.text.hasSuffix(suffix) }
      guard let first = found.min(by: { $0.order < $1.order }) else { continue }
      if let other = found.first(where: { $0.separator != first.separator }) {
        let underscored = found.first { $0.separator == "_" } ?? other
        throw ChainFileError(path: Self.join(folder, underscored.text), .twoKinds)
      }
      try self.init(found.sorted { $0.order < $1.order }, numbered, root, folder)
      return
    }
    let singles = [".txt", ".csv", ".fits"].map { root + $0 }
    guard let single = singles.first(where: FileManager.default.fileExists) else {
      throw ChainFileError(path: "\(root).1.txt", .missing)
    }
    self.init(file: single, root: root)
  }

  /// Numbered files, and gaps in their numbers.
  private init(
    _ found: [ChainFileName], _ all: [ChainFileName], _ root: String, _ folder: String
  ) throws(ChainFileError) {
    let numbers = Set(found.map(\.order))
    let last = numbers.max() ?? 1
    let gaps = (1...max(1, last)).filter { !numbers.contains($0) }
    let separator = found[0].separator
    // The statistics of a chain whose draws are gone: something has been lost.
    if let lost = gaps.first(where: { gap in all.contains { $0.order == gap } }) {
      throw ChainFileError(
        path: "\(root)\(separator)\(lost).txt", .gap(present: found[found.count - 1].text))
    }
    self.root = root
    paths = found.map { Self.join(folder, $0.text) }
    isNumbered = true
    let list = gaps.prefix(8).map { "\($0)" } + (gaps.count > 8 ? ["…"] : [])
    notes =
      gaps.isEmpty
      ? []
      : [
        "\(gaps.count == 1 ? "chain" : "chains") \(list.joined(separator: ", ")) of \(last)"
          + " \(gaps.count == 1 ? "is" : "are") missing; the others are used"
      ]
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder == "." ? name : folder + name
  }

  /// The only root in a folder, or that of the reference of a run.
  private static func root(inFolder folder: String) throws(ChainFileError) -> String {
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let reference = "hmc"
    if files.contains("\(reference).paramnames") { return "\(folder)/\(reference)" }
    let names = Set(files)
    var roots: [String] = []
    for name in files.map(ChainFileName.init) where !roots.contains(name.root) {
      guard name.isDraws else { continue }
      let root = name.root
      let isDescribed =
        ["", "_"].contains { names.contains("\(root)\($0).paramnames") }
        || name.separator == MontePythonLog.separator && names.contains(MontePythonLog.fileName)
      if isDescribed || (try? ChainText("\(folder)/\(name.text)"))?.isRecognised == true {
        roots.append(root)
      }
    }
    switch roots.count {
    case 0: throw ChainFileError(path: folder, .noChains)
    case 1: return "\(folder)/\(roots[0])"
    default: throw ChainFileError(path: folder, .severalRoots(roots))
    }
  }
}

/// The name of a file of chains in its parts: `fit.1.txt`, `fit_1.txt`, `fit__1.txt` (MontePython),
/// `fit-1.csv`, `fit-1-0a1b2c.csv` (CmdStan).
package struct ChainFileName {
  /// The whole name.
  package let text: String
  /// What comes before the number, or before the ending.
  package let root: String
  /// What stands before the number.
  package let separator: String
  /// The number; nil if it has none.
  package let number: Int?

  init(_ text: String) {
    self.text = text
    let pattern =
      /(?<root>.*?)(?<separator>__|[._\-])(?<number>[0-9]{1,3})(-[0-9a-f]{4,8})?\.(txt|csv)/
    if let match = text.wholeMatch(of: pattern), !match.root.isEmpty {
      root = String(match.root)
      separator = String(match.separator)
      number = Int(match.number)
      return
    }
    (separator, number) = ("", nil)
    let ending = Self.companions.first(where: text.hasSuffix)
    if let ending {
      root = String(text.dropLast(ending.count))
    } else if let dot = text.lastIndex(of: "."), dot > text.startIndex {
      root = String(text[..<dot])
    } else {
      root = text
    }
  }

  /// Files that describe chains.
  private static let companions = [
    ".paramnames", ".ranges", ".properties.ini", ".updated.yaml", ".input.yaml", ".covmat",
    ".state.json",
  ]

  /// The place among the chains.
  package var order: Int { number ?? 0 }

  /// Whether it describes chains and has no draws.
  package var isCompanion: Bool { Self.companions.contains(where: text.hasSuffix) }

  /// Whether it may have draws.
  package var isDraws: Bool {
    !isCompanion && [".txt", ".csv", ".fits"].contains(where: text.hasSuffix)
  }

  /// The folder of a path, with its slash, and the name in it.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}
