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

  private static let statistics: [Chain.Statistic] = [
    .acceptance, .stepSize, .treeDepth, .leapfrogSteps, .divergent, .energy,
  ]

  private func path(_ index: Int, _ suffix: String) -> String {
    "\(folder)/\(root).\(index + 1).\(suffix)"
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
    let chain = try readTable(path(index, "csv"), columns)
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
    var (text, table) = ("", first == 0 ? header(chain.columns) : "")
    for draw in first..<chain.count {
      let values = chain.draw(draw)
      text += "\(chain.weights[draw]) \(-chain.logDensities[draw])"
      for value in values { text += " \(value)" }
      text += "\n"
      table += "\(chain.logDensities[draw])"
      for name in Self.statistics { table += ",\(chain.statistics[name]?[draw] ?? .nan)" }
      for value in values { table += ",\(value)" }
      table += "\n"
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

  private func header(_ columns: [Chain.Column]) -> String {
    (["lp__"] + Self.statistics.map(\.rawValue) + columns.map(\.name)).joined(separator: ",") + "\n"
  }

  private func readTable(_ path: String, _ columns: [Chain.Column]) throws(StorageError) -> Chain {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw StorageError(path: path, reason: "the file cannot be read")
    }
    var chain = Chain(columns: columns)
    let statisticsCount = Self.statistics.count
    for (number, line) in text.split(separator: "\n").enumerated() {
      if number == 0 {
        guard line + "\n" == header(columns) else {
          throw StorageError(path: path, reason: "the columns are not those of this model")
        }
        continue
      }
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      guard numbers.count == 1 + statisticsCount + columns.count else {
        throw StorageError(path: path, reason: "line \(number + 1) is damaged")
      }
      chain.append(
        Array(numbers[(1 + statisticsCount)...]), logDensity: numbers[0],
        statistics: Dictionary(
          uniqueKeysWithValues: zip(Self.statistics, numbers[1...statisticsCount])))
    }
    return chain
  }
}
