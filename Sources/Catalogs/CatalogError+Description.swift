import Foundation

extension CatalogError: CustomStringConvertible {
  /// The error in words: the place, what was found, what was expected, and what to do.
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
    case .isLFSPointer:
      "this is a pointer to a file in git-lfs, not the file; fetch it with 'git lfs pull'"
    case .archive(let reason): "the file cannot be unpacked: \(Self.shown(reason, limit: 300))"
    case .isArchive:
      "this is a zip archive, which can only hold a covariance; give the table first and this with --covariance"
    case .isArray:
      "this is a NumPy array, which can only hold a covariance; give the table first and this with --covariance"
    case .notFITS: "the file is text, not FITS; leave out --format"
    case .isFITS(let format): "the file is FITS, not '\(format.rawValue)'; leave out --format"
    case .notSupernovae(let data): data.sentence
    case .isCompressed: "the file is compressed, and not by gzip; unpack it first"
    case .isUTF16: "the text is UTF-16; save it as UTF-8"
    case .isBinary: "this is neither FITS nor text: it has zero bytes"
    case .fits(let reason): "the FITS file cannot be read: \(Self.shown(reason, limit: 300))"
    case .noTable: "the FITS file has no table extension"
    case .damagedXML: "the VOTable is damaged here, or is cut short; fetch it again"
    case .foreignStream(let encoding):
      encoding.map {
        "the rows of this VOTable have the encoding '\(Self.shown($0))', which is not read"
      }
        ?? "the rows of this VOTable are in another file or in FITS"
    case .failedQuery(let message):
      "this is the response to a failed query\(message.isEmpty ? "" : ": \(Self.shown(message, limit: 200))"); ask again"
    case .notVOTable: "the file is not a VOTable; leave out --format"
    case .isVOTable(let format):
      "the file is a VOTable, not '\(format.rawValue)'; leave out --format"
    case .impossibleBytes(let found):
      "the description gives a column the bytes '\(Self.shown(found))', which no line has"
    case .cutNumber(let first, let last):
      "the description gives this column the bytes \(first) to \(last), but a digit of the number lies outside them;"
        + " correct the description"
    case .descriptionAlone:
      "this is a description without rows; put it before the rows of the table that it describes"
    case .badECSV: "the comments begin like an ECSV header, but are not a valid one"
    case .imageIsNoDiagram(let axes):
      "the FITS file has no table, and its image of \(axes.map(String.init).joined(separator: " × ")) pixels"
        + " is not the square of redshifts, moduli and inverse covariance that could replace one"

    case .lacksKey(let key):
      "there is no line with '\(Self.shown(key))'; add it or choose another --format"
    case .notAFlag(let found): "found '\(Self.shown(found))' where T or F is expected"
    case .repeatedKey(let first):
      "this key has another value in row \(first); leave one of them out"
    case .listDirective(let found):
      "'\(Self.shown(found))' asks for another list, which is not followed; write its lines here instead"
    case .unknownKey(let nearest):
      "a .dataset has no such key; did you mean '\(nearest)'?"
    case .noSign(let found):
      "found '\(Self.shown(found))' where 'key = value' is expected"
    case .noFileName: "this key names no file; name one, or leave it out"
    case .outsideFolder(let name, let key):
      "\(key) names '\(Self.shown(name, limit: 100))', which is neither in nor below the folder of this .dataset;"
        + " put it there, or allow other folders with --outside-paths"
    case .noSuchPart(let name, let key, let flag):
      "\(key) names '\(Self.shown(name, limit: 100))', which is found neither there nor next to this file, with or without .gz;"
        + (flag.map { " put it there, or set \($0) = F to do without it" } ?? " put it there")

