/// A table with named columns, of which some are numbers.
protocol CatalogTable {
  /// The file, for messages.
  var path: String { get }
  /// The names of the columns as they stand in the file, without their units.
  var columnNames: [String] { get }
  /// The number of rows.
  var rowCount: Int { get }
  /// The place of a row in the file as a reader would count it, from 1.
  func place(ofRow row: Int) -> Int
  /// The unit of a column as the file states it, empty if it does not.
  func unit(ofColumn column: Int) -> String
  /// All numbers of some columns, NaN where the file has none.
  func numbersWithGaps(inColumns columns: [Int]) throws(CatalogError) -> [[Double]]
  /// Truth values of a column as 1 and 0, NaN where the file has none.
  func flags(inColumn column: Int) throws(CatalogError) -> [Double]
  /// The content of a cell, for messages.
  func text(row: Int, column: Int) -> String
  /// What stands in the cells of each column, by which rows may be named; none for a column that
  /// holds neither words nor numbers.
  func words() -> [[String]]
}

extension CatalogTable {
  /// All numbers of some columns; every one is finite.
  func numbers(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    let values = try numbersWithGaps(inColumns: columns)
    for (column, values) in zip(columns, values) {
      guard let row = values.firstIndex(where: { !$0.isFinite }) else { continue }
      let found = text(row: row, column: column)
      throw error(
        row: row, column: column, found.isEmpty ? .notANumber(found: "") : .notFinite(found: found))
    }
    return values
  }

  /// A number as a label of a row has it.
  static func word(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    try numbers(inColumns: [column])[0]
  }

  /// All numbers of columns in our units, NaN where the file has none.
  ///
  /// - Throws: `CatalogError` for a unit of another quantity.
  func values(_ wanted: [(column: Int, measure: Measure)]) throws(CatalogError) -> [[Double]] {
    var factors: [Double] = []
    for (column, measure) in wanted {
      let unit = statedUnit(ofColumn: column, measure)
      guard let factor = measure.factor(from: unit) else {
        throw CatalogError(
          path, column: columnNames[column], .wrongUnit(found: unit, expected: measure.unit))
      }
      factors.append(factor)
    }
    var values = try numbersWithGaps(inColumns: wanted.map(\.column))
    for (index, factor) in factors.enumerated() where factor != 1 {
      // A thousandth is not exact as a double; a quotient is rounded only once.
      for row in values[index].indices {
        values[index][row] =
          factor < 1 ? values[index][row] / (1 / factor) : values[index][row] * factor
      }
    }
    return values
  }

  func values(inColumn column: Int, _ measure: Measure) throws(CatalogError) -> [Double] {
    try values([(column, measure)])[0]
  }

  /// The unit of a column; c z, which many call by its name alone, is a velocity.
  func statedUnit(ofColumn column: Int, _ measure: Measure) -> String {
    let unit = unit(ofColumn: column)
    guard case .redshift = measure, unit.isEmpty,
      columnNames[column].lowercased().hasPrefix("cz")
    else { return unit }
    return "km/s"
  }

  /// The first column with one of some names; case and underscores are ignored.
  ///
  /// - Throws: `CatalogError` if two columns have a name that is the same but for these.
  func column(named names: [String]) throws(CatalogError) -> Int? {
    for name in names {
      let places = columnNames.indices.filter { ColumnRole.matches(columnNames[$0], [name]) }
      guard let first = places.first else { continue }
      guard places.count == 1 else {
        let names = places.map { columnNames[$0] }
        throw CatalogError(
          path, column: columnNames[first],
          Set(names).count == 1 ? .duplicateColumn : .sameNames(names))
      }
      return first
    }
    return nil
  }

  func column(named name: String) throws(CatalogError) -> Int? { try column(named: [name]) }

  /// The error for a cell.
  func error(row: Int, column: Int, _ problem: CatalogError.Problem) -> CatalogError {
    CatalogError(path, row: place(ofRow: row), column: columnNames[column], problem)
  }
}

extension Array {
  /// The elements at some places; all if there are none given.
  func at(_ places: [Int]?) -> [Element] { places.map { $0.map { self[$0] } } ?? self }
}
