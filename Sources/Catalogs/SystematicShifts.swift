import Cosmology

/// A table of systematic errors: what one standard deviation of each adds to the magnitude, shape and colour of every
/// supernova of a catalog.
enum SystematicShifts {
  private static let stems = ["mb", "x1", "c"]

  /// Reads such a table.
  ///
  /// Columns `mb_NAME`, `x1_NAME` and `c_NAME` belong to the error NAME; those that are missing are 0.
  ///
  /// - Parameters:
  ///   - path: a table in any format of catalogs, with one row for each row of the catalog.
  ///   - rows: the rows of the catalog's table that were kept.
  ///   - rowCount: the number of rows of the catalog's table.
  /// - Throws: `CatalogError` if it cannot be read, has no such columns, or another number of rows.
  static func read(
    _ path: String, rows: [Int], rowCount: Int
  ) throws(CatalogError) -> [HierarchicalModel.Systematic] {
    switch try InputFile(path) {
    case .text(let bytes):
      return try read(try TextTable(bytes, path: path, format: .table), rows, rowCount)
    case .fits(let file): return try read(try FITSTable(file, chosen: [:]), rows, rowCount)
    default: throw CatalogError(path, .noColumnNames)
    }
  }

  private static func read(
    _ table: some CatalogTable, _ rows: [Int], _ rowCount: Int
  ) throws(CatalogError) -> [HierarchicalModel.Systematic] {
    guard table.rowCount == rowCount else {
      throw CatalogError(
        table.path, .otherRowCount(found: table.rowCount, expected: rowCount))
    }
    var names: [String] = []
    for column in table.columnNames {
      guard let stem = stems.first(where: { column.lowercased().hasPrefix($0 + "_") }) else {
        continue
      }
      let name = String(column.dropFirst(stem.count + 1))
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else {
      throw CatalogError(table.path, .noShifts(available: table.columnNames))
    }
    return try names.map { name throws(CatalogError) in
      func values(_ stem: String) throws(CatalogError) -> [Double] {
        guard let column = try table.column(named: ["\(stem)_\(name)"]) else {
          return [Double](repeating: 0, count: rowCount).at(rows)
        }
        return try table.numbers(inColumns: [column])[0].at(rows)
      }
      return HierarchicalModel.Systematic(
        name: name, magnitudes: try values("mb"), shapes: try values("x1"),
        colors: try values("c"))
    }
  }
}