    case .noColumnNames:
      "no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    case .notThreeColumns:
      "this line is not (a name,) a redshift, its distance modulus and the error; choose another --format"
    case .noRows: "there are column names but no rows"
    case .wrongFieldCount(let found, let expected):
      "found \(found) \(found == 1 ? "field" : "fields") where there are \(expected) column names"
    case .beyond(let limit): limit.sentence
    case .unterminatedQuote: "a quoted field has no closing quote on its line"
    case .textAfterQuote(let found):
      "found '\(Self.shown(found))' after a closing quote, where the field should end"
    case .missingColumn(let roles, let names, let available, let nearest):
      "no column for the \(roles.map(\.meaning).joined(separator: " or ")): looked for \(Self.list(names))"
        + " and found \(Self.list(available))"
        + (nearest.map { " (did you mean '\(Self.shown($0))'?)" } ?? "")
        + "; name it with --column "
        + roles.map { "\($0.rawValue)=NAME" }.joined(separator: " or ")
    case .unknownColumn(let name, let available, let nearest):
      "there is no column '\(Self.shown(name))'; found \(Self.list(available))"
        + (nearest.map { " (did you mean '\(Self.shown($0))'?)" } ?? "")
    case .tooLarge(let numbers):
      "the table has \(numbers) numbers, more than \(NumberTable.largestCount); take fewer columns or rows"
    case .noShifts(let available):
      "no column of a systematic error: looked for mb_NAME, x1_NAME and c_NAME, and found \(Self.list(available))"
    case .otherRowCount(let found, let expected):
      "the table has \(found) rows, and the catalog \(expected): there must be one for each"
    case .noLabels: "this column has neither words nor numbers"
    case .duplicateColumn: "two columns have this name; rename one"
    case .sameNames(let names):
      "the names \(Self.list(names)) differ only in capitals and underscores; choose one with --column, or rename one"
    case .contradictoryRoles:
      "--column names both a distance modulus (mu) and a magnitude (mb); give one of them"
    case .notNumeric: "the cells are not single numbers"
    case .notANumber(let found): "found '\(Self.shown(found))' where a number is expected"
    case .notFinite(let found): "found \(Self.shown(found)) where a finite number is expected"
    case .mixedDecimals(let found):
      "found '\(Self.shown(found))' where other numbers have decimal points; remove thousands separators"
    case .notPositive(let found):
      "found \(found) where a positive number is expected"
        + (found == 0 ? "; --skip-missing leaves such rows out" : "")
    case .implausibleRedshift(let found):
      "found \(found) where a redshift below 10 is expected; a velocity needs its unit, as in 'cz (km/s)',"
        + " and --z-max with a larger number allows larger redshifts"
    case .notAVelocity(let found, let unit, let least):
      "the largest is \(Self.shown(found)), taken as a velocity in \(Self.shown(unit)), where no supernova has less than \(least) km/s;"
        + " if these are redshifts, call the column z, without that unit"
    case .otherRedshift(let found, let name, let redshift):
      "found \(found) where '\(Self.shown(name))' is \(redshift); choose the right one with --column z=NAME"
    case .implausibleError(let found, let lower, let upper):
      "found \(found) where the other errors and the scatter suggest one "
        + (upper < .infinity
          ? "from \(Self.rounded(lower)) to \(Self.rounded(upper)) mag"
          : "above \(Self.rounded(lower)) mag")
    case .implausibleHeliocentricRedshift(let found, let redshift):
      "found \(found) where a heliocentric redshift within 0.02 of \(redshift) is expected"
    case .implausibleMagnitude(let found, let expected, let redshift):
      "found \(found) where \((expected * 10).rounded() / 10) ± 3 is expected at redshift \(redshift),"
        + " with the zero point of the others"
    case .outOfRange(let found, let lower, let upper):
      "found \(found) where a number from \(lower) to \(upper) is expected"
    case .wrongUnit(let found, let expected):
      "the unit is '\(Self.shown(found))' where '\(expected)' is expected; convert the numbers"
    case .notStandardized(let columns, let areLightCurves):
      "these are light-curve magnitudes, not standardised ones: the table also has \(Self.list(columns));"
        + " correct them first\(areLightCurves ? ", have them corrected in the fit with --light-curves," : "")"
        + " or name the column with --column mb=NAME if they are corrected already"
    case .amplitudesAlone:
      "these are light-curve fits without magnitudes or distances; to convert their amplitudes x0 to magnitudes and"
        + " correct these in the fit, use --light-curves"
    case .noErrors(let looked, let nearest):
      "the magnitudes have no errors: there is no column \(Self.list(looked)) or similar, and no covariance;"
        + " use --covariance FILE or --column mu_err=NAME"
        + (nearest.map { " (did you mean '\(Self.shown($0))'?)" } ?? "")
    case .hugeErrors(let found, let error, let scatter):
      "found \(found), and half of the errors are \(Self.rounded(error)) mag or more, where the magnitudes scatter by \(Self.rounded(scatter)) mag;"
        + " state their unit, as in 'mu_err (mmag)', or convert them"
    case .errorsForPlotsOnly:
      "according to the release these errors are for plots only; use --covariance FILE,"
        + " or --column mu_err=NAME to use them anyway"
    case .missingValue(let found):
      found.isEmpty
        ? "the cell is empty; --skip-missing leaves such rows out"
        : "found \(Self.shown(found)), which marks a missing value; --skip-missing leaves such rows out"
    case .nothingLeft(let missing):
      "no row is left: in \(missing) \(missing == 1 ? "row" : "rows") a value is missing"
    case .impossibleCovariances(let columns):
      "\(Self.list(columns)) are not a covariance of peak magnitude, shape and colour: their matrix is not positive"
        + " definite; --skip-missing leaves such rows out"
    case .otherNames: "the column names change in the middle of the file"
    case .noRowKey(let found):
      "found '\(Self.shown(found))' where a row begins with a key such as SN:"
    case .nothingKept(let minimum, let maximum):
      "no row is left with a redshift "
        + [minimum.map { "above \($0)" }, maximum.map { "below \($0)" }].compactMap { $0 }
        .joined(separator: " and ") + "; mind --z-min and --z-max"
    case .noSuchSupernova(let name):
      "the catalog's supernova '\(name)' is not here, or more than once"
    case .noneFulfils(let condition): "no row fulfils '\(condition)'; mind --select"
    case .noCalibrators:
      "there are no calibrators: they need apparent magnitudes and the column CEPH_DIST; leave out --calibrators"
    case .noLightCurves:
      "this is not a table of light curves: mB or x0, x1 or s, c and their errors are expected, named as in SNANA, sncosmo or JLA"
    case .lightCurvesNeedBlocks:
      "one covariance is not enough for light curves, whose errors depend on the fit; read the .dataset"
        + " file that names all blocks"
    case .notForLightCurves(let option):
      "\(option) does not apply to light curves, whose magnitudes and errors depend on the fit; leave it out"
    case .lightCurves(let problem): problem.sentence

