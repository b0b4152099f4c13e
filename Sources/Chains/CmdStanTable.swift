import Foundation
package import Inference

/// The lines of a chain with its sampler's statistics, in CmdStan's columns: `lp__` and the other
/// statistics, then the parameters.
package struct CmdStanTable {
  /// The columns of the parameters.
  package let columns: [Chain.Column]
  /// The statistics, in CmdStan's order.
  private let statistics: [Chain.Statistic]

  /// The table of a chain.
  package init(_ chain: Chain) {
    columns = chain.columns
    statistics = Chain.Statistic.hamiltonian.filter(chain.statisticNames.contains)
  }

  /// The table that begins with a line of names.
  ///
  /// - Throws: `StorageError` unless these are the columns after known statistics.
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

  /// The log density in the parameters' own space, for which CmdStan has no column.
  private static let logDensity = "log_density__"

  package var header: String { names.joined(separator: ",") + "\n" }

  private var names: [String] {
    statistics.map(\.rawValue) + [Self.logDensity] + columns.map(\.name)
  }

  /// The places of the table's statistics among those of a chain.
  package func order(in chain: Chain) -> [Int] {
    statistics.compactMap { chain.statisticNames.firstIndex(of: $0) }
  }

  /// Reads the lines of a table of some columns; all its numbers must be finite, as those of our
  /// samplers are.
  package static func parse(
    _ text: String, columns: [Chain.Column], _ path: String, folder: String? = nil
  ) throws(StorageError) -> Chain {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let table = try CmdStanTable(columns: columns, header: lines.first ?? "", path)
    let (count, names) = (table.statistics.count, table.names)
    var chain = Chain(columns: columns, statistics: table.statistics, folder: folder)
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
