public import Analyses
import Foundation
public import Inference
import Synchronization

/// The folder that a run writes its results to.
///
/// Only files that a run itself writes are ever replaced or removed.
public struct OutputFolder: Sendable {
  /// The path of the folder.
  public let path: String
  /// Whether the folder holds a run to resume.
  public let isResumed: Bool
  private let lock: FolderLock
  private let writer: CheckpointWriter
  private let record: RunRecord
  private let files = Files()

  private final class Files: Sendable { let known = Mutex(KnownFiles()) }

  /// The files of the run by their names.
  private struct KnownFiles {
    /// Those that this run writes, or reads from the run that it continues.
    var own: Set = [RunRecord.fileName]
    /// Those that the previous run has written, according to its record.
    var earlier: Set<String> = []
    /// The roots of chains that are written as they grow.
    var grown: Set<String> = []

    /// Those of the previous run that this one, once finished, would not have.
    var outdated: Set<String> {
      earlier.filter { name in
        !own.contains(name) && !grown.contains { name.hasPrefix("\($0).") }
      }
    }
  }

  /// The allowed content of the folder.
  public enum Policy: Sendable {
    /// No results of an earlier run.
    case fresh
    /// Results of an earlier run, to be removed.
    case replacing
    /// The first part of the same run, to be continued; or nothing.
    case resuming
  }

