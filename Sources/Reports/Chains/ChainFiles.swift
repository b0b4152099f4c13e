import Chains
import Foundation
public import Inference
import Synchronization

/// Chains on disk while they grow, so that a run can be inspected at any time, killed at any time, and
/// resumed.
///
/// For each chain `ROOT.N.txt` (GetDist) and `ROOT.N.csv` (the sampler's statistics of each draw, in
/// CmdStan's columns) grow by whole lines; `ROOT.state.json` then records their valid lengths.
/// After a crash anything beyond that is cut off before the next lines. GetDist ignores
/// the other two.
///
/// Only the state is synced. In case a power cut loses lines that it counts, it also
/// holds an earlier state, whose lines have long reached the disk.
public final class ChainFiles: ChainStore {
  /// The folder.
  public let folder: String
  /// The folder.
  public var scratchFolder: String? { folder }
  /// The beginning of the file names.
  public let root: String
  /// Files of the folder derived from the chains as they were, such as a summary: removed before
  /// the chains grow, and not earlier, so that a run that fails before keeps them.
  public let results: [String]
  private let title: String
  private let density: DensityColumns?
  private let writer: CheckpointWriter
  private let began: @Sendable ([String]) throws(StorageError) -> Void
  private let growth = Mutex(Growth())

  /// The files of a root in a folder; plots call the chains by the title.
  public convenience init(
    folder: String, root: String, title: String = "", results: [String] = []
  ) {
    self.init(
      folder: folder, root: root, title: title, results: results, CheckpointWriter(folder: folder))
  }

  /// The files of a root in a folder, through the run's writer.
  ///
  /// - Parameters:
  ///   - density: the columns that only the texts have.
  ///   - began: receives the names of files before they are first written.
  init(
    folder: String, root: String, title: String, results: [String],
    density: DensityColumns? = nil, _ writer: CheckpointWriter,
    began: @escaping @Sendable ([String]) throws(StorageError) -> Void = { _ in }
  ) {
    self.folder = folder
    self.root = root
    self.title = title
    self.results = results
    self.density = density
    self.writer = writer
    self.began = began
  }

  /// The valid lengths of the files of one chain.
  private struct Extent: Codable, Sendable {
    var textLength: Int
    var tableLength: Int
    var checkpoint: ChainCheckpoint
  }

  /// The content of `ROOT.state.json`: the extents of all chains, nil for those without draws, now
  /// and some time ago.
  private struct State: Codable, Sendable {
    var chains: [Extent?] = []
    var earlier: [Extent?] = []

    func extent(ofChain index: Int) -> Extent? { index < chains.count ? chains[index] : nil }

    mutating func set(_ extent: Extent, ofChain index: Int) {
      while chains.count <= index { chains.append(nil) }
      chains[index] = extent
    }
  }

  /// The state of the chains as read or handed over.
  private struct Growth {
    var state = State()
    /// What becomes the earlier state when it has aged.
    var aging = (chains: [Extent?](), since: ContinuousClock.now)
    /// Whether the state was damaged when it was read.
    var isDamaged = false
    /// Whether the state is known to be a file of the run.
    var isAnnounced = false
    /// The chains whose files have been cut to what is good.
    var begun: Set<Int> = []
  }

  /// The time after which unsynced lines have reached the disk.
  private static let aging = Duration.seconds(60)

  private func name(_ index: Int, _ suffix: String) -> String { "\(root).\(index + 1).\(suffix)" }
  private func path(_ index: Int, _ suffix: String) -> String { "\(folder)/\(name(index, suffix))" }
  private var stateName: String { "\(root).state.json" }

