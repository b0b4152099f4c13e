public import Cosmology
import Digests
import FITS
import Foundation

/// A supernova catalog as it was read, with notes on how it was understood.
public struct Catalog: Sendable, Equatable {
  /// What the catalog holds.
  public enum Content: Sendable, Equatable {
    /// Distance moduli or standardised magnitudes.
    case magnitudes(SupernovaSample)
    /// Peak magnitudes with shapes and colours, to be standardised in the fit.
    case lightCurves(LightCurveSample)
  }

  /// The file that was asked for.
  public let path: String
  /// Its format.
  public let format: CatalogFormat
  /// The supernovae.
  public let content: Content
  /// The columns that were used, by their names in the file.
  public let columns: [ColumnRole: String]
  /// The source of the errors, in words.
  public let covarianceSource: String
  /// What was done to the data, one sentence each: cuts, what was added to the diagonal, columns
  /// that stand in for others.
  public let notes: [String]
  /// SHA-256, in hexadecimal digits, of all files that were read, by their paths: the catalog, those
  /// that it names, the covariance.
  public let files: [String: String]
  /// What the supernovae are called, in lower case and without a beginning such as SN; nil if the table does not say.
  public let names: Set<String>?
  /// The survey of each supernova, and what else the table says of it.
  public let labels: SupernovaLabels

  /// The sample, if it needs no light-curve parameters.
  public var sample: SupernovaSample? {
    if case .magnitudes(let sample) = content { sample } else { nil }
  }

  /// The light curves, if that is what the catalog holds.
  public var lightCurves: LightCurveSample? {
    if case .lightCurves(let sample) = content { sample } else { nil }
  }

  /// The number of supernovae.
  public var count: Int {
    switch content {
    case .magnitudes(let sample): sample.count
    case .lightCurves(let sample): sample.count
    }
  }

  /// The redshifts, one per supernova.
  public var redshifts: [Double] {
    switch content {
    case .magnitudes(let sample): sample.redshifts
    case .lightCurves(let sample): sample.supernovae.map(\.redshift)
    }
  }

