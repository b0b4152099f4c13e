import FITS

/// Columns of numbers from any table: text separated by commas or blanks, with or without a line of
/// names, or the first table of a FITS file.
public struct NumberTable: Sendable, Equatable {
  /// The file.
  public let path: String
  /// The names of the columns; `x1`, `x2`, … where the file has none.
  public let columnNames: [String]
  /// The numbers, a list for each column; all are finite.
  public let columns: [[Double]]

  /// How many numbers a table may have; beyond, memory would be the first to say no.
  public static let largestCount = 200_000_000

  /// The number of rows, at least 1.
  public var rowCount: Int { columns[0].count }

  /// All numbers, row by row.
  public var rows: [Double] {
    var rows = [Double](repeating: 0, count: rowCount * columns.count)
    for (index, column) in columns.enumerated() {
      for (row, value) in column.enumerated() { rows[row * columns.count + index] = value }
    }
    return rows
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: the columns to read, at least one, in this order; all, if nil.
  /// - Throws: `CatalogError` with the row and the column of what is no finite number.
  public init(_ path: String, columns names: [String]? = nil) throws(CatalogError) {
    switch try InputFile(path).kind {
    case .fits(let file): try self.init(try FITSTable(file), names)
    case .text(let bytes): try self.init(try PlainTable(bytes, path: path), names)
    case .zip: throw CatalogError(path, .isArchive)
    }
  }

  private init(_ table: some CatalogTable, _ names: [String]?) throws(CatalogError) {
    precondition(names?.isEmpty != true, "no columns to read")
    let wanted = names ?? table.columnNames
    guard !wanted.isEmpty else { throw CatalogError(table.path, .noRows) }
    guard table.rowCount * wanted.count <= Self.largestCount else {
      throw CatalogError(table.path, .tooLarge(numbers: table.rowCount * wanted.count))
    }
    var (columns, seen) = ([[Double]](), Set<String>())
    for name in wanted {
      guard seen.insert(name).inserted else {
        throw CatalogError(table.path, column: name, .duplicateColumn)
      }
      guard let index = table.columnNames.firstIndex(of: name) else {
        throw CatalogError(
          table.path,
          .unknownColumn(
            name, available: table.columnNames,
            nearest: nearestName(to: [name], among: table.columnNames)))
      }
      columns.append(try table.numbers(inColumn: index))
    }
    path = table.path
    columnNames = wanted
    self.columns = columns
  }
}

/// A text table that nothing is expected of but rows of equal length.
private struct PlainTable: CatalogTable {
  let path: String
  let columnNames: [String]
  private var rows: [TextLines.Line]

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    let lines = try TextLines(bytes, path: path)
    guard let first = lines.data.first else { throw CatalogError(path, .noRows) }
    if first.fields.contains(where: { Double($0) != nil }) {
      let comment = lines.leadingComments.last { $0.fields.count == first.fields.count }
      columnNames = comment?.fields ?? (1...first.fields.count).map { "x\($0)" }
      rows = lines.data
    } else {
      columnNames = first.fields
      rows = Array(lines.data.dropFirst())
    }
    guard !rows.isEmpty else { throw CatalogError(path, .noRows) }
    for row in rows where row.fields.count != columnNames.count {
      throw CatalogError(
        path, row: row.number,
        .wrongFieldCount(found: row.fields.count, expected: columnNames.count))
    }
  }

  var rowCount: Int { rows.count }

  func place(ofRow row: Int) -> Int { rows[row].number }

  func unit(ofColumn column: Int) -> String { "" }

  func keeping(rows kept: [Int]) -> PlainTable {
    var table = self
    table.rows = kept.map { rows[$0] }
    return table
  }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      numbers.append(
        try finiteNumber(row.fields[column], path, row: row.number, column: columnNames[column]))
    }
    return numbers
  }

  func numbersWithGaps(inColumn column: Int) throws(CatalogError) -> [Double] {
    try numbers(inColumn: column)
  }
}
