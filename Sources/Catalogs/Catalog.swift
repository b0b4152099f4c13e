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
  /// The table is a text file (separated by commas or blanks, `#` comments) or the first table of a
  /// FITS file. The errors are the covariance file (a text matrix, with or without its size before
  /// it, or a FITS image), else the image extension of a FITS catalog, else the column of standard
  /// deviations.
  ///
  /// - Parameters:
  ///   - path: the table.
  ///   - covariancePath: the covariance in mag², statistical and systematic, rows in the order of
  ///     the table.
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
      var reader = CatalogReader(
        try TextTable(bytes, path: path), units: [], covariancePath: covariancePath,
        chosen: columns)
      self = try Catalog(path, &reader)
    case .fits:
      let units = try readingFITS(path) { file throws(FITSError) in try file.units() }
      var reader = CatalogReader(
        try FITSTable(units, path: path), units: units, covariancePath: covariancePath,
        chosen: columns)
      self = try Catalog(path, &reader)
    }
  }

  private init(_ path: String, _ reader: inout CatalogReader<some CatalogTable>)
    throws(CatalogError)
  {
    self.path = path
    sample = try reader.read()
    columns = reader.columns
    covarianceSource = reader.covarianceSource
  }
}
