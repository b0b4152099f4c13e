import Foundation

/// What makes a run what it is, by name: data, model, priors, seed. Written as `run.json` before
/// the first draw.
public struct RunManifest: Sendable, Equatable {
  /// The values by their names.
  public let entries: [String: String]

  static let fileName = "run.json"

  /// A manifest with its entries.
  public init(_ entries: [String: String]) {
    self.entries = entries
  }

  /// - Throws: `OutputError.differentRun` with all that differs from the run in a folder, or
  ///   `notAManifest`.
  func checkThatItIs(in folder: String) throws(OutputError) {
    let path = "\(folder)/\(Self.fileName)"
    guard let data = FileManager.default.contents(atPath: path),
      let earlier = try? JSONDecoder().decode([String: String].self, from: data)
    else { throw .notAManifest(path: path) }
    let differences = Set(entries.keys).union(earlier.keys).sorted()
      .filter { entries[$0] != earlier[$0] }
      .map { "\($0) was \(earlier[$0] ?? "not there") and is \(entries[$0] ?? "not there")" }
    if !differences.isEmpty { throw .differentRun(folder: folder, differences: differences) }
  }

  func json(_ folder: String) throws(OutputError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(entries) else {
      throw .cannotWrite(path: "\(folder)/\(Self.fileName)", reason: "it cannot be encoded")
    }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
