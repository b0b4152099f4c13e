import Inference
/// What is wrong with a catalog or a covariance file, and where.
public struct CatalogError: Error, Equatable {
  /// The file.
  public let path: String
  /// The line of a text file or the row of a FITS table, counted from 1.
  public let row: Int?
  /// The column, by its name in the file.
  public let column: String?
  /// What is wrong.
  public let problem: Problem

  /// A side of the diagonal of a matrix.
  public enum Side: String, Sendable {
    case above, below
  }

  /// What can be wrong.
  public enum Problem: Sendable, Equatable {
    // The file as a whole.
    case missing
    case isDirectory
    case notRegularFile
    case unreadable(reason: String)
    case empty
    case looksLikeHTML
    case isLFSPointer
    case archive(reason: String)
    case isArchive
    case isArray
    case notFITS
    case isFITS(format: CatalogFormat)
    case notSupernovae(ForeignData)
    case isCompressed
    case isUTF16
    case isBinary
    case fits(reason: String)
    case noTable
    case damagedXML
    case foreignStream(encoding: String?)
    case failedQuery(message: String)
    case notVOTable
    case isVOTable(format: CatalogFormat)
    case impossibleBytes(found: String)
    case cutNumber(first: Int, last: Int)
    case descriptionAlone
    case badECSV
    case imageIsNoDiagram(axes: [Int])
    // A list of files.
    case lacksKey(String)
    case notAFlag(found: String)
    case repeatedKey(first: Int)
    case listDirective(found: String)
    case unknownKey(nearest: String)
    case noSign(found: String)
    case noFileName
    case outsideFolder(name: String, key: String)
    case noSuchPart(name: String, key: String, flag: String?)
    // The table.
    case noColumnNames
    case notThreeColumns
    case noRows
    case wrongFieldCount(found: Int, expected: Int)
    case beyond(TextLimit)
    case unterminatedQuote
    case textAfterQuote(found: String)
    case missingColumn(
      roles: [ColumnRole], names: [String], available: [String], nearest: String?)
    case unknownColumn(String, available: [String], nearest: String?)
    case duplicateColumn
    case noLabels
    case noShifts(available: [String])
    case otherRowCount(found: Int, expected: Int)
    case sameNames([String])
    case tooLarge(numbers: Int)
    case contradictoryRoles
    case notNumeric
    case notANumber(found: String)
    case notFinite(found: String)
    case mixedDecimals(found: String)
    case notPositive(found: Double)
    case implausibleRedshift(found: Double)
    case notAVelocity(found: String, unit: String, least: Double)
    case otherRedshift(found: Double, name: String, redshift: Double)
    case implausibleError(found: Double, lower: Double, upper: Double)
    case implausibleHeliocentricRedshift(found: Double, redshift: Double)
    case implausibleMagnitude(found: Double, expected: Double, redshift: Double)
    case outOfRange(found: Double, lower: Double, upper: Double)
    case wrongUnit(found: String, expected: String)
    case notStandardized(columns: [String], areLightCurves: Bool)
    case amplitudesAlone
    case noErrors(looked: [String], nearest: String?)
    case hugeErrors(found: Double, typicalError: Double, scatter: Double)
    case errorsForPlotsOnly
    case missingValue(found: String)
    case nothingLeft(missing: Int)
    case impossibleCovariances(columns: [String])
    case otherNames
    case noRowKey(found: String)
    case nothingKept(minimum: Double?, maximum: Double?)
    /// A supernova of the catalog is not, or more than once, in a table beside it.
    case noSuchSupernova(String)
    /// No row fulfils a condition.
    case noneFulfils(String)
    case noCalibrators
    case noLightCurves
    case lightCurvesNeedBlocks
    case notForLightCurves(option: String)
    case lightCurves(LightCurveProblem)
    // The covariance matrix.
    case noImage(width: Int)
    case severalImages(names: [String])
    case wrongCovarianceType(found: String)
    case wrongElementCount(found: Int, expected: Int)
    case wrongSize(rows: Int, columns: Int, supernovae: Int)
    case negativeVariance(found: Double)
    case triangle(numbers: Int, rows: Int)
    case oneTriangle(zeros: Side)
    case openTriangle
    case notSquare(rows: Int, columns: Int)
    case otherLabel(row: String, column: String)
    case unknownLabel(String, column: String)
    case repeatedLabel(String)
    case openOrder(column: String?)
    case notSymmetric(row: Int, column: Int, upper: Double, lower: Double)
    case notPositiveDefinite(smallestEigenvalue: Double?)
    case wrongModes(axes: [Int], supernovae: Int)
    case packedWrongly(reason: String)
    case ambiguousCovariance(column: String)
    case hugeCovariance(kind: CovarianceKind, typicalError: Double, scatter: Double)
    case correlationAlone
    case nothingToAdd
    case hasCovarianceAlready
    case kindOfNothing
    // Other data than supernovae.
    case measurement(MeasurementProblem)
    // Writing.
    case exists
    case cannotCreate(reason: String)
  }