    case .noImage(let width): "the FITS file has no image extension of \(width) × \(width) pixels"
    case .severalImages(let names):
      "more than one image could be the covariance: \(Self.list(names)); keep one, or name one COVARIANCE"
    case .wrongCovarianceType(let found):
      "the covariance has COVTYPE '\(Self.shown(found))' where TOTAL, SYS, INVERSE or CORR is expected"
    case .wrongElementCount(let found, let expected):
      "found \(found) numbers where a covariance of \(expected) × \(expected) has \(expected * expected)"
        + " (an extra count or two may come first); it must have a row for each supernova"
    case .wrongSize(let rows, let columns, let supernovae):
      "the covariance is \(rows) × \(columns), but the table has \(supernovae) supernovae;"
        + " use the covariance that belongs to this table"
    case .negativeVariance(let found): "found \(found) where a variance is expected"
    case .triangle(let numbers, let rows):
      "found \(numbers) numbers, the triangle of a matrix of \(rows) × \(rows); write all \(rows * rows)"
    case .oneTriangle(let side):
      "all elements \(side.rawValue) its diagonal are 0: this is a triangle, of a covariance or of its Cholesky factor;"
        + " write the whole covariance"
    case .openTriangle:
      "the numbers are a triangle of a covariance, the upper or the lower one, and either would do; write the whole"
    case .notSquare(let rows, let columns):
      "\(rows) rows of \(columns) numbers are not a square matrix"
    case .otherLabel(let row, let column):
      "the row is called '\(Self.shown(row))' where the column is called '\(Self.shown(column))'; put both in the same order"
    case .unknownLabel(let label, let column):
      "the label '\(Self.shown(label))' is not in column '\(Self.shown(column))', which has others of the matrix;"
        + " use the covariance that belongs to this table"
    case .repeatedLabel(let label):
      "the label '\(Self.shown(label))' names more than one row, so the order of the rows is ambiguous;"
        + " put them in the order of the table"
    case .openOrder(let column):
      column.map {
        "the labels count the rows, and column '\(Self.shown($0))' has the same numbers in another order;"
          + " leave out the labels if the rows have the order of the table"
      }
        ?? "the labels are the numbers of rows in another order, and no column of the table has them;"
        + " put the rows in the order of the table"
    case .notSymmetric(let row, let column, let upper, let lower):
      "the covariance is not symmetric: element (\(row), \(column)) is \(upper),"
        + " element (\(column), \(row)) is \(lower)"
    case .notPositiveDefinite(let eigenvalue):
      "the covariance is not positive definite"
        + (eigenvalue.map { ": its smallest eigenvalue is \($0)" } ?? "")
        + "; was it rounded too far, or is it only the systematic part?"
    case .wrongModes(let axes, let supernovae):
      "the image MODES has \(axes.map(String.init).joined(separator: " × ")) pixels;"
        + " it must have a row for each of the \(supernovae) supernovae"
    case .packedWrongly(let reason):
      "this is not a NumPy matrix: \(Self.shown(reason, limit: 200)); one square matrix is expected, or SNANA's nsn and cov"
    case .ambiguousCovariance(let column):
      "compared with the errors in column '\(Self.shown(column))' the diagonal fits neither a covariance in mag² nor its inverse;"
        + " state its unit in a comment such as '# BUNIT = mmag2', convert it to mag², or state its kind with --covariance-kind"
    case .hugeCovariance(let kind, let error, let scatter):
      "taken as \(kind.inWords) the matrix makes half of the errors larger than \(Self.rounded(error)) mag, where the magnitudes"
        + " scatter by \(Self.rounded(scatter)) mag; state its kind with --covariance-kind, or its unit in a comment"
        + " such as '# BUNIT = mmag2'"
    case .correlationAlone:
      "all elements on the diagonal are 1, so this is a correlation matrix, but there is no column of errors;"
        + " name one with --column mu_err=NAME, or give a covariance"
    case .nothingToAdd:
      "the covariance is only the systematic part, but there is no column of errors to add;"
        + " name it with --column mu_err=NAME"
    case .kindOfNothing:
      "--covariance-kind needs a matrix, but there is none; add --covariance FILE or leave it out"
    case .hasCovarianceAlready:
      "the image holds its own inverse covariance; leave out --covariance"

    case .measurement(let problem): problem.sentence

    case .exists: "the file already exists; use --force to replace it"
    case .cannotCreate(let reason):
      "the file cannot be written: \(Self.shown(reason, limit: 300))"
    }
  }
}
