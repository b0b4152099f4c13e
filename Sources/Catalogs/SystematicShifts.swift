import Cosmology

/// A table of systematic errors: what one standard deviation of each adds to the magnitude, shape and colour of every
/// supernova of a catalog.
enum SystematicShifts {
  private static let stems = ["mb", "x1", "c"]
  /// What follows stems in the names of columns that are errors of single supernovae.
  private static let otherEndings = ["err", "error", "var", "sigma", "sd", "e"]
  /// In magnitudes or units of the shape; nothing shifts supernovae by more.
  private static let largest = 10.0

  /// Reads such a table.
  ///
  /// Columns `mb_NAME`, `x1_NAME` and `c_NAME` belong to the error NAME, whatever its capitals; those that are missing are 0. Where
  /// both tables name supernovae, rows belong to each other by these names.
  ///
  /// - Parameters:
  ///   - path: a table in any format of catalogs, with one row for each row of the catalog.
  ///   - rows: the rows of the catalog's table that were kept.
  ///   - catalog: the catalog's table.
  /// - Throws: `CatalogError` if it cannot be read, has no such columns, another number of rows, or other supernovae.
  static func read(
    _ path: String, rows: [Int], of catalog: some CatalogTable
  ) throws(CatalogError) -> [HierarchicalModel.Systematic] {
    switch try InputFile(path) {
    case .text(let bytes):
      return try read(try TextTable(bytes, path: path, format: .table), rows, catalog)
    case .fits(let file): return try read(try FITSTable(file, chosen: [:]), rows, catalog)
    default: throw CatalogError(path, .noColumnNames)
    }
  }

  private static func read(
    _ table: some CatalogTable, _ rows: [Int], _ catalog: some CatalogTable
  ) throws(CatalogError) -> [HierarchicalModel.Systematic] {
    guard table.rowCount == catalog.rowCount else {
      throw CatalogError(
        table.path, .otherRowCount(found: table.rowCount, expected: catalog.rowCount))
    }
    var names: [String] = []
    for column in table.columnNames {
      guard let stem = stems.first(where: { column.lowercased().hasPrefix($0 + "_") }) else {
        continue
      }
      let name = String(column.dropFirst(stem.count + 1))
      let isKnown = names.contains { $0.lowercased() == name.lowercased() }
      if !name.isEmpty, !isKnown, !otherEndings.contains(name.lowercased()) { names.append(name) }
    }
    guard !names.isEmpty else {
      throw CatalogError(table.path, .noShifts(available: table.columnNames))
    }
    let places = try places(of: rows, table, catalog)
    return try names.map { name throws(CatalogError) in
      func values(_ stem: String) throws(CatalogError) -> [Double] {
        guard let column = try table.column(named: ["\(stem)_\(name)"]) else {
          return [Double](repeating: 0, count: rows.count)
        }
        let values = try table.numbers(inColumns: [column])[0]
        if let row = values.indices.first(where: { !(abs(values[$0]) <= largest) }) {
          throw table.error(
            row: row, column: column,
            .outOfRange(found: values[row], lower: -largest, upper: largest))
        }
        return values.at(places)
      }
      return HierarchicalModel.Systematic(
        name: name, magnitudes: try values("mb"), shapes: try values("x1"),
        colors: try values("c"))
    }
  }

  /// The rows of a table that belong to rows of the catalog.
  private static func places(
    of rows: [Int], _ table: some CatalogTable, _ catalog: some CatalogTable
  ) throws(CatalogError) -> [Int] {
    guard let own = SupernovaNames.words(in: table).map({ $0.map(SupernovaNames.plain) }),
      let others = SupernovaNames.words(in: catalog).map({ $0.map(SupernovaNames.plain) }),
      own != others
    else { return rows }
    // Of names that come twice nobody knows which is which.
    let places = Dictionary(own.enumerated().map { ($1, $0) }) { _, _ in -1 }
    return try rows.map { row throws(CatalogError) in
      guard let place = places[others[row]], place >= 0 else {
        throw CatalogError(table.path, .noSuchSupernova(others[row]))
      }
      return place
    }
  }
}
