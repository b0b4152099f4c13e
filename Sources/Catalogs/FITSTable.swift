import FITS

/// The table of a FITS file that has supernovae: the first that has a redshift and a magnitude, else
/// the first.
struct FITSTable: CatalogTable {
  let columnNames: [String]
  var path: String { file.path }
  let rowCount: Int
  private let file: FITSFile
  private let unit: FITSUnit
  private let columns: [FITSUnit.Column]
  private let headings: [ColumnHeading]

  /// Chooses the table.
  ///
  /// - Parameter chosen: names of columns that the table has to have.
  /// - Throws: `CatalogError` if there is no table, or it has no rows.
  init(_ file: FITSFile, chosen: [ColumnRole: String] = [:]) throws(CatalogError) {
    let tables = file.units.compactMap { unit -> Part? in
      guard case .table(let columns, let rows) = unit.content else { return nil }
      return Part(unit: unit, columns: columns, rows: rows)
    }
    let able = tables.filter { $0.hasSupernovae(chosen) }
    guard let part = able.first ?? tables.first else { throw CatalogError(file.path, .noTable) }
    guard part.rows > 0 else { throw CatalogError(file.path, .noRows) }
    self.file = file
    unit = part.unit
    columns = part.columns
    headings = part.columns.map { ColumnHeading($0.name) }
    columnNames = headings.map(\.name)
    rowCount = part.rows
    let place = "the table is '\(unit.name)' (HDU \(unit.index))"
    choice =
      switch (able.count, tables.count) {
      case (2..., _): "\(place), the first of \(able.count) that have the columns"
      case (1, 2...): "\(place), the only one of \(tables.count) that has the columns"
      default: nil
      }
  }

  /// Which table was chosen, in words, if there are several.
  let choice: String?

  private struct Part {
    let unit: FITSUnit
    let columns: [FITSUnit.Column]
    let rows: Int

    func hasSupernovae(_ chosen: [ColumnRole: String]) -> Bool {
      rows > 0
        && ColumnRole.areSupernovae(columns.map { ColumnHeading($0.name).name }, chosen: chosen)
    }
  }

  func unit(ofColumn column: Int) -> String {
    columns[column].unit.isEmpty ? headings[column].unit : columns[column].unit
  }

  /// The comments of the columns' names.
  var comments: [String] { columns.map(\.comment) }

  func place(ofRow row: Int) -> Int { row + 1 }

  func text(row: Int, column: Int) -> String {
    let values = try? file.numbers(inColumn: column, of: unit)
    return values.map { "\($0[row])" } ?? ""
  }

  func words() -> [[String]] {
    columns.indices.map { column in
      guard columns[column].isNumeric else {
        let texts = file.texts(inColumn: column, of: unit)
        return columns[column].comment == ASCIIText.comment ? texts.map(ASCIIText.plain) : texts
      }
      return ((try? file.numbers(inColumn: column, of: unit)) ?? []).map(Self.word)
    }
  }

  func flags(inColumn column: Int) throws(CatalogError) -> [Double] {
    guard columns[column].isLogical else { return try numbersWithGaps(inColumns: [column])[0] }
    return try readingFITS { () throws(FITSError) in try file.numbers(inColumn: column, of: unit) }
  }

  func numbersWithGaps(inColumns indices: [Int]) throws(CatalogError) -> [[Double]] {
    try indices.map { column throws(CatalogError) in
      guard columns[column].isNumeric else {
        throw CatalogError(path, column: columnNames[column], .notNumeric)
      }
      return try readingFITS { () throws(FITSError) in
        try file.numbers(inColumn: column, of: unit)
      }
    }
  }
}
