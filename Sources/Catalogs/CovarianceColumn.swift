/// The column of the covariance of two quantities of a light curve, by the names that programs give it: `cov_m_s` of JLA,
/// `COV_x1_x0` of SNANA, `x0_x1_cov` of sncosmo, `cov(x0, x1)`; SNLS3 cuts `cov_m_c` short to `cov_m_`.
enum CovarianceColumn {
  /// Finds the column; nil if there is none.
  ///
  /// - Parameters:
  ///   - first: the names of one quantity.
  ///   - second: those of the other.
  ///   - others: further names of the column.
  /// - Throws: `CatalogError` if there are several with different numbers: sncosmo writes a matrix whole, but its two
  ///   halves are the same.
  static func find(
    in table: some CatalogTable, of first: [String], and second: [String], or others: [String] = []
  ) throws(CatalogError) -> Int? {
    let names = Set(
      others.map(plain)
        + first.flatMap { first in
          second.flatMap { second in
            [first + second, second + first].flatMap { ["cov" + $0, $0 + "cov"] }
          }
        })
    let columns = table.columnNames.indices.filter { names.contains(plain(table.columnNames[$0])) }
    guard let found = columns.first else { return nil }
    guard columns.count > 1 else { return found }
    let values = try table.numbersWithGaps(inColumns: columns)
    let largest = values[0].reduce(0) { max($0, abs($1)) }
    for (column, others) in zip(columns, values).dropFirst() {
      guard
        let row = others.indices.first(where: { row in
          let (a, b) = (values[0][row], others[row])
          // Programs print six digits, and the inverse of a matrix is symmetric to fewer than it has.
          return abs(a - b) > 1e-5 * max(abs(a), abs(b)) + 1e-9 * largest
        })
      else { continue }
      throw table.error(
        row: row, column: column,
        .lightCurves(
          .otherCovariance(
            found: others[row], name: table.columnNames[found], value: values[0][row])))
    }
    return found
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}
