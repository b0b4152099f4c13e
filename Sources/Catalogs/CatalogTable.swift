/// A table with named columns, of which some are numbers.
protocol CatalogTable {
  /// The file, for messages.
  var path: String { get }
  /// The names of the columns as they stand in the file.
  var columnNames: [String] { get }
  /// The number of rows.
  var rowCount: Int { get }
  /// The place of a row in the file as a reader would count it, from 1.
  func place(ofRow row: Int) -> Int
  /// The unit of a column as the file states it, empty if it does not.
  func unit(ofColumn column: Int) -> String
  /// All numbers of a column; every one is finite.
  func numbers(inColumn column: Int) throws(CatalogError) -> [Double]
  /// All numbers of some columns, which may be read at once; every one is finite.
  func numbers(inColumns columns: [Int]) throws(CatalogError) -> [[Double]]
  /// All numbers of a column, NaN where the file has none.
  func numbersWithGaps(inColumn column: Int) throws(CatalogError) -> [Double]
  /// The table with some of its rows, by their indices.
  func keeping(rows: [Int]) -> Self
}

extension CatalogTable {
  func numbers(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    try columns.map { column throws(CatalogError) in try numbers(inColumn: column) }
  }

  /// The first column with one of some names; case and underscores do not count.
  func column(named names: [String]) -> Int? {
    names.lazy.compactMap { name in
      columnNames.firstIndex { ColumnRole.matches($0, [name]) }
    }.first
  }

  func column(named name: String) -> Int? { column(named: [name]) }

  /// All numbers of a column in magnitudes.
  func magnitudes(inColumn column: Int) throws(CatalogError) -> [Double] {
    let unit = unit(ofColumn: column)
    guard ["", "mag"].contains(unit.lowercased()) else {
      throw CatalogError(
        path, column: columnNames[column], .wrongUnit(found: unit, expected: "mag"))
    }
    return try numbers(inColumn: column)
  }

  /// The error for a cell.
  func error(row: Int, column: Int, _ problem: CatalogError.Problem) -> CatalogError {
    CatalogError(path, row: place(ofRow: row), column: columnNames[column], problem)
  }

  /// Refuses values of a column, given by row, of which one is not as it should be.
  func check(
    _ values: [Double], inColumn column: Int, otherwise problem: (Double) -> CatalogError.Problem,
    _ isGood: (Double) -> Bool
  ) throws(CatalogError) {
    guard let row = values.firstIndex(where: { !isGood($0) }) else { return }
    throw error(row: row, column: column, problem(values[row]))
  }

  /// Refuses magnitudes and moduli that nothing in the sky has.
  func checkMagnitudes(_ values: [Double], inColumn column: Int) throws(CatalogError) {
    try check(values, inColumn: column, otherwise: CatalogError.Problem.implausibleMagnitude) {
      plausibleMagnitudes.contains($0)
    }
  }

  /// All numbers of a column, every one above a bound.
  func numbers(
    inColumn column: Int, above bound: Double, otherwise problem: (Double) -> CatalogError.Problem
  ) throws(CatalogError) -> [Double] {
    let values = try numbers(inColumn: column)
    try check(values, inColumn: column, otherwise: problem) { $0 > bound }
    return values
  }
}

/// What a magnitude or a modulus may be; anything else is a slip or a mark of its own.
let plausibleMagnitudes = -100.0...100

extension CatalogError.Problem {
  /// The problem with a magnitude out of range.
  static func implausibleMagnitude(_ found: Double) -> Self {
    .outOfRange(
      found: found, lower: plausibleMagnitudes.lowerBound, upper: plausibleMagnitudes.upperBound)
  }
}
