extension CatalogError: CustomStringConvertible {
  /// The error in words: the place, what was found, what was expected, and one thing to do.
  public var description: String {
    var place = path
    if let row { place += ", row \(row)" }
    if let column { place += ", column '\(column)'" }
    return "\(place): \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .missing: "there is no such file"
    case .isDirectory: "this is a directory; name a file in it"
    case .unreadable(let reason): "the file cannot be read: \(reason)"
    case .empty: "the file is empty"
    case .looksLikeHTML:
      "this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    case .isCompressed:
      "the text is compressed; unpack it first, for example with gunzip"
    case .isBinary: "this is neither FITS nor text: it has zero bytes"
    case .fits(let reason): "the FITS file cannot be read: \(reason)"
    case .noTable: "the FITS file has no table extension"
    case .noImage(let width): "the FITS file has no image extension of \(width) × \(width) pixels"

    case .noColumnNames:
      "no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    case .noRows: "there are column names but no rows"
    case .wrongFieldCount(let found, let expected):
      "found \(found) fields where the column names announce \(expected)"
    case .unterminatedQuote: "a quoted field has no closing quote on its line"
    case .missingColumn(let role, let names, let available, let nearest):
      "no column for the \(role.meaning): looked for \(names.joined(separator: ", "))"
        + " and found \(available.joined(separator: ", "))"
        + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
        + "; name it with --column \(role.rawValue)=NAME"
    case .duplicateColumn: "two columns have this name; rename one"
    case .contradictoryRoles:
      "--column names both a distance modulus (mu) and a magnitude (mb); give one of them"
    case .notNumeric: "the cells are not single numbers"
    case .notANumber(let found): "found '\(found)' where a number is expected"
    case .notFinite(let found): "found \(found) where a finite number is expected"
    case .notPositive(let found): "found \(found) where a positive number is expected"
    case .notAboveMinusOne(let found): "found \(found) where a redshift above -1 is expected"
    case .noErrors:
      "no errors: the table has no error column, and no covariance was given; use --covariance FILE"

    case .wrongElementCount(let found, let expected):
      "found \(found) numbers where a covariance of \(expected) × \(expected) has \(expected * expected)"
        + " (an extra count or two may come first); it must have a row for each supernova"
    case .wrongSize(let rows, let columns, let supernovae):
      "the covariance is \(rows) × \(columns), but the table has \(supernovae) supernovae;"
        + " use the covariance that belongs to this table"
    case .notSymmetric(let row, let column, let upper, let lower):
      "the covariance is not symmetric: element (\(row), \(column)) is \(upper),"
        + " element (\(column), \(row)) is \(lower)"
    case .notPositiveDefinite(let eigenvalue):
      "the covariance is not positive definite: its smallest eigenvalue is \(eigenvalue);"
        + " was it rounded too far, or is it only the systematic part?"

    case .exists: "the file exists already; use --force to replace it"
    case .cannotCreate(let reason): "the file cannot be written: \(reason)"
    }
  }
}
