import Analyses
import Chains
import Foundation
import Inference

/// Chains as a user names them: the folder of a run, or the root, a file or the folder of others' chains, each perhaps behind `NAME=`.
struct RunArgument: Sendable {
  /// The path.
  let path: String
  /// The name that the user gave.
  let givenName: String?
  /// What `summary.json` says of these chains; empty for those of other programs.
  let findings: Findings
  /// The root of the set of draws within its folder.
  let set: String
  /// The folder of the set.
  let folder: String
  /// What could not be read, in sentences.
  let notes: [String]
  private let reader: ChainReader

  /// Finds the chains: of a run of this program those that its verdict quotes.
  ///
  /// - Throws: `OverlayError.emptyName`; `ChainFileError` if there are no chains.
  init(_ text: String) throws {
    var (path, name) = (text, String?.none)
    if !FileManager.default.fileExists(atPath: text), let sign = text.firstIndex(of: "=") {
      name = text[..<sign].trimmingCharacters(in: .whitespaces)
      path = String(text[text.index(after: sign)...])
      if name?.isEmpty != false { throw OverlayError.emptyName(text) }
    }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    givenName = name
    reader = try ChainReader(path: Self.quotedRoot(inFolder: path) ?? path)
    let parts = ChainFileName.split(reader.root)
    (folder, set) = (parts.folder, parts.name)
    var notes: [String] = []
    let findings = Findings(reading: "\(parts.folder)/summary.json", &notes)
    // Chains of others may lie in the folder of a run.
    let isOwn = findings.samples.contains { $0.root == parts.name }
    self.findings = isOwn ? findings : Findings()
    self.notes = notes
  }

  /// The root of what is to be quoted of a run; nil if the path is not that of a run's folder.
  private static func quotedRoot(inFolder path: String) -> String? {
    var notes: [String] = []
    let findings = Findings(reading: "\(path)/summary.json", &notes)
    let known = RunFolder.known.filter { $0.kind != .raw }.map(\.root)
    let roots = [findings.verdict?.quoted].compactMap(\.self) + known + findings.samples.map(\.root)
    return roots.map { "\(path)/\($0)" }.first {
      FileManager.default.fileExists(atPath: "\($0).paramnames")
    }
  }

  /// What tells these chains from others.
  var identity: String {
    URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/" + set
  }

  /// Names for it, the shortest first: that of the folder of a run, or of the root of others' chains.
  var usualNames: [String] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let url = URL(fileURLWithPath: isFolder.boolValue ? path : reader.root).standardizedFileURL
    let parent = url.deletingLastPathComponent().lastPathComponent
    let isSet = !isFolder.boolValue && RunFolder.known.contains { $0.root == set }
    let long = "\(parent)/\(url.lastPathComponent)"
    return isSet ? [parent, long] : [url.lastPathComponent, long]
  }

  /// Reads the chains.
  ///
  /// - Throws: `ChainFileError`.
  func read() throws(ChainFileError) -> ChainReader.Content { try reader.read() }
}