  /// Opens a folder for a run, creating it where needed; nothing in it is touched yet.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - policy: what may be in it.
  ///   - record: the identity of this run; a run to be continued must have the same.
  /// - Throws: `OutputError` if there are results that the policy does not allow, or the folder
  ///   cannot be written to.
  public init(_ path: String, _ policy: Policy, _ record: RunRecord) throws(OutputError) {
    self.path = path
    self.record = record
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: "the folder cannot be created")
    }
    guard access(path, W_OK) == 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    guard let lock = FolderLock(path) else { throw .inUse(folder: path) }
    self.lock = lock
    writer = CheckpointWriter(folder: path)
    let earlier = try? RunRecord(reading: "\(path)/\(RunRecord.fileName)")
    // A user's own analysis is not ours to replace.
    if earlier == nil, (try? AnalysisFile.read("\(path)/\(RunRecord.fileName)")) != nil {
      throw .ownAnalysis(path: "\(path)/\(RunRecord.fileName)")
    }
    let recorded = Set(earlier?.files ?? [])
    files.known.withLock { $0.earlier = recorded }
    let results = Self.files(in: path) { Self.isResult($0, recorded) }
    for file in results where !Self.isRegularFile("\(path)/\(file)") {
      throw .cannotWrite(
        path: "\(path)/\(file)", reason: "something that is not a regular file is in the way")
    }
    isResumed = policy == .resuming && results.contains(RunRecord.fileName)
    if isResumed {
      guard let earlier else { throw .notARecord(path: "\(path)/\(RunRecord.fileName)") }
      let differences = record.differences(from: earlier)
      if !differences.isEmpty { throw .differentRun(folder: path, differences: differences) }
    }
    // The record is written before the first draw, so a run without one that stopped while starting has
    // no chains.
    switch policy {
    case .replacing: break
    case .resuming:
      if !isResumed, results.contains(Self.oldRecord) { throw .earlierVersion(folder: path) }
      if !isResumed, let file = results.first(where: Self.isChain) {
        throw .chainsWithoutRecord(folder: path, file: file)
      }
    case .fresh: if let file = results.first { throw .exists(folder: path, file: file) }
    }
  }

  /// Waits until the states and chains that were handed over are written.
  public func flush() async throws(StorageError) { try await writer.flush() }

  /// Removes the results of an earlier run, and writes the initial record; of a run
  /// that is continued nothing is touched.
  public func begin() throws(OutputError) {
    if isResumed { return }
    ReportFolder(path).remove()
    let recorded = files.known.withLock { $0.earlier }
    remove {
      // Also what a crash left of writing a result.
      Self.isResult($0.hasSuffix(".partial") ? String($0.dropLast(8)) : $0, recorded)
    }
    files.known.withLock { $0.earlier = [] }
    try writeRecord(synced: true)
  }

  /// Writes the results of a finished run: its sets of draws, the summary, and in the record the names
  /// of all files.
  public func finish(
    _ findings: Findings, _ sets: [SampleSet], _ others: [(name: String, content: String)]
  ) async throws(OutputError) {
    _ = try await LocalWorkers().map(sets.count) { index throws(OutputError) in
      let set = sets[index]
      if !files.known.withLock({ $0.grown.contains(set.root) }) {
        try write(
          set.chains, root: set.root, label: set.label, isIndependent: set.kind != .chains)
      }
      for file in set.files { try write(file.content, to: file.name) }
    }
    for file in others { try write(file.content, to: file.name) }
    let summary: String
    do { summary = try findings.json() } catch {
      throw .cannotWrite(path: "\(path)/summary.json", reason: "it cannot be encoded")
    }
    try write(summary, to: "summary.json", synced: true)
    let outdated = files.known.withLock { $0.outdated }
    remove(where: outdated.contains)
    files.known.withLock { $0.earlier.subtract(outdated) }
    try writeRecord(synced: false)
  }

  /// Removes files of the folder.
  private func remove(where isUnwanted: (String) -> Bool) {
    for file in Self.files(in: path, where: isUnwanted) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(file)")
    }
  }

  /// Registers files that were written otherwise, such as by a library.
  public func note(_ names: [String]) { files.known.withLock { $0.own.formUnion(names) } }

  private func writeRecord(synced: Bool) throws(OutputError) {
    try files.known.withLock { known throws(OutputError) in
      try writeRecord(of: known, synced: synced)
    }
  }

  private func writeRecord(of known: KnownFiles, synced: Bool) throws(OutputError) {
    var record = record
    record.files = known.own.union(known.earlier).sorted()
    try put(record.text, to: RunRecord.fileName, synced: synced)
  }

  /// Registers files that are about to be written, in the record too: whatever happens to the run,
  /// they are known to be its own.
  private func announce(_ names: [String]) {
    files.known.withLock { known in
      let isRecorded = known.own.union(known.earlier).isSuperset(of: names)
      known.own.formUnion(names)
      if !isRecorded { try? writeRecord(of: known, synced: false) }
    }
  }

  /// Writes a file, whole or not at all.
  ///
  /// - Parameters:
  ///   - content: the text.
  ///   - name: the name of the file.
  ///   - synced: whether to wait for the disk, for what cannot be regenerated.
  public func write(
    _ content: String, to name: String, synced: Bool = false
  ) throws(OutputError) {
    try put(content, to: name, synced: synced)
    note([name])
  }

  private func put(_ content: String, to name: String, synced: Bool) throws(OutputError) {
    do {
      try DurableFile.write(Data(content.utf8), to: "\(path)/\(name)", synced: synced)
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
  }

  /// Writes finished chains for GetDist: their header, and `ROOT.N.txt` for each.
  ///
  /// - Parameters:
  ///   - chains: all of one set of columns.
  ///   - root: the root of the files.
  ///   - label: their label in plots.
  ///   - isIndependent: whether the draws are independent and weighted.
  public func write(
    _ chains: [Chain], root: String, label: String, isIndependent: Bool = false
  ) throws(OutputError) {
    let files = GetDistHeader.files(
      of: chains, root: root, label: label, isIndependent: isIndependent)
    for file in files { try write(file.content, to: file.name) }
  }

  private static func files(in path: String, where belongs: (String) -> Bool) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter(belongs).sorted()
  }

  /// Files written at the end of a run, which become obsolete once its chains grow.
  private static let results =
    ["hmc.fits", "hmc.covmat", "summary.json", ReportFolder.pageName] + HubbleFile.names
    + FlowFiles.results

  /// Other files of a run, where no record lists them, besides its chains.
  private static let others = [RunRecord.fileName, oldRecord] + FlowFiles.states

  /// The record of a run in earlier versions.
  private static let oldRecord = "run.json"

  private static let roots = RunFolder.known.map(\.root)

  private static func isResult(_ name: String, _ recorded: Set<String>) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let isOfAllChains =
      parts.count == 2 && roots.contains(parts[0])
      && ["paramnames", "ranges", "properties.ini", "state.json"].contains(parts[1])
    return recorded.contains(name) || results.contains(name) || others.contains(name)
      || isOfAllChains || isChain(name)
  }

  private static func isChain(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && roots.contains(String(parts[0])) && Int(parts[1]) != nil
      && ["txt", "csv", "state.json"].contains(parts[2])
  }

  private static func isRegularFile(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }
}

extension OutputFolder: RunStore {
  /// The chains of a root in the folder; when they grow, the results of a shorter run are removed.
  public func chains(_ root: String, title: String) -> any ChainStore {
    files.known.withLock { _ = $0.grown.insert(root) }
    return ChainFiles(
      folder: path, root: root, title: title,
      results: Self.results + ["\(root).fits"], writer, began: announce)
  }

  /// A state stored by the run that is continued.
  public func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? {
    guard isResumed, let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      return nil
    }
    note([name])
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    return try? decoder.decode(type, from: data)
  }

  /// Stores a state, which is encoded only when it is written.
  public func keep<State: Codable & Sendable>(
    _ state: State, _ name: String
  ) throws(StorageError) {
    announce([name])
    try writer.hand(
      over: .init(replacements: [
        name: {
          let encoder = JSONEncoder()
          encoder.outputFormatting = .sortedKeys
          encoder.nonConformingFloatEncodingStrategy = .words
          return try encoder.encode(state)
        }
      ]))
  }
}
