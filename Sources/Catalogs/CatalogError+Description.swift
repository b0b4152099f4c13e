extension CatalogError: CustomStringConvertible {
  /// The error in words: the place, what was found, what was expected, and one thing to do.
  public var description: String {
    var place = Self.shown(path, limit: 1000)
    if let row { place += ", row \(row)" }
    if let column { place += ", column '\(Self.shown(column))'" }
    return "\(place): \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .missing: "there is no such file"
    case .isDirectory: "this is a directory; name a file in it"
    case .notRegularFile: "this is not a regular file; write the data to one first"
    case .unreadable(let reason): "the file cannot be read: \(reason)"
    case .empty: "the file is empty"
    case .looksLikeHTML:
      "this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    case .isCompressed: "the file is compressed; unpack it first, for example with gunzip"
    case .isUTF16: "the text is UTF-16; save it as UTF-8"
    case .isBinary: "this is neither FITS nor text: it has zero bytes"
    case .fits(let reason): "the FITS file cannot be read: \(Self.shown(reason, limit: 300))"
    case .noTable: "the FITS file has no table extension"

    case .noColumnNames:
      "no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    case .noRows: "there are column names but no rows"
    case .wrongFieldCount(let found, let expected):
      "found \(found) \(found == 1 ? "field" : "fields") where the column names announce \(expected)"
    case .unterminatedQuote: "a quoted field has no closing quote on its line"
    case .textAfterQuote(let found):
      "found '\(Self.shown(found))' after a closing quote, where the field should end"
    case .missingColumn(let roles, let names, let available, let nearest):
      "no column for the \(roles.map(\.meaning).joined(separator: " or ")): looked for \(Self.list(names))"
        + " and found \(Self.list(available))"
        + (nearest.map { " (did you mean '\(Self.shown($0))'?)" } ?? "")
        + "; name it with --column "
        + roles.map { "\($0.rawValue)=NAME" }.joined(separator: " or ")
    case .duplicateColumn: "two columns have this name; rename one"
    case .contradictoryRoles:
      "--column names both a distance modulus (mu) and a magnitude (mb); give one of them"
    case .notNumeric: "the cells are not single numbers"
    case .notANumber(let found): "found '\(Self.shown(found))' where a number is expected"
    case .notFinite(let found): "found \(Self.shown(found)) where a finite number is expected"
    case .notPositive(let found): "found \(found) where a positive number is expected"
    case .notAboveMinusOne(let found): "found \(found) where a redshift above -1 is expected"
    case .wrongUnit(let found, let expected):
      "the unit is '\(Self.shown(found))' where '\(expected)' is expected; convert the column"
    case .notStandardized(let columns):
      "these are light-curve magnitudes, not standardised ones: the table also has \(Self.list(columns));"
        + " correct them first, or name the column with --column mb=NAME if they are corrected already"
    case .noErrors(let looked):
      "nothing says how uncertain the magnitudes are: there is no column \(Self.list(looked)) and no covariance;"
        + " use --covariance FILE or --column mu_err=NAME"

    case .noImage(let width): "the FITS file has no image extension of \(width) × \(width) pixels"
    case .severalImages(let names):
      "more than one image could be the covariance: \(Self.list(names)); keep one, or name one COVARIANCE"
    case .wrongCovarianceType(let found):
      "the covariance has COVTYPE '\(Self.shown(found))'; only TOTAL can be used"
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
      "the covariance is not positive definite"
        + (eigenvalue.map { ": its smallest eigenvalue is \($0)" } ?? "")
        + "; was it rounded too far, or is it only the systematic part?"
    case .smallerThanErrors(let column):
      "most variances are below half the squares of the errors in column '\(Self.shown(column))', so this"
        + " seems to be only the systematic part; add the squares to its diagonal"

    case .exists: "the file exists already; use --force to replace it"
    case .cannotCreate(let reason):
      "the file cannot be written: \(Self.shown(reason, limit: 300))"
    }
  }

  /// Text from a file as one can print it: control characters as dots, and not too long.
  private static func shown(_ text: String, limit: Int = 40) -> String {
    let visible = text.unicodeScalars.prefix(limit + 1).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "·"
      default: String(scalar)
      }
    }
    return visible.count > limit ? visible.dropLast().joined() + "…" : visible.joined()
  }

  private static func list(_ names: [String]) -> String {
    let few = names.prefix(12).map { shown($0) }.joined(separator: ", ")
    return names.count > 12 ? "\(few) and \(names.count - 12) more" : few
  }
}

extension ColumnRole {
  /// What it is called in sentences.
  fileprivate var meaning: String {
    switch self {
    case .redshift: "redshift"
    case .heliocentricRedshift: "heliocentric redshift"
    case .modulus: "distance modulus"
    case .magnitude: "apparent magnitude"
    case .error: "error of the modulus or magnitude"
    }
  }
}
