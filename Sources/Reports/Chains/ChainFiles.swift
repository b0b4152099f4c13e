import Chains
import Foundation
public import Inference
import Synchronization

/// Chains on disk while they grow, so that a run can be inspected at any time, killed at any time, and
/// resumed.
///
/// For each chain `ROOT.N.txt` (GetDist) and `ROOT.N.csv` (the sampler's statistics of each draw, in
/// CmdStan's columns) grow by whole lines; `ROOT.state.json` then records how far they are valid, with
/// checksums. After a crash anything beyond that is cut off before the next lines. GetDist ignores
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
  private let isListed: Bool
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
  ///   - isListed: whether a run is known to have written checkpoints.
  ///   - began: receives the names of files before they are first written.
  init(
    folder: String, root: String, title: String, results: [String],
    density: DensityColumns? = nil, isListed: Bool = false, _ writer: CheckpointWriter,
    began: @escaping @Sendable ([String]) throws(StorageError) -> Void = { _ in }
  ) {
    self.folder = folder
    self.root = root
    self.title = title
    self.results = results
    self.density = density
    self.isListed = isListed
    self.writer = writer
    self.began = began
  }

  /// How far the files of one chain are valid.
  private struct Extent: Codable, Sendable {
    var text: FileBeginning
    var table: FileBeginning
    var checkpoint: ChainCheckpoint
  }

  /// What `ROOT.state.json` has of one chain, in a line: its extent now and some time ago.
  private struct Entry: Codable, Sendable {
    var chain: Int
    /// The number of lines, so that none can be missing.
    var count: Int
    var latest: Extent
    var earlier: Extent?
  }

  /// The extents of all chains, nil for those without a checkpoint, now and some time ago.
  private struct State: Sendable {
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
    /// What the state's file had when it was read.
    var found: Found?
    /// Whether that was damaged, and is still to be replaced.
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
  private var statePath: String { "\(folder)/\(stateName)" }

  /// Reads a chain up to its checkpoint, and changes nothing; nil if there is no checkpoint.
  ///
  /// - Throws: `StorageError` if a file is damaged, or the checkpoints of draws are missing.
  public func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
    let found = try found(index)
    guard let entry = found.entries[index] else {
      if found.isDamaged { throw StorageError(path: statePath, reason: "this file is damaged") }
      return nil
    }
    let extents = [entry.latest] + [entry.earlier].compactMap(\.self)
    // After a power cut the files may end before the latest.
    let ofText = try reached(extents, \.text, path(index, "txt"))
    let table = path(index, "csv")
    let extent = try reached(ofText.extents, \.table, table)
    let checkpoint = extent.extents[0].checkpoint
    // In warm-up there are no draws yet.
    let chain =
      extent.data.isEmpty
      ? Chain(columns: columns, folder: folder)
      : try CmdStanTable.parse(
        String(decoding: extent.data, as: UTF8.self), columns: columns, table, folder: folder)
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
      growth.isDamaged = found.isDamaged
      growth.state.set(extent.extents[0], ofChain: index)
      while growth.state.earlier.count <= index { growth.state.earlier.append(nil) }
      growth.state.earlier[index] = entry.earlier
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
      var extent = Extent(
        text: last?.text ?? FileBeginning(), table: last?.table ?? FileBeginning(),
        checkpoint: checkpoint)
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
          batch.cuts += [(textName, extent.text.length), (tableName, extent.table.length)]
        }
        extent.text.grow(by: text)
        extent.table.grow(by: lines)
      }
      growth.found = nil
      growth.state.set(extent, ofChain: index)
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
    // A damaged state is written anew, and what follows the draws is cut off, even if there is nothing to
    // add.
    try growth.withLock { growth throws(StorageError) in
      let chains = growth.state.chains
      var batch = CheckpointWriter.Batch()
      for (index, extent) in chains.enumerated() where !growth.begun.contains(index) {
        for (suffix, file) in [("txt", extent?.text), ("csv", extent?.table)] {
          if let file, DurableFile.length(path(index, suffix)) > file.length {
            batch.cuts.append((name(index, suffix), file.length))
          }
        }
      }
      if growth.isDamaged {
        batch.replacements[stateName] = { [self] in try encode(chains) }
        growth.isDamaged = false
      }
      if !batch.isEmpty { try writer.hand(over: batch) }
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
    let count = chains.count { $0 != nil }
    let lines = try chains.enumerated().compactMap { index, latest -> Data? in
      guard let latest else { return nil }
      let entry = Entry(
        chain: index, count: count, latest: latest,
        earlier: index < earlier.count ? earlier[index] : nil)
      return SealedJSON.seal(try encoder.encode(entry))
    }
    return Self.document(lines)
  }

  /// Each chain has a line of its own, so that damage to one is not damage to all.
  private static func document(_ lines: [Data]) -> Data {
    Data("{\"chains\":[\n".utf8) + Data(lines.joined(separator: Data(",\n".utf8)))
      + Data("\n]}\n".utf8)
  }

  /// What the state's file has: the chains whose lines are whole.
  private struct Found: Sendable {
    var entries: [Int: Entry] = [:]
    var isDamaged = false

    /// Reads a file.
    init(_ data: Data) {
      var lines: [Data] = []
      for line in data.split(separator: UInt8(ascii: "\n")) {
        let document = line.last == UInt8(ascii: ",") ? line.dropLast() : line
        guard let content = SealedJSON.content(of: document),
          let entry = try? JSONDecoder().decode(Entry.self, from: content)
        else { continue }
        entries[entry.chain] = entry
        lines.append(document)
      }
      let isWhole = entries.values.allSatisfy { $0.count == lines.count }
      isDamaged = !isWhole || data != document(lines)
    }

    /// What a run has that begins.
    init() {}
  }

  /// What the state's file has, read once for all chains.
  private func found(_ index: Int) throws(StorageError) -> Found {
    if let known = growth.withLock({ $0.found }) { return known }
    let found: Found
    if let data = FileManager.default.contents(atPath: statePath) {
      found = Found(data)
    } else if isListed || DurableFile.length(path(index, "csv")) > 0 {
      throw StorageError(path: statePath, reason: "this file is missing or cannot be read")
    } else {
      return Found()
    }
    growth.withLock { $0.found = found }
    return found
  }

  /// The extents that a file reaches, the latest first, with what it has of that.
  private func reached(
    _ extents: [Extent], _ place: KeyPath<Extent, FileBeginning>, _ path: String
  ) throws(StorageError) -> (extents: [Extent], data: Data) {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    let reached = extents.filter { $0[keyPath: place].begins(data) }
    guard let latest = reached.first else {
      let length = extents[0][keyPath: place].length
      let reason =
        data.count < length
        ? "the file has \(data.count) bytes where its checkpoint counts \(length)"
        : "its draws are not those that its checkpoint counts"
      throw StorageError(path: path, reason: reason)
    }
    return (reached, data.prefix(latest[keyPath: place].length))
  }

  private func damaged(_ index: Int, _ reason: String) -> StorageError {
    StorageError(
      path: statePath,
      reason: "the checkpoint of chain \(index + 1) is damaged: \(reason)")
  }
}
