public import Analyses
import Files
import Foundation
public import Inference
import Samplers
import Synchronization

/// The folder that a run writes its results to.
///
/// Only files that its list, `run.files`, has as written by a run are ever replaced or removed.
public struct OutputFolder: Sendable {
  /// The path of the folder.
  public let path: String
  /// Whether the folder holds a run to resume.
  public let isResumed: Bool
  /// What a user should know about the folder, in sentences.
  public let notes: [String]
  private let isNew: Bool
  private let lock: FolderLock
  private let writer: CheckpointWriter
  private let record: RunRecord
  private let density: DensityColumns?
  private let files: Files

  private final class Files: Sendable {
    let known: Mutex<KnownFiles>
    init(_ written: WrittenFiles) { known = Mutex(KnownFiles(written: written)) }
  }

  /// The files of the run by their names.
  private struct KnownFiles {
    /// Those that the folder's list has.
    var written: WrittenFiles
    /// Those that this run writes, or reads from the run that it continues.
    var own: Set = [RunRecord.fileName]
    /// The roots of chains that are written as they grow.
    var grown: Set<String> = []

    /// Whether a file is one of the previous run that this one, once finished, would not have.
    func isOutdated(_ name: String) -> Bool {
      !own.contains(name) && !ReportFolder.isPart(name)
        && !grown.contains { name.hasPrefix("\($0).") }
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
  ///   - posterior: that of the chains, if they are to be described for readers of Cobaya's chains.
  /// - Throws: `OutputError` if there are results that the policy does not allow, or the folder
  ///   cannot be written to.
  public init(
    _ path: String, _ policy: Policy, _ record: RunRecord, of posterior: Posterior? = nil
  ) throws(OutputError) {
    self.path = path
    self.record = record
    density = posterior.flatMap { DensityColumns($0) }
    isNew = !FileManager.default.fileExists(atPath: path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: "the folder cannot be created")
    }
    guard access(path, W_OK) == 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    lock = try FolderLock(path)
    var notes = lock.note.map { [$0] } ?? []
    writer = CheckpointWriter(folder: path)
    let written = WrittenFiles(in: path)
    files = Files(written)
    let recordPath = "\(path)/\(RunRecord.fileName)"
    let earlier = try? RunRecord(reading: recordPath)
    // A user's own analysis is not ours to replace.
    if earlier == nil, (try? AnalysisFile.read(recordPath)) != nil {
      throw .ownAnalysis(path: recordPath)
    }
    let results = Self.files(in: path) { Self.isResult($0) || written.names.contains($0) }
    for file in results where !WrittenFiles.isRegularFile("\(path)/\(file)") {
      throw .cannotWrite(
        path: "\(path)/\(file)", reason: "something that is not a regular file is in the way")
    }
    // The list of files tells of which run they are, too.
    let isLost =
      written.run == record.fingerprint && earlier?.fingerprint != record.fingerprint
    isResumed =
      policy == .resuming
      && (results.contains(RunRecord.fileName) || isLost && results.contains(where: Self.isChain))
    if isResumed {
      if let earlier, !isLost {
        let differences = record.differences(from: earlier)
        if !differences.isEmpty { throw .differentRun(folder: path, differences: differences) }
      } else {
        guard isLost else { throw .notARecord(path: recordPath) }
        notes.append("\(recordPath) was damaged or missing and is written again")
      }
    }
    self.notes = notes
    // Of a run that is continued it may be damaged, and is made anew.
    let listPath = "\(path)/\(WrittenFiles.fileName)"
    if written.isForeign, !isResumed || !WrittenFiles.isRegularFile(listPath) {
      throw .notOurs(path: listPath)
    }
    // The record is written before the first draw, so a run without one that stopped while starting has
    // no chains.
    switch policy {
    case .replacing:
      let foreign = results.first {
        !written.names.contains($0) && Self.isInTheWay($0, of: record)
          && !($0 == RunRecord.fileName && earlier != nil)
      }
      if let foreign { throw .notOurs(path: "\(path)/\(foreign)") }
    case .resuming:
      if !isResumed, results.contains(Self.oldRecord) { throw .earlierVersion(folder: path) }
      if !isResumed, let file = results.first(where: Self.isChain) {
        throw .chainsWithoutRecord(folder: path, file: file)
      }
    case .fresh: if let file = results.first { throw .exists(folder: path, file: file) }
    }
    do {
      try RunSize(record).check(folder: path, present: results)
    } catch {
      if isNew { rmdir(path) }
      throw error
    }
  }

