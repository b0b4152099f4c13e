import Foundation
import Inference

/// The lines of a chain with all that its sampler noted, in CmdStan's columns: `lp__` and the other
/// statistics, then the parameters.
struct CmdStanTable {
  /// The columns of the parameters.
  let columns: [Chain.Column]

  private static let statistics = Chain.Statistic.hamiltonian
  /// The log density in the parameters' own space, which CmdStan has no column for.
  private static let logDensity = "log_density__"

  var header: String { names.joined(separator: ",") + "\n" }

  private var names: [String] {
    Self.statistics.map(\.rawValue) + [Self.logDensity] + columns.map(\.name)
  }

  /// The lines of the draws from one on; numbers read back as the very same.
  func lines(_ chain: Chain, from first: Int) -> String {
    let order = Self.statistics.map { chain.statisticNames.firstIndex(of: $0) }
    var lines = ""
    for draw in first..<chain.count {
      let noted = chain.noted(draw)
      for index in order { lines += "\(index.map { noted[$0] } ?? .nan)," }
      lines += "\(chain.logDensities[draw])"
      for value in chain.draw(draw) { lines += ",\(value)" }
      lines += "\n"
    }
    return lines
  }

  /// Reads the lines of a table; all its numbers must be finite, as those of our samplers are.
  func parse(_ text: String, _ path: String) throws(StorageError) -> Chain {
    var chain = Chain(columns: columns, statistics: Self.statistics)
    let (count, names) = (Self.statistics.count, names)
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if number == 0 {
        guard line + "\n" == header else {
          throw StorageError(path: path, reason: "the columns are not those of this model")
        }
        continue
      }
      if line.isEmpty { continue }
      let numbers = line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      guard numbers.count == names.count else {
        throw StorageError(
          path: path,
          reason: "line \(number + 1) is damaged: it has \(numbers.count) fields of \(names.count)")
      }
      let finite = numbers.compactMap { $0.flatMap { $0.isFinite ? $0 : nil } }
      guard finite.count == numbers.count else {
        let column = numbers.firstIndex { !($0?.isFinite ?? false) } ?? 0
        throw StorageError(
          path: path,
          reason: "line \(number + 1) is damaged: \(names[column]) is not a finite number")
      }
      chain.append(
        Array(finite[(count + 1)...]), logDensity: finite[count], noted: Array(finite[..<count]))
    }
    return chain
  }
}