  /// The error for a covariance whose factorisation fails in the likelihood, which happens with
  /// matrices too large for the reader to try it.
  ///
  /// - Parameters:
  ///   - path: the catalog.
  ///   - order: the order of the first leading minor that is not positive.
  public static func covarianceNotPositiveDefinite(in path: String, order: Int) -> CatalogError {
    CatalogError(path, row: order, .notPositiveDefinite(smallestEigenvalue: nil))
  }

  /// The error for a column that a table does not have.
  public static func unknownColumn(
    _ name: String, available: [String], in path: String
  ) -> CatalogError {
    let nearest = nearestName(to: [name], among: available)
    return CatalogError(path, .unknownColumn(name, available: available, nearest: nearest))
  }

  /// The error without any content of the file.
  var withoutContent: CatalogError {
    func isNumber(_ text: String) -> Bool { Double(text) != nil || text.isEmpty }
    let problem: Problem =
      switch problem {
      case .notANumber(let found) where !isNumber(found): .notANumber(found: "…")
      case .notAVelocity(let found, let unit, let least) where !isNumber(found):
        .notAVelocity(found: "…", unit: unit, least: least)
      case .mixedDecimals: .mixedDecimals(found: "…")
      case .missingValue(let found) where !isNumber(found): .missingValue(found: "…")
      case .notFinite(let found) where !isNumber(found): .notFinite(found: "…")
      case .textAfterQuote: .textAfterQuote(found: "…")
      case .noRowKey: .noRowKey(found: "…")
      case .wrongUnit(_, let expected): .wrongUnit(found: "…", expected: expected)
      case .wrongCovarianceType: .wrongCovarianceType(found: "…")
      case .missingColumn(let roles, let names, let available, _):
        .missingColumn(
          roles: roles, names: names, available: ["\(available.count) other columns"], nearest: nil)
      case .otherLabel: .otherLabel(row: "…", column: "…")
      case .unknownLabel: .unknownLabel("…", column: "…")
      case .repeatedLabel: .repeatedLabel("…")
      case .openOrder: .openOrder(column: nil)
      case .noErrors(let looked, _): .noErrors(looked: looked, nearest: nil)
      case .packedWrongly: .packedWrongly(reason: "it holds other arrays")
      case .fits: .fits(reason: "it is damaged")
      case .failedQuery: .failedQuery(message: "…")
      default: problem
      }
    let isKnown = column.map { Int($0) != nil || ColumnRole.isUsual($0) } ?? false
    return CatalogError(path, row: row, column: isKnown ? column : nil, problem)
  }

  init(_ path: String, row: Int? = nil, column: String? = nil, _ problem: Problem) {
    self.path = path
    self.row = row
    self.column = column
    self.problem = problem
  }
}
