import Files
import Foundation
import Inference

/// The folder of a study that several processes share: its record, and a part file of each process.
///
/// `study.json` is made by whoever comes first, and others compare. A process only ever appends whole lines to a file of its own,
/// `parts/HOST-PID-WORD.part`, so that nothing needs a lock, and a killed one loses what it had not written.
public struct StudyFolder: Sendable {
  /// What a study is, and how it is begun again.
  public struct Manifest: Codable, Sendable, Equatable {
    /// The name of its command.
    public var study: String
    /// The number of units.
    public var unitCount: Int
    /// The names of the numbers of a unit.
    public var columns: [String]
    /// What the numbers depend on: settings, seed, data, code.
    public var identity: [String: String]
    /// The arguments of the command.
    public var arguments: [String]

    /// A record.
    public init(
      study: String, unitCount: Int, columns: [String], identity: [String: String],
      arguments: [String]
    ) {
      (self.study, self.unitCount, self.columns) = (study, unitCount, columns)
      (self.identity, self.arguments) = (identity, arguments)
    }

    /// In which ways two studies differ, in words; arguments count only by what they change.
    func differences(from other: Manifest) -> [String] {
      var (own, others) = (identity, other.identity)
      (own["study"], others["study"]) = (study, other.study)
      (own["units"], others["units"]) = ("\(unitCount)", "\(other.unitCount)")
      (own["columns"], others["columns"]) = (
        columns.joined(separator: " "), other.columns.joined(separator: " ")
      )
      return Set(own.keys).union(others.keys).sorted().compactMap { key in
        own[key] == others[key]
          ? nil : "\(key) \(others[key] ?? "none") there, \(own[key] ?? "none") here"
      }
    }
  }

  /// Its path.
  public let path: String
  /// The study.
  public let manifest: Manifest

  static let manifestName = "study.json"
  private var partsPath: String { "\(path)/parts" }

  /// Opens a folder that has a study.
  ///
  /// - Throws: `StudyError`.
  public init(_ path: String) throws(StudyError) {
    let file = "\(path)/\(Self.manifestName)"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .isNone(folder: path)
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data) else {
      throw .damaged(path: file)
    }
    (self.path, self.manifest) = (path, manifest)
  }

  /// Begins a study in a folder, or joins it if it has begun there.
  ///
  /// - Parameters:
  ///   - path: the folder, made if need be.
  ///   - manifest: the study.
  ///   - replacing: whether a study that is there goes, whatever it is.
  /// - Throws: `StudyError`; `isAnother` if another study is there.
  public init(
    _ path: String, _ manifest: Manifest, replacing: Bool = false
  ) throws(StudyError) {
    let file = "\(path)/\(Self.manifestName)"
    do {
      try FileManager.default.createDirectory(
        atPath: "\(path)/parts", withIntermediateDirectories: true)
    } catch {
      throw .file(path: path, reason: "no folder can be made there")
    }
    if replacing {
      // The record goes last, so that no parts are left of which nobody knows the study.
      for part in Self.parts(in: "\(path)/parts") { unlink(part) }
      unlink(file)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let content = try? encoder.encode(manifest) else { throw .damaged(path: file) }
    try Self.make(file, content)
    try self.init(path)
    let differences = manifest.differences(from: self.manifest)
    if !differences.isEmpty { throw .isAnother(folder: path, differences: differences) }
  }

  /// Gives a whole file its name, unless there is one: of several processes that do so at once, one wins.
  private static func make(_ file: String, _ content: Data) throws(StudyError) {
    let temporary = "\(file).\(ProcessInfo.processInfo.hostName).\(getpid())"
    guard FileManager.default.createFile(atPath: temporary, contents: content) else {
      throw .file(path: file, reason: String(cString: strerror(errno)))
    }
    defer { unlink(temporary) }
    if link(temporary, file) == 0 || errno == EEXIST { return }
    // Some file systems have no links.
    guard !FileManager.default.fileExists(atPath: file) else { return }
    guard rename(temporary, file) == 0 else {
      throw .file(path: file, reason: String(cString: strerror(errno)))
    }
  }

  // MARK: - Parts

  private static func parts(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".part") }.sorted().map { "\(folder)/\($0)" }
  }

  /// A part file of this process.
  func newPart() -> PartFile {
    let word = String(UInt32.random(in: .min ... .max), radix: 36)
    return PartFile("\(partsPath)/\(ProcessInfo.processInfo.hostName)-\(getpid())-\(word).part")
  }

  /// What all processes have done so far.
  ///
  /// - Returns: the table, and the numbers of lines that are damaged, and of units with different results.
  public func table() -> (table: UnitTable, damagedLines: Int, contradictions: Int) {
    var outcomes = [UnitTable.Outcome?](repeating: nil, count: manifest.unitCount)
    var (damaged, contradictions) = (0, 0)
    for part in Self.parts(in: partsPath) {
      guard let data = FileManager.default.contents(atPath: part) else { continue }
      let (lines, damagedLines) = UnitLine.parse(
        part: data, unitCount: outcomes.count, columnCount: manifest.columns.count)
      damaged += damagedLines
      for (unit, outcome) in lines {
        if let known = outcomes[unit], !Self.agree(known, outcome) { contradictions += 1 }
        outcomes[unit] = outcomes[unit] ?? outcome
      }
    }
    return (UnitTable(columns: manifest.columns, outcomes: outcomes), damaged, contradictions)
  }

  /// Equal, with NaN equal to itself.
  private static func agree(_ a: UnitTable.Outcome, _ b: UnitTable.Outcome) -> Bool {
    guard case .values(let a) = a, case .values(let b) = b else { return a == b }
    return a.map(\.bitPattern) == b.map(\.bitPattern)
  }

  /// Writes the table as `units.csv`, whole or not at all.
  ///
  /// - Throws: `StudyError.file`.
  public func write(_ table: UnitTable) throws(StudyError) {
    do {
      let file = try NewFile(for: "\(path)/units.csv")
      try file.append(Data(table.csv.utf8))
      try file.commit()
    } catch {
      throw .file(path: error.path, reason: error.reason)
    }
  }
}