  /// The name of the file without its folder and ending, `stdin` for standard input.
  public var name: String {
    path == InputFile.standardInput
      ? "stdin" : URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  /// A fingerprint of all numbers of the sample, as sixteen hexadecimal digits.
  public var fingerprint: String {
    switch content {
    case .magnitudes(let sample): sample.fingerprint
    case .lightCurves(let sample): sample.fingerprint
    }
  }

  /// Reads a table and its covariance, or a `.dataset`.
  ///
  /// The format is recognised by the content (`CatalogFormat`); text may be compressed by gzip. The
  /// errors are the covariance file (a text matrix, with or without its size before it, SNANA's
  /// packed `.npz`, or a FITS image), else the image extension of a FITS catalog, else the column
  /// of standard deviations.
  ///
  /// - Throws: `CatalogError` for anything wrong with the files.
  public init(reading path: String, _ options: Options = Options()) throws(CatalogError) {
    if options.columns[.modulus] != nil, options.columns[.magnitude] != nil {
      throw CatalogError(path, .contradictoryRoles)
    }
    switch try InputFile(path) {
    case .text(let bytes):
      guard options.format?.isFITS != true else { throw CatalogError(path, .notFITS) }
      guard options.format != .votable else { throw CatalogError(path, .notVOTable) }
      let mayBeDataset = options.format == nil || options.format == .lightCurves
      if options.format == .dataset
        || (mayBeDataset && DatasetFile.isDataset(bytes, path: path))
      {
        self.init(path, .dataset, try DatasetFile(bytes, path: path).read(options))
      } else {
        do {
          self = try Self.readingText(bytes, path, options)
        } catch {
          throw Self.explained(error) {
            if case .beyond = error.problem { return ForeignData(matrix: bytes, path: path) }
            return ForeignData(bytes, path: path)
          }
        }
      }
    case .fits(let file):
      if let format = options.format, !format.isFITS, format != .lightCurves {
        throw CatalogError(path, format == .votable ? .notVOTable : .isFITS(format: format))
      }
      self = try Self.readingFITS(file, options)
    case .xml(let bytes):
      if let format = options.format, format != .votable, format != .lightCurves {
        throw CatalogError(path, .isVOTable(format: format))
      }
      self = try Self.readingXML(bytes, path, options)
    case .numPy: throw CatalogError(path, .isArray)
    case .zip(let bytes):
      throw CatalogError(path, ForeignData(archive: bytes).map { .notSupernovae($0) } ?? .isArchive)
    }
  }

  /// Reads a table with the errors of a covariance file.
  public init(
    reading path: String, covariance: String, columns: [ColumnRole: String] = [:]
  ) throws(CatalogError) {
    try self.init(reading: path, Options(covariance: covariance, columns: columns))
  }

  init(_ path: String, _ format: CatalogFormat, _ result: ReadCatalog) {
    self.path = path
    self.format = format
    content = result.content
    columns = result.columns
    covarianceSource = result.covarianceSource
    notes = result.notes
    names = result.names
    labels = result.labels
    var files: [String: String] = [:]
    for file in [path] + result.files { files[file] = FileDigest(of: file)?.hexadecimal }
    self.files = files
  }

  private static func readingText(
    _ bytes: [UInt8], _ path: String, _ options: Options
  ) throws(CatalogError) -> Catalog {
    let table = try TextTable(bytes, path: path, format: options.format)
    let format =
      options.format ?? CatalogFormat(columnNames: table.columnNames, layout: table.layout)
    let result = try ReadCatalog(table, format: format, options)
    let isLightCurves = if case .lightCurves = result.content { true } else { false }
    return Catalog(path, isLightCurves ? .lightCurves : format, result)
  }

  private static func readingXML(
    _ bytes: [UInt8], _ path: String, _ options: Options
  ) throws(CatalogError) -> Catalog {
    let table = try VOTable(bytes, path: path, chosen: options.columns)
    return Catalog(path, .votable, try ReadCatalog(table, format: .votable, options))
  }

  private static func readingFITS(
    _ file: FITSFile, _ options: Options
  ) throws(CatalogError) -> Catalog {
    let path = file.path
    let hasTable = file.units.contains { if case .table = $0.content { true } else { false } }
    if options.format == .fitsImage || (options.format == nil && !hasTable) {
      return Catalog(path, .fitsImage, try DiagramImage(file).read(options))
    }
    let table = try FITSTable(file, chosen: options.columns)
    do {
      var result = try ReadCatalog(table, format: .fits, file: file, options)
      result.notes = [table.choice].compactMap { $0 } + result.notes
      return Catalog(path, .fits, result)
    } catch {
      throw Self.explained(error) { ForeignData(columnNames: table.columnNames) }
    }
  }

  /// Identifies a file that could not be read because it is something else.
  private static func explained(
    _ error: CatalogError, _ data: () -> ForeignData?
  ) -> CatalogError {
    switch error.problem {
    case .noColumnNames, .noRows, .missingColumn, .wrongFieldCount, .beyond, .unterminatedQuote,
      .textAfterQuote:
      data().map { CatalogError(error.path, .notSupernovae($0)) } ?? error
    default: error
    }
  }
}

/// A catalog without the name of its file.
struct ReadCatalog {
  var content: Catalog.Content
  var columns: [ColumnRole: String] = [:]
  var covarianceSource: String
  var notes: [String] = []
  var names: Set<String>?
  var labels = SupernovaLabels()
  /// The paths of the other files that were read.
  var files: [String] = []
}

extension ReadCatalog {
  /// Reads a table, as light curves where that is what it holds or what is asked for.
  ///
  /// - Parameters:
  ///   - file: the file, if it is FITS.
  ///   - dataset: the list of files that names the table, if there is one.
  init(
    _ table: some CatalogTable, format: CatalogFormat, file: FITSFile? = nil,
    dataset: DatasetFile? = nil, _ options: Catalog.Options
  ) throws(CatalogError) {
    let isGuess =
      options.format == nil || options.format?.isFITS == true || options.format == .dataset
    // A user who asks for a plain table does not want the rules of a release.
    let isPlain = format == .cosmomc || options.format == .table
    let release = isPlain ? format : CatalogFormat(release: table.columnNames) ?? format
    var areLightCurves = options.format == .lightCurves
    if !areLightCurves, isGuess {
      areLightCurves = try LightCurveColumns.areIn(table, chosen: options.columns)
    }
    if areLightCurves {
      self = try LightCurveReader(
        table, release: release, options, file: file, dataset: dataset
      ).read()
    } else {
      var options = options
      if options.covariance == nil, let dataset {
        options.covariance = try dataset.blockPath(.magnitude, options)
      }
      var reader = CatalogReader(
        table, format: release, file: file, options,
        adding: try dataset?.addition(for: table, options))
      self = try reader.read()
    }
  }
}
