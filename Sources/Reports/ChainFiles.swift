import Foundation
public import Inference

/// Chains on disk while they grow, so that a run can be looked at any time, killed any time, and
/// taken up again.
///
/// For each chain `ROOT.N.txt` (GetDist) and `ROOT.N.csv` (what the sampler noted of each draw, in
/// CmdStan's columns) grow by whole lines; `ROOT.N.state.json` then says how far both are good.
/// What stands behind that, after a crash, is cut off. GetDist does not look at the other two.
public struct ChainFiles: ChainStore {
  /// The folder.
  public let folder: String
  /// The beginning of the file names.
  public let root: String

  /// The files of a root in a folder.
  public init(folder: String, root: String) {
    self.folder = folder
    self.root = root
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
      FileManager.default.contents(atPath: path(index, "state.json"))
        .flatMap { try? JSONDecoder().decode(State.self, from: $0) }?.checkpoint.drawCount ?? 0
    }
    return lengths.max() ?? 0
  }

  /// Reads a chain up to its checkpoint and cuts off what came after; nil, with empty files, if
  /// there is no checkpoint.
  public func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
    guard let data = FileManager.default.contents(atPath: path(index, "state.json")) else {
      for suffix in ["txt", "csv"] where FileManager.default.fileExists(atPath: path(index, suffix))
      {
        try DurableFile.truncate(path(index, suffix), to: 0)
      }
      return nil
    }
    guard let state = try? JSONDecoder().decode(State.self, from: data) else {
      throw StorageError(path: path(index, "state.json"), reason: "this is not a checkpoint")
    }
    try DurableFile.truncate(path(index, "txt"), to: state.textLength)
    try DurableFile.truncate(path(index, "csv"), to: state.tableLength)
    let chain = try CmdStanTable(columns: columns).read(path(index, "csv"))
    guard chain.count == state.checkpoint.drawCount,
      state.checkpoint.position.count == columns.count
    else {
      throw StorageError(
        path: path(index, "csv"),
        reason:
          "found \(chain.count) draws where the checkpoint counts \(state.checkpoint.drawCount)")
    }
    return (chain, state.checkpoint)
  }

  /// Adds lines to both files, then moves the checkpoint to their end.
  public func append(
    _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
  ) throws(StorageError) {
    let columns = CmdStanTable(columns: chain.columns)
    var (text, table) = ("", first == 0 ? columns.header : "")
    for draw in first..<chain.count {
      text += "\(chain.weights[draw]) \(-chain.logDensities[draw])"
      for value in chain.draw(draw) { text += " \(value)" }
      text += "\n"
      table += columns.line(chain, draw)
    }
    let state = State(
      textLength: try DurableFile.append(Data(text.utf8), to: path(index, "txt")),
      tableLength: try DurableFile.append(Data(table.utf8), to: path(index, "csv")),
      checkpoint: checkpoint)
    guard let data = try? JSONEncoder().encode(state) else {
      throw StorageError(path: path(index, "state.json"), reason: "the state is not finite")
    }
    try DurableFile.write(data, to: path(index, "state.json"))
  }
}
