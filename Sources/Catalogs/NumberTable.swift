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

  /// The maximum number of numbers in a table; more could exhaust memory.
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
  /// - Throws: `CatalogError` with the row and the column of a value that is not a finite number.
  public init(_ path: String, columns names: [String]? = nil) throws(CatalogError) {
    switch try InputFile(path) {
    case .fits(let file): try self.init(try FITSTable(file), names)
    case .text(let bytes): try self.init(try TextTable(plain: bytes, path: path), names)
    case .xml(let bytes): try self.init(try VOTable(bytes, path: path), names)
    case .numPy: throw CatalogError(path, .isArray)
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
        throw CatalogError.unknownColumn(name, available: table.columnNames, in: table.path)
      }
      indices.append(index)
    }
    let columns = try table.numbers(inColumns: indices)
    path = table.path
    columnNames = wanted
    self.columns = columns
  }
}
