import Cosmology
import FITS
import LinearAlgebra

/// Makes a sample of supernovae from a table and whatever tells its errors.
struct CatalogReader<Table: CatalogTable> {
  let table: Table
  /// The units of the file, if it is FITS.
  let units: [FITSUnit]
  let covariancePath: String?
  /// The columns that the user names.
  let chosen: [ColumnRole: String]
  /// The columns that were used.
  private(set) var columns: [ColumnRole: String] = [:]
  /// Where the errors come from, in words.
  private(set) var covarianceSource = ""

  init(
    _ table: Table, units: [FITSUnit], covariancePath: String?, chosen: [ColumnRole: String]
  ) {
    self.table = table
    self.units = units
    self.covariancePath = covariancePath
    self.chosen = chosen
  }

  mutating func read() throws(CatalogError) -> SupernovaSample {
    guard let redshiftColumn = try find(.redshift) else {
      throw ColumnRole.missing([.redshift], from: table)
    }
    let redshifts = try table.numbers(inColumn: redshiftColumn, above: 0) {
      .notPositive(found: $0)
    }
    var heliocentric: [Double]?
    if let column = try find(.heliocentricRedshift) {
      heliocentric = try table.numbers(inColumn: column, above: -1) { .notAboveMinusOne(found: $0) }
    }
    let (magnitudeColumn, quantity) = try findMagnitudes()
    return SupernovaSample(
      redshifts: redshifts, heliocentricRedshifts: heliocentric,
      magnitudes: try table.magnitudes(inColumn: magnitudeColumn), quantity: quantity,
      covariance: try readCovariance(ofColumn: magnitudeColumn))
  }

  private mutating func find(
    _ role: ColumnRole, names: [String]? = nil
  ) throws(CatalogError) -> Int? {
    let index = try role.column(in: table, chosen: chosen, names: names)
    columns[role] = index.map { table.columnNames[$0] }
    return index
  }

  private mutating func findMagnitudes() throws(CatalogError) -> (Int, SupernovaSample.Quantity) {
    if chosen[.magnitude] == nil, let column = try find(.modulus) {
      return (column, .distanceModulus)
    }
    guard let column = try find(.magnitude) else {
      throw ColumnRole.missing([.modulus, .magnitude], from: table)
    }
    if chosen[.magnitude] == nil, ColumnRole.matches(table.columnNames[column], ["mb"]) {
      try checkThatLightCurvesAreCorrected()
    }
    return (column, .apparentMagnitude)
  }

  /// Tables of light-curve fits call the raw peak magnitude `mb` too, and have the shape and colour
  /// that it is still to be corrected for; where a release has corrected it, these columns hold
  /// zeros.
  private func checkThatLightCurvesAreCorrected() throws(CatalogError) {
    var suspects: [String] = []
    for (index, name) in table.columnNames.enumerated()
    where ColumnRole.matches(name, ["x1", "s", "stretch", "c", "color", "colour"]) {
      guard let values = try? table.numbers(inColumn: index) else { continue }
      if values.contains(where: { $0 != 0 }) { suspects.append(name) }
    }
    if suspects.count > 1 { throw CatalogError(table.path, .notStandardized(columns: suspects)) }
  }

  private mutating func readCovariance(
    ofColumn magnitudeColumn: Int
  ) throws(CatalogError) -> SupernovaSample.Covariance {
    let errorNames = ColumnRole.errorNames(of: table.columnNames[magnitudeColumn])
    if let covariancePath {
      covarianceSource = covariancePath
      let matrix = try CovarianceReader.read(covariancePath, supernovae: table.rowCount)
      return try total(matrix, covariancePath, errorNames)
    }
    if let matrix = try CovarianceReader.image(in: units, table.path, supernovae: table.rowCount) {
      covarianceSource = "image extension of \(table.path)"
      return try total(matrix, table.path, errorNames)
    }
    guard let column = try find(.error, names: errorNames) else {
      throw CatalogError(table.path, .noErrors(looked: errorNames))
    }
    covarianceSource = "column '\(table.columnNames[column])'"
    let errors = try table.magnitudes(inColumn: column)
    if let row = errors.firstIndex(where: { $0 <= 0 }) {
      throw CatalogError(
        table.path, row: table.place(ofRow: row), column: table.columnNames[column],
        .notPositive(found: errors[row]))
    }
    return .independent(errors)
  }

  /// A covariance whose variances are mostly far below the squares of the table's errors lacks the
  /// statistical part.
  private func total(
    _ matrix: Matrix, _ path: String, _ errorNames: [String]
  ) throws(CatalogError) -> SupernovaSample.Covariance {
    if let column = try ColumnRole.error.column(in: table, chosen: chosen, names: errorNames),
      let errors = try? table.numbers(inColumn: column)
    {
      let smaller = zip(matrix.diagonal, errors).count { $0 < 0.5 * $1 * $1 }
      if 2 * smaller > table.rowCount {
        throw CatalogError(path, .smallerThanErrors(column: table.columnNames[column]))
      }
    }
    return .total(matrix)
  }
}
