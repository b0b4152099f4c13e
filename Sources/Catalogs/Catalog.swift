public import Cosmology
import FITS

/// A supernova catalog as it was read, with what was understood of it.
public struct Catalog: Sendable, Equatable {
  /// The file of the table.
  public let path: String
  /// The supernovae.
  public let sample: SupernovaSample
  /// The columns that were used, by their names in the file.
  public let columns: [ColumnRole: String]
  /// Where the errors come from, in words.
  public let covarianceSource: String

  /// Reads a table and its covariance.
  ///
  /// The table is a text file (separated by commas or blanks, `#` comments) or the first table of a FITS file. The errors are the
  /// covariance file (a text matrix, with or without its size before it, or a FITS image), else the image extension of a FITS catalog,
  /// else the column of standard deviations.
  ///
  /// - Parameters:
  ///   - path: the table.
  ///   - covariancePath: the covariance in mag², statistical and systematic, rows in the order of the table.
  ///   - columns: names of columns that override the usual ones.
  /// - Throws: `CatalogError` for anything that is not as it should be.
  public init(
    reading path: String, covariance covariancePath: String? = nil,
    columns: [ColumnRole: String] = [:]
  ) throws(CatalogError) {
    if columns[.modulus] != nil, columns[.magnitude] != nil {
      throw CatalogError(path, .contradictoryRoles)
    }
    switch try InputFile(path).kind {
    case .text(let bytes):
      let table = try TextTable(bytes, path: path)
      self = try Catalog(table, units: [], covariancePath: covariancePath, chosen: columns)
    case .fits:
      let units = try CovarianceReader.fitsUnits(path)
      let table = try FITSTable(units, path: path)
      self = try Catalog(table, units: units, covariancePath: covariancePath, chosen: columns)
    }
  }

  private init(
    _ table: some CatalogTable, units: [FITSUnit], covariancePath: String?,
    chosen: [ColumnRole: String]
  ) throws(CatalogError) {
    var columns: [ColumnRole: String] = [:]
    func find(_ role: ColumnRole) throws(CatalogError) -> Int? {
      let index = try role.column(in: table, chosen: chosen)
      columns[role] = index.map { table.columnNames[$0] }
      return index
    }

    guard let redshiftColumn = try find(.redshift) else {
      throw ColumnRole.redshift.missing(from: table, lookingFor: ColumnRole.redshift.synonyms)
    }
    let redshifts = try table.numbers(inColumn: redshiftColumn, above: 0) {
      .notPositive(found: $0)
    }
    var heliocentric: [Double]?
    if let column = try find(.heliocentricRedshift) {
      heliocentric = try table.numbers(inColumn: column, above: -1) { .notAboveMinusOne(found: $0) }
    }

    let magnitudes: [Double]
    let quantity: SupernovaSample.Quantity
    if chosen[.magnitude] == nil, let column = try find(.modulus) {
      (magnitudes, quantity) = (try table.numbers(inColumn: column), .distanceModulus)
    } else if let column = try find(.magnitude) {
      (magnitudes, quantity) = (try table.numbers(inColumn: column), .apparentMagnitude)
    } else {
      throw ColumnRole.modulus.missing(from: table, lookingFor: ColumnRole.modulus.synonyms)
    }

    let covariance: SupernovaSample.Covariance
    if let covariancePath {
      covariance = .total(
        try CovarianceReader.read(covariancePath, supernovae: table.rowCount))
      covarianceSource = covariancePath
    } else if let matrix = try CovarianceReader.image(
      in: units, table.path, supernovae: table.rowCount)
    {
      covariance = .total(matrix)
      covarianceSource = "image extension of \(table.path)"
    } else if let column = try find(.error) {
      covariance = .independent(
        try table.numbers(inColumn: column, above: 0) { .notPositive(found: $0) })
      covarianceSource = "column '\(table.columnNames[column])'"
    } else {
      throw CatalogError(table.path, .noErrors)
    }

    path = table.path
    self.columns = columns
    sample = SupernovaSample(
      redshifts: redshifts, heliocentricRedshifts: heliocentric, magnitudes: magnitudes,
      quantity: quantity, covariance: covariance)
  }
}
