/// Which rows of a table make a sample: those that a cut keeps, and in which nothing is missing.
struct RowSelection<Table: CatalogTable> {
  let table: Table
  private let skipsMissing: Bool
  /// The rows that are kept, in order.
  private(set) var kept: [Int]
  /// The rows that were left out because a value is missing.
  private var missing: [Int] = []
  /// The rows that were left out because their covariances are impossible.
  private var impossible: [Int] = []

  /// All rows of a table.
  init(_ table: Table, skipsMissing: Bool) {
    self.table = table
    self.skipsMissing = skipsMissing
    kept = Array(0..<table.rowCount)
  }

  /// The kept rows; nil if all are.
  var rows: [Int]? { kept.count == table.rowCount ? nil : kept }

  /// Keeps some of the kept rows.
  mutating func cut(to rows: [Int]?) {
    if let rows { kept = rows }
  }

  /// Rejects rows whose value in a column is not as it should be, or leaves them out if it is merely
  /// missing and that is wanted.
  ///
  /// - Parameters:
  ///   - values: of all rows.
  ///   - zero: whether a zero stands for a missing value.
  ///   - problem: what is wrong with a value that is not missing.
  ///   - isGood: whether the value of a row is as it should be.
  mutating func require(
    _ values: [Double], inColumn column: Int, zero: Bool = false,
    otherwise problem: (Int, Double) -> CatalogError.Problem, _ isGood: (Int, Double) -> Bool
  ) throws(CatalogError) {
    guard kept.contains(where: { !isGood($0, values[$0]) }) else { return }
    var (good, bad) = ([Int](), [Int]())
    for row in kept {
      let value = values[row]
      if isGood(row, value) {
        good.append(row)
      } else if MissingValue.isMark(value), value != 0 || zero || skipsMissing {
        guard skipsMissing else {
          throw table.error(
            row: row, column: column, .missingValue(found: table.text(row: row, column: column)))
        }
        bad.append(row)
      } else {
        throw table.error(
          row: row, column: column,
          value.isFinite
            ? problem(row, value) : .notFinite(found: table.text(row: row, column: column)))
      }
    }
    kept = good
    missing += bad
    if good.isEmpty { throw CatalogError(table.path, .nothingLeft(missing: missing.count)) }
  }

  /// Rejects rows whose covariances cannot be, or leaves them out if that is wanted.
  mutating func leaveOut(
    _ rows: [Int], _ problem: CatalogError.Problem
  ) throws(CatalogError) {
    guard let first = rows.first else { return }
    // Where all rows are affected, it is not a matter of single rows.
    guard skipsMissing, rows.count < kept.count else {
      throw CatalogError(table.path, row: table.place(ofRow: first), problem)
    }
    let bad = Set(rows)
    kept.removeAll(where: bad.contains)
    impossible += rows
  }

  /// What was left out, in words.
  var notes: [String] {
    func note(_ rows: [Int], _ one: String, _ several: String) -> [String] {
      guard !rows.isEmpty else { return [] }
      let shown = rows.sorted().prefix(12).map { "\(table.place(ofRow: $0))" }
      let list = shown.joined(separator: ", ") + (rows.count > shown.count ? ", …" : "")
      return rows.count == 1
        ? ["1 row is left out, because \(one): \(list)"]
        : ["\(rows.count) rows are left out, because \(several): \(list)"]
    }
    return note(missing, "a value is missing in it", "a value is missing in them")
      + note(
        impossible, "its covariances are impossible", "their covariances are impossible")
  }
}