  /// Waits until the states and chains that were handed over are written.
  public func flush() async throws(StorageError) { try await writer.flush() }

  /// Removes the results of an earlier run, and writes the initial record; of a run
  /// that is continued nothing is touched, but for what a crash left of files in the making.
  public func begin() throws(OutputError) {
    NewFile.sweep(path, olderThan: 0)
    try files.known.withLock { known throws(OutputError) in
      try Self.writing {
        () throws(FileError) in
        if !isResumed { try known.written.remove { _ in true } }
        try known.written.begin(run: record.fingerprint)
        try known.written.add([RunRecord.fileName])
      }
    }
    try put(record.text, to: RunRecord.fileName, synced: true)
  }

  /// Undoes `begin` after an error, unless the run can be continued or has draws to be looked at: a start that
  /// failed leaves nothing that is in the way of the next.
  public func abandon(after error: any Error) async {
    switch error {
    case SamplingError.stopped, SamplingError.storage: return
    default: break
    }
    try? await writer.flush()
    files.known.withLock { known in
      guard !isResumed, !known.written.names.contains(where: Self.isChain) else { return }
      try? known.written.removeAll()
      if isNew { rmdir(path) }
    }
  }

  /// Writes the results of a finished run: its sets of draws, the summary, and in the record the names
  /// of all files.
  public func finish(
    _ findings: Findings, _ sets: [SampleSet], _ others: [(name: String, content: String)]
  ) async throws(OutputError) {
    // The program may end before the writer's thread.
    do throws(StorageError) { try await writer.flush() } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
    _ = try await LocalWorkers().map(sets.count) { index throws(OutputError) in
      let set = sets[index]
      try write(set.chains, root: set.root, label: set.label, kind: set.kind)
      for file in set.files { try write(file.content, to: file.name) }
    }
    for file in others { try write(file.content, to: file.name) }
    let summary: String
    do { summary = try findings.json() } catch {
      throw .cannotWrite(path: "\(path)/summary.json", reason: "it cannot be encoded")
    }
    try write(summary, to: "summary.json", synced: true)
    try files.known.withLock { known throws(OutputError) in
      try Self.writing { () throws(FileError) in
        let present = known
        try known.written.remove {
          // A report that chains have outgrown is gone.
          present.isOutdated($0) || ReportFolder.isPart($0) && !present.written.isPresent($0)
        }
        // Where the list was lost.
        try known.written.add(known.own.filter(known.written.isPresent))
        try known.written.rewrite()
      }
    }
  }

  /// Enters files that are about to be written into the folder's list: whatever happens to the run,
  /// they are known to be its own.
  ///
  /// - Throws: `OutputError` if one of them is there and no run has written it.
  public func announce(_ names: [String]) throws(OutputError) {
    try files.known.withLock { known throws(OutputError) in
      for name in names where !isResumed && !known.written.names.contains(name) {
        if known.written.isPresent(name) {
          throw .notOurs(path: "\(path)/\(name)")
        }
      }
      known.own.formUnion(names)
      try Self.writing { () throws(FileError) in try known.written.add(names) }
    }
  }

  private static func writing(_ change: () throws(FileError) -> Void) throws(OutputError) {
    do { try change() } catch { throw .cannotWrite(path: error.path, reason: error.reason) }
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
    try announce([name])
    try put(content, to: name, synced: synced)
  }

