import Foundation
public import Inference

/// Chains on disk while they grow, so that a run can be looked at any time, killed any time, and
/// taken up again.
///
/// For each chain `ROOT.N.txt` (GetDist) and `ROOT.N.csv` (what the sampler noted of each draw, in
/// CmdStan's columns) grow by whole lines; `ROOT.N.state.json` then says how far both are good.
/// What stands behind that, after a crash, is cut off before the next lines. GetDist does not look
/// at the other two.
public struct ChainFiles: ChainStore {
  /// The folder.
  public let folder: String
  /// The beginning of the file names.
  public let root: String
  /// Files of the folder that tell of the chains as they were, such as a summary: removed before
  /// the chains grow, and not earlier, so that a run that fails before keeps them.
  public let results: [String]

  /// The files of a root in a folder.
  public init(folder: String, root: String, results: [String] = []) {
    self.folder = folder
    self.root = root
    self.results = results
  }

  private struct State: Codable {
    var textLength: Int
    var tableLength: Int
    var checkpoint: ChainCheckpoint
  }

  private func path(_ index: Int, _ suffix: String) -> String {
    "\(folder)/\(root).\(index + 1).\(suffix)"
  }

  /// The draws of the longest of so many chains, as their checkpoints count them.
  public func longestChain(of count: Int) -> Int {
    let lengths = (0..<count).map { index in
      (try? state(index))??.checkpoint.drawCount ?? 0
    }
    return lengths.max() ?? 0
  }

  /// Reads a chain up to its checkpoint, and changes nothing; nil if there is no checkpoint.
  public func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
    guard let state = try state(index) else { return nil }
    _ = try beginning(path(index, "txt"), length: state.textLength)
    let table = path(index, "csv")
    let chain = try CmdStanTable(columns: columns).parse(
      try beginning(table, length: state.tableLength), table)
    let checkpoint = state.checkpoint
    guard chain.count == checkpoint.drawCount else {
      throw StorageError(
        path: table,
        reason: "found \(chain.count) draws where the checkpoint counts \(checkpoint.drawCount)")
    }
    guard checkpoint.position.count == columns.count,
      checkpoint.position.allSatisfy(\.isFinite)
    else { throw damaged(index, "its position is not one of this model") }
    guard checkpoint.stepSize > 0, checkpoint.stepSize.isFinite else {
      throw damaged(index, "its step size is \(checkpoint.stepSize)")
    }
    return (chain, checkpoint)
  }

  /// Adds lines to both files, then moves the checkpoint to their end.
  public func append(
    _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
  ) throws(StorageError) {
    for name in results { try DurableFile.remove("\(folder)/\(name)") }
    try cut(index, to: first)
    let columns = CmdStanTable(columns: chain.columns)
    let text = Self.text(chain, from: first)
    let table = (first == 0 ? columns.header : "") + columns.lines(chain, from: first)
    let state = State(
      textLength: try DurableFile.append(Data(text.utf8), to: path(index, "txt")),
      tableLength: try DurableFile.append(Data(table.utf8), to: path(index, "csv")),
      checkpoint: checkpoint)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(state) else {
      throw damaged(index, "the state is not finite")
    }
    try DurableFile.write(data, to: path(index, "state.json"))
  }

  /// Draws as GetDist reads them: weight, minus the log density, values.
  static func text(_ chain: Chain, from first: Int) -> String {
    var text = ""
    for draw in first..<chain.count {
      text += "\(chain.weights[draw]) \(-chain.logDensities[draw])"
      for value in chain.draw(draw) { text += " \(value)" }
      text += "\n"
    }
    return text
  }

  /// Cuts off what stands behind the checkpoint; everything, if the chain begins.
  private func cut(_ index: Int, to draws: Int) throws(StorageError) {
    var lengths = (text: 0, table: 0)
    if draws == 0 {
      try DurableFile.remove(path(index, "state.json"))
    } else {
      guard let state = try state(index), state.checkpoint.drawCount == draws else {
        throw damaged(index, "it is not that of draw \(draws)")
      }
      lengths = (state.textLength, state.tableLength)
    }
    for (suffix, length) in [("txt", lengths.text), ("csv", lengths.table)] {
      try DurableFile.truncate(path(index, suffix), to: length)
    }
  }

  private func state(_ index: Int) throws(StorageError) -> State? {
    let path = path(index, "state.json")
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path),
      let state = try? JSONDecoder().decode(State.self, from: data)
    else { throw StorageError(path: path, reason: "this is not a checkpoint") }
    return state
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
      path: path(index, "state.json"), reason: "the checkpoint is damaged: \(reason)")
  }
}
