import Foundation
import Inference

/// The lines of a chain with all that its sampler noted, in CmdStan's columns: `lp__` and the other
/// statistics, then the parameters.
struct CmdStanTable {
  /// The columns of the parameters.
  let columns: [Chain.Column]
  /// What was noted, in CmdStan's order.
  private let statistics: [Chain.Statistic]

  /// The table of a chain.
  init(_ chain: Chain) {
    columns = chain.columns
    statistics = Chain.Statistic.hamiltonian.filter(chain.statisticNames.contains)
  }

  /// The table that begins with a line of names.
  ///
  /// - Throws: `StorageError` if these are not the columns, behind known statistics.
  private init(
    columns: [Chain.Column], header: Substring, _ path: String
  ) throws(StorageError) {
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    self.columns = columns
    statistics = Chain.Statistic.hamiltonian.filter { names.contains($0.rawValue) }
    guard names == self.names else {
      throw StorageError(path: path, reason: "the columns are not those of this model")
    }
  }

  /// The log density in the parameters' own space, which CmdStan has no column for.
  private static let logDensity = "log_density__"

  var header: String { names.joined(separator: ",") + "\n" }

  private var names: [String] {
    statistics.map(\.rawValue) + [Self.logDensity] + columns.map(\.name)
  }

  /// The lines of the draws from one on; numbers read back as the very same.
  func lines(_ chain: Chain, from first: Int) -> String {
    let order = statistics.compactMap { chain.statisticNames.firstIndex(of: $0) }
    var lines = ""
    for draw in first..<chain.count {
      let noted = chain.noted(draw)
      for index in order { lines += "\(noted[index])," }
      lines += "\(chain.logDensities[draw])"
      for value in chain.draw(draw) { lines += ",\(value)" }
      lines += "\n"
    }
    return lines
  }

  /// Reads the lines of a table of some columns; all its numbers must be finite, as those of our
  /// samplers are.
  static func parse(
    _ text: String, columns: [Chain.Column], _ path: String
  ) throws(StorageError) -> Chain {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let table = try CmdStanTable(columns: columns, header: lines.first ?? "", path)
    let (count, names) = (table.statistics.count, table.names)
    var chain = Chain(columns: columns, statistics: table.statistics)
    for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
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