  private func put(_ content: String, to name: String, synced: Bool) throws(OutputError) {
    do {
      try DurableFile.write(
        Data(content.utf8), to: "\(path)/\(name)", synced: synced, naming: synced)
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
  ///   - kind: what the draws are.
  public func write(
    _ chains: [Chain], root: String, label: String, kind: SampleSet.Kind = .chains
  ) throws(OutputError) {
    // Of chains that have grown on the disk, the header alone, which may be damaged.
    let isGrown = files.known.withLock { $0.grown.contains(root) }
    let header = GetDistHeader.files(
      of: chains, root: root, label: label, kind: kind, density: density)
    if isGrown {
      let names =
        ["\(root).state.json"]
        + chains.indices.flatMap {
          ["\(root).\($0 + 1).txt", "\(root).\($0 + 1).csv"]
        }
      files.known.withLock { $0.own.formUnion(names) }
    }
    for file in header where !isGrown || !Self.isChain(file.name) {
      try write(file.content, to: file.name)
    }
  }

  private static func files(in path: String, where belongs: (String) -> Bool) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter(belongs).sorted()
  }

  /// Files written at the end of a run, which become obsolete once its chains grow.
  private static let results =
    ["hmc.fits", "hmc.covmat", "summary.json", ReportFolder.pageName, SupernovaFile.name]
    + HubbleFile.names
    + MeasurementFile.names + FlowFiles.results

  /// Other files of a run, where no record lists them, besides its chains.
  private static let others = [RunRecord.fileName, oldRecord] + FlowFiles.states

  /// The record of a run in earlier versions.
  private static let oldRecord = "run.json"

  private static let roots = RunFolder.known.map(\.root)

  private static func isResult(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let isOfAllChains =
      parts.count == 2 && roots.contains(parts[0])
      && ["paramnames", "ranges", "properties.ini", "updated.yaml", "state.json"].contains(parts[1])
    return results.contains(name) || others.contains(name) || isOfAllChains || isChain(name)
  }

  /// Whether a run could write a file of this name.
  private static func isInTheWay(_ name: String, of record: RunRecord) -> Bool {
    guard isChain(name), let number = Int(name.split(separator: ".")[1]) else { return true }
    return number <= max(4, record.chains.map(\.count).max() ?? 0)
  }

  private static func isChain(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 && roots.contains(String(parts[0])) && Int(parts[1]) != nil
      && ["txt", "csv", "state.json"].contains(parts[2])
  }
}

extension OutputFolder: RunStore {
  /// The chains of a root in the folder; when they grow, the results of a shorter run are removed.
  public func chains(_ root: String, title: String) -> any ChainStore {
    let (report, isListed) = files.known.withLock { known in
      known.grown.insert(root)
      let written = known.written
      let report = written.names.filter { ReportFolder.isPart($0) && written.isInPlace($0) }
      return (report.sorted(), written.names.contains("\(root).state.json"))
    }
    return ChainFiles(
      folder: path, root: root, title: title,
      results: Self.results + ["\(root).fits"] + report, density: density, isListed: isListed,
      writer
    ) { names throws(StorageError) in
      do throws(OutputError) { try announce(names) } catch { throw error.ofStorage }
    }
  }

  /// A state stored by the run that is continued.
  ///
  /// - Throws: `StorageError` if it is damaged, or the run has stored it and it is missing.
  public func state<State: Codable & Sendable>(
    _ type: State.Type, _ name: String
  ) throws(StorageError) -> State? {
    guard isResumed else { return nil }
    let file = "\(path)/\(name)"
    guard let data = FileManager.default.contents(atPath: file) else {
      let isListed = files.known.withLock { $0.written.names.contains(name) }
      if !isListed { return nil }
      throw StorageError(path: file, reason: "this file is missing or cannot be read")
    }
    files.known.withLock { _ = $0.own.insert(name) }
    guard let content = SealedJSON.content(of: data) else {
      throw StorageError(path: file, reason: "this file is damaged")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    return try? decoder.decode(type, from: content)
  }

  /// Stores a state, which is encoded only when it is written.
  public func keep<State: Codable & Sendable>(
    _ state: State, _ name: String
  ) throws(StorageError) {
    do throws(OutputError) { try announce([name]) } catch { throw error.ofStorage }
    try writer.hand(
      over: .init(replacements: [
        name: {
          let encoder = JSONEncoder()
          encoder.outputFormatting = .sortedKeys
          encoder.nonConformingFloatEncodingStrategy = .words
          return SealedJSON.seal(try encoder.encode(state))
        }
      ]))
  }
}
