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

  /// What can be wrong.
  public enum Problem: Sendable, Equatable {
    // The file as a whole.
    case missing
    case isDirectory
    case notRegularFile
    case unreadable(reason: String)
    case empty
    case looksLikeHTML
    case isCompressed
    case isUTF16
    case isBinary
    case fits(reason: String)
    case noTable
    // The table.
    case noColumnNames
    case noRows
    case wrongFieldCount(found: Int, expected: Int)
    case unterminatedQuote
    case textAfterQuote(found: String)
    case missingColumn(
      roles: [ColumnRole], names: [String], available: [String], nearest: String?)
    case duplicateColumn
    case contradictoryRoles
    case notNumeric
    case notANumber(found: String)
    case notFinite(found: String)
    case notPositive(found: Double)
    case notAboveMinusOne(found: Double)
    case wrongUnit(found: String, expected: String)
    case notStandardized(columns: [String])
    case noErrors(looked: [String])
    // The covariance matrix.
    case noImage(width: Int)
    case severalImages(names: [String])
    case wrongCovarianceType(found: String)
    case wrongElementCount(found: Int, expected: Int)
    case wrongSize(rows: Int, columns: Int, supernovae: Int)
    case notSymmetric(row: Int, column: Int, upper: Double, lower: Double)
    case notPositiveDefinite(smallestEigenvalue: Double?)
    case smallerThanErrors(column: String)
    // Writing.
    case exists
    case cannotCreate(reason: String)
  }

  init(_ path: String, row: Int? = nil, column: String? = nil, _ problem: Problem) {
    self.path = path
    self.row = row
    self.column = column
    self.problem = problem
  }
}
