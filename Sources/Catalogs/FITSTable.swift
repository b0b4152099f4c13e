import FITS

/// The first table of a FITS file.
struct FITSTable: CatalogTable {
  let columnNames: [String]
  var path: String { file.path }
  var rowCount: Int { kept?.count ?? allRows }
  private let file: FITSFile
  private let unit: FITSUnit
  private let columns: [FITSUnit.Column]
  private let allRows: Int
  /// The rows that are kept, if not all are.
  private var kept: [Int]?

  init(_ file: FITSFile) throws(CatalogError) {
    self.file = file
    for unit in file.units {
      guard case .table(let columns, let rows) = unit.content else { continue }
      guard rows > 0 else { throw CatalogError(file.path, .noRows) }
      self.unit = unit
      self.columns = columns
      columnNames = columns.map(\.name)
      allRows = rows
      return
    }
    throw CatalogError(file.path, .noTable)
  }

  func unit(ofColumn column: Int) -> String { columns[column].unit }

  func place(ofRow row: Int) -> Int { (kept?[row] ?? row) + 1 }

  func keeping(rows: [Int]) -> FITSTable {
    var table = self
    table.kept = kept.map { kept in rows.map { kept[$0] } } ?? rows
    return table
  }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    let values = try numbersWithGaps(inColumn: column)
    try check(values, inColumn: column, otherwise: { .notFinite(found: "\($0)") }, \.isFinite)
    return values
  }

  func numbersWithGaps(inColumn column: Int) throws(CatalogError) -> [Double] {
    guard columns[column].isNumeric else {
      throw CatalogError(path, column: columnNames[column], .notNumeric)
    }
    let values = try readingFITS { () throws(FITSError) in
      try file.numbers(inColumn: column, of: unit)
    }
    return kept.map { kept in kept.map { values[$0] } } ?? values
  }
}
