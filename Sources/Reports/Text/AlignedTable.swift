/// Cells as lines of text in columns, separated by two spaces.
public struct AlignedTable: CustomStringConvertible {
  private let rows: [[String]]
  private let leading: Set<Int>

  /// A table.
  ///
  /// - Parameters:
  ///   - rows: the cells; rows may be shorter than others.
  ///   - leading: the columns that are flush left; the others are flush right.
  public init(_ rows: [[String]], leading: Set<Int> = [0]) {
    self.rows = rows
    self.leading = leading
  }

  /// The lines, without trailing spaces.
  public var description: String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return leading.contains(column) ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
