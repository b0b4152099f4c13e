import Foundation
import Inference

/// The lines of a chain with all that its sampler noted, in CmdStan's columns: `lp__` and the other
/// statistics, then the parameters.
struct CmdStanTable {
  /// The columns of the parameters.
  let columns: [Chain.Column]

  /// What a sampler of this package notes, in the order of the columns.
  private static let statistics: [Chain.Statistic] = [
    .coordinateLogDensity, .acceptance, .stepSize, .treeDepth, .leapfrogSteps, .divergent, .energy,
  ]
  /// The log density in the parameters' own space, which CmdStan has no column for.
  private static let logDensity = "log_density__"

  var header: String {
    let names = Self.statistics.map(\.rawValue) + [Self.logDensity] + columns.map(\.name)
    return names.joined(separator: ",") + "\n"
  }

  /// The line of one draw; numbers read back as the very same.
  func line(_ chain: Chain, _ draw: Int) -> String {
    var line = ""
    for name in Self.statistics { line += "\(chain.statistics[name]?[draw] ?? .nan)," }
    line += "\(chain.logDensities[draw])"
    for value in chain.draw(draw) { line += ",\(value)" }
    return line + "\n"
  }

  /// Reads a whole table.
  func read(_ path: String) throws(StorageError) -> Chain {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw StorageError(path: path, reason: "the file cannot be read")
    }
    var chain = Chain(columns: columns)
    let count = Self.statistics.count
    for (number, line) in text.split(separator: "\n").enumerated() {
      if number == 0 {
        guard line + "\n" == header else {
          throw StorageError(path: path, reason: "the columns are not those of this model")
        }
        continue
      }
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      guard numbers.count == count + 1 + columns.count else {
        throw StorageError(path: path, reason: "line \(number + 1) is damaged")
      }
      chain.append(
        Array(numbers[(count + 1)...]), logDensity: numbers[count],
        statistics: Dictionary(uniqueKeysWithValues: zip(Self.statistics, numbers)))
    }
    return chain
  }
}
