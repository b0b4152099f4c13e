/// The results of the units of a study, in their order.
public struct UnitTable: Sendable, Equatable {
  /// What became of a unit.
  public enum Outcome: Sendable, Equatable {
    /// One number for each column.
    case values([Double])
    /// Why it has none.
    case failed(String)
  }

  /// The names of the numbers.
  public let columns: [String]
  /// The outcomes by unit; nil for units that are missing.
  public let outcomes: [Outcome?]

  /// A table of outcomes.
  public init(columns: [String], outcomes: [Outcome?]) {
    (self.columns, self.outcomes) = (columns, outcomes)
  }

  /// The numbers of the units that have some, in order.
  public var rows: [[Double]] {
    outcomes.compactMap { outcome in
      if case .values(let values)? = outcome { values } else { nil }
    }
  }

  /// The numbers of a column, in the order of units; empty if there is none of that name.
  public subscript(column: String) -> [Double] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[index] }
  }

  /// The units that failed, with their reasons.
  public var failures: [(unit: Int, reason: String)] {
    outcomes.enumerated().compactMap { unit, outcome in
      if case .failed(let reason)? = outcome { (unit, reason) } else { nil }
    }
  }

  /// The units that nobody has computed.
  public var missing: [Int] { outcomes.indices.filter { outcomes[$0] == nil } }

  /// Comma-separated values, a line for each unit that has numbers.
  public var csv: String {
    var text = (["unit"] + columns).joined(separator: ",") + "\n"
    for (unit, outcome) in outcomes.enumerated() {
      guard case .values(let values)? = outcome else { continue }
      text += ([String(unit)] + values.map { "\($0)" }).joined(separator: ",") + "\n"
    }
    return text
  }

  /// Numbers of units in words, with ranges for those in a row: `5, 7–9`.
  public static func words(_ units: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for unit in units.sorted() {
      if let last = ranges.last, last.upperBound + 1 == unit {
        ranges[ranges.count - 1] = last.lowerBound...unit
      } else {
        ranges.append(unit...unit)
      }
    }
    let shown = ranges.prefix(8).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
    }
    return shown.joined(separator: ", ") + (ranges.count > shown.count ? ", …" : "")
  }
}