  /// Reads a chain up to its checkpoint, and changes nothing; nil if there is no checkpoint.
  public func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
    guard let (state, isDamaged) = state() else { return nil }
    guard let extent = try extent(of: index, in: state) else {
      if isDamaged {
        throw StorageError(
          path: "\(folder)/\(stateName)", reason: "this is not a checkpoint")
      }
      return nil
    }
    _ = try beginning(path(index, "txt"), length: extent.textLength)
    let table = path(index, "csv")
    let checkpoint = extent.checkpoint
    // In warm-up there are no draws yet.
    let chain =
      extent.tableLength == 0
      ? Chain(columns: columns, folder: folder)
      : try CmdStanTable.parse(
        try beginning(table, length: extent.tableLength), columns: columns, table, folder: folder)
    guard chain.count == checkpoint.drawCount else {
      throw StorageError(
        path: table,
        reason: "found \(chain.count) draws where the checkpoint counts \(checkpoint.drawCount)")
    }
    guard checkpoint.position.allSatisfy(\.isFinite) else {
      throw damaged(index, "its position is not one of this model")
    }
    guard checkpoint.stepSize > 0, checkpoint.stepSize.isFinite else {
      throw damaged(index, "its step size is \(checkpoint.stepSize)")
    }
    growth.withLock { growth in
      growth.isDamaged = isDamaged
      growth.state.set(extent, ofChain: index)
      growth.state.earlier = state.earlier
      growth.aging.chains = growth.state.chains
    }
    return (chain, checkpoint)
  }

  /// Hands over lines for both files, and the state that counts them.
  public func append(
    _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
  ) throws(StorageError) {
    let (table, hasDraws) = (CmdStanTable(chain), chain.count > 0)
    let drawn = DrawLines(chain, from: first, order: table.order(in: chain), density: density)
    let text = Data(drawn.text)
    let header = first == 0 && hasDraws ? table.header : ""
    let lines = Data(header.utf8) + Data(drawn.tableLines)
    let (textName, tableName) = (name(index, "txt"), name(index, "csv"))
    let misplaced = try growth.withLock { growth throws(StorageError) -> Bool in
      let last = first == 0 ? nil : growth.state.extent(ofChain: index)
      guard last?.checkpoint.drawCount ?? 0 == first else { return true }
      let (textLength, tableLength) = (last?.textLength ?? 0, last?.tableLength ?? 0)
      var batch = CheckpointWriter.Batch()
      if !growth.isAnnounced {
        try began([stateName])
        growth.isAnnounced = true
      }
      if hasDraws {
        batch.additions = [textName: text, tableName: lines]
        if growth.begun.isEmpty {
          let header = GetDistHeader(
            root: root, columns: chain.columns, label: title, density: density)
          try began(header.files.map(\.name))
          for file in header.files {
            batch.cuts.append((file.name, 0))
            batch.additions[file.name] = Data(file.content.utf8)
          }
        }
        if growth.begun.insert(index).inserted || first == 0 {
          try began([textName, tableName])
          batch.removals = results
          batch.cuts += [(textName, textLength), (tableName, tableLength)]
        }
      }
      growth.state.set(
        Extent(
          textLength: textLength + text.count, tableLength: tableLength + lines.count,
          checkpoint: checkpoint),
        ofChain: index)
      let chains = growth.state.chains
      batch.replacements[stateName] = { [self] in try encode(chains) }
      // In the lock, so that states are handed over in the order in which they were made.
      try writer.hand(over: batch)
      return false
    }
    if misplaced { throw damaged(index, "it is not that of draw \(first)") }
  }

  /// Waits until all that was handed over is written.
  public func flush() async throws(StorageError) {
    // A damaged state is written anew, even if there is nothing to add.
    try growth.withLock { growth throws(StorageError) in
      guard growth.isDamaged else { return }
      let chains = growth.state.chains
      try writer.hand(over: .init(replacements: [stateName: { [self] in try encode(chains) }]))
      growth.isDamaged = false
    }
    try await writer.flush()
  }

  // MARK: The state

  /// The state at the time of a checkpoint, whose lines have just been written.
  private func encode(_ chains: [Extent?]) throws -> Data {
    let earlier = growth.withLock { growth in
      if ContinuousClock.now - growth.aging.since > Self.aging || growth.aging.chains.isEmpty {
        growth.state.earlier = growth.aging.chains
        growth.aging = (chains, .now)
      }
      return growth.state.earlier
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(State(chains: chains, earlier: earlier))
  }

  /// The state as far as it is whole; nil if there is none.
  private func state() -> (state: State, isDamaged: Bool)? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(stateName)") else {
      return nil
    }
    if let state = try? JSONDecoder().decode(State.self, from: data) { return (state, false) }
    let chains = DamagedList(data, key: "chains").elements.map {
      try? JSONDecoder().decode(Extent.self, from: $0)
    }
    return (State(chains: chains), true)
  }

  /// The latest extent that the files reach, or just the latest, if they reach neither.
  private func extent(of index: Int, in state: State) throws(StorageError) -> Extent? {
    guard let latest = state.extent(ofChain: index) else { return nil }
    if isReached(latest, index) { return latest }
    guard index < state.earlier.count, let earlier = state.earlier[index],
      isReached(earlier, index)
    else { return latest }
    return earlier
  }

  private func isReached(_ extent: Extent, _ index: Int) -> Bool {
    DurableFile.length(path(index, "txt")) >= extent.textLength
      && DurableFile.length(path(index, "csv")) >= extent.tableLength
  }

  /// The text of a file up to a length in bytes.
  private func beginning(_ path: String, length: Int) throws(StorageError) -> String {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    guard length >= 0, data.count >= length else {
      throw StorageError(
        path: path, reason: "the file has \(data.count) bytes where its checkpoint counts \(length)"
      )
    }
    guard let text = String(validating: data.prefix(length), as: UTF8.self) else {
      throw StorageError(path: path, reason: "this is not text in UTF-8")
    }
    return text
  }

  private func damaged(_ index: Int, _ reason: String) -> StorageError {
    StorageError(
      path: "\(folder)/\(stateName)",
      reason: "the checkpoint of chain \(index + 1) is damaged: \(reason)")
  }
}
