import FITS

/// The first table of a FITS file.
struct FITSTable: CatalogTable {
  let path: String
  let columnNames: [String]
  let rowCount: Int
  private let unit: FITSUnit
  private let columns: [FITSUnit.Column]

  init(_ units: [FITSUnit], path: String) throws(CatalogError) {
    self.path = path
    for unit in units {
      guard case .table(let columns, let rows) = unit.content else { continue }
      guard rows > 0 else { throw CatalogError(path, .noRows) }
      self.unit = unit
      self.columns = columns
      columnNames = columns.map(\.name)
      rowCount = rows
      return
    }
    throw CatalogError(path, .noTable)
  }

  func unit(ofColumn column: Int) -> String { columns[column].unit }

  func place(ofRow row: Int) -> Int { row + 1 }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    let name = columnNames[column]
    guard columns[column].isNumeric else { throw CatalogError(path, column: name, .notNumeric) }
    let values = try readingFITS(path) { file throws(FITSError) in
      try file.numbers(inColumn: column, of: unit)
    }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw CatalogError(path, row: row + 1, column: name, .notFinite(found: "\(values[row])"))
    }
    return values
  }
}
