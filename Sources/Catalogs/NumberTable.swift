import Inference
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
    let places = Dictionary(
      zip(table.columnNames, table.columnNames.indices), uniquingKeysWith: { first, _ in first })
    var (indices, seen) = ([Int](), Set<String>())
    for name in wanted {
      guard seen.insert(name).inserted else {
        throw CatalogError(table.path, column: name, .duplicateColumn)
      }
      guard let index = places[name] else {
        throw CatalogError(
          table.path,
          .unknownColumn(
            name, available: table.columnNames,
            nearest: nearestName(to: [name], among: table.columnNames)))
      }
      indices.append(index)
    }
    let columns = try table.numbers(inColumns: indices)
    path = table.path
    columnNames = wanted
    self.columns = columns
  }
}

/// A text table that nothing is expected of but rows of equal length.
private struct PlainTable: CatalogTable {
  let path: String
  let columnNames: [String]
  private let lines: TextLines
  private var rows: [TextLines.Line]

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    let lines = try TextLines(bytes, path: path, upTo: .rows)
    self.lines = lines
    guard let first = lines.data.first else { throw CatalogError(path, .noRows) }
    let words = lines.fields(of: first)
    if words.contains(where: { Double($0) != nil }) {
      let comment = lines.leadingComments.last { $0.count == words.count }
      columnNames = comment ?? (1...words.count).map { "x\($0)" }
      rows = lines.data
    } else {
      columnNames = words
      rows = Array(lines.data.dropFirst())
    }
    guard !rows.isEmpty else { throw CatalogError(path, .noRows) }
    if let row = rows.first(where: { $0.fieldCount != columnNames.count }) {
      throw CatalogError(
        path, row: lines.number(of: row),
        .wrongFieldCount(found: row.fieldCount, expected: columnNames.count))
    }
  }

  var rowCount: Int { rows.count }

  func place(ofRow row: Int) -> Int { lines.number(of: rows[row]) }

  func unit(ofColumn column: Int) -> String { "" }

  func keeping(rows kept: [Int]) -> PlainTable {
    var table = self
    table.rows = kept.map { rows[$0] }
    return table
  }

  func numbers(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    try lines.numbers(inFields: columns, columns.map { columnNames[$0] }, of: rows)
  }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    try numbers(inColumns: [column])[0]
  }

  func numbersWithGaps(inColumn column: Int) throws(CatalogError) -> [Double] {
    try numbers(inColumn: column)
  }
}
