import Cosmology
import FITS
import LinearAlgebra

/// Makes a sample of supernovae from a table of magnitudes and whatever tells their errors.
struct CatalogReader<Table: CatalogTable> {
  private let wholeTable: Table
  private let format: CatalogFormat
  /// The file, if it is FITS.
  private let file: FITSFile?
  private let options: Catalog.Options
  /// What a list of files adds to the variances of the table.
  private let addition: DatasetFile.Addition?
  /// The rows that are kept.
  private var table: Table
  private var columns: [ColumnRole: String] = [:]
  private var notes: [String] = []

  init(
    _ table: Table, format: CatalogFormat, file: FITSFile? = nil, _ options: Catalog.Options,
    adding addition: DatasetFile.Addition? = nil
  ) {
    wholeTable = table
    self.table = table
    self.format = format
    self.file = file
    self.options = options
    self.addition = addition
  }

  mutating func read() throws(CatalogError) -> ReadCatalog {
    guard let redshiftColumn = try find(.redshift) else {
      throw ColumnRole.missing([.redshift], from: table)
    }
    let (magnitudeColumn, quantity) = try findMagnitudes()
    let calibrators = try CalibratorColumns(wholeTable, quantity, options)
    let cut = try RedshiftCut(
      try wholeTable.numbers(inColumn: redshiftColumn), options,
      publishedMinimum: format.publishedMinimumRedshift, isCalibrator: calibrators?.isCalibrator,
      column: table.columnNames[redshiftColumn], path: table.path)
    if let rows = cut.rows { table = wholeTable.keeping(rows: rows) }
    notes += cut.notes
    let redshifts = try table.numbers(inColumn: redshiftColumn, above: 0) {
      .notPositive(found: $0)
    }
    var heliocentric: [Double]?
    if let column = try find(.heliocentricRedshift) {
      heliocentric = try table.numbers(inColumn: column, above: -1) { .notAboveMinusOne(found: $0) }
    } else {
      notes.append(
        "no heliocentric redshifts: '\(table.columnNames[redshiftColumn])' stands in for them")
    }
    let magnitudes = try readMagnitudes(magnitudeColumn)
    let (covariance, source) = try readCovariance(ofColumn: magnitudeColumn, cut.rows)
    let moduli = calibrators?.moduli(keeping: cut.rows) ?? [:]
    if !moduli.isEmpty {
      notes.append("\(moduli.count) rows are calibrators with the moduli of column 'CEPH_DIST'")
    }
    let sample = SupernovaSample(
      redshifts: redshifts, heliocentricRedshifts: heliocentric, magnitudes: magnitudes,
      quantity: quantity, covariance: covariance, calibratorModuli: moduli)
    return ReadCatalog(
      content: .magnitudes(sample), columns: columns, covarianceSource: source, notes: notes,
      files: [options.covariance].compactMap { $0 })
  }

  private mutating func find(
    _ role: ColumnRole, names: [String]? = nil
  ) throws(CatalogError) -> Int? {
    let index = try role.column(in: table, chosen: options.columns, names: names)
    columns[role] = index.map { table.columnNames[$0] }
    return index
  }
}

// MARK: - Magnitudes

extension CatalogReader {
  private mutating func findMagnitudes() throws(CatalogError) -> (Int, SupernovaSample.Quantity) {
    if options.columns[.magnitude] == nil, let column = try find(.modulus) {
      return (column, .distanceModulus)
    }
    guard let column = try find(.magnitude) else {
      throw ColumnRole.missing([.modulus, .magnitude], from: table)
    }
    if options.columns[.magnitude] == nil, options.format != .cosmomc,
      ColumnRole.matches(table.columnNames[column], ["mb"])
    {
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

  private mutating func readMagnitudes(_ column: Int) throws(CatalogError) -> [Double] {
    var magnitudes = try table.magnitudes(inColumn: column)
    if let missing = format.missingValue {
      try table.check(
        magnitudes, inColumn: column, otherwise: CatalogError.Problem.missingValue(mark:)
      ) { $0 != missing }
    }
    // SALT2mu's bins hold differences to a reference cosmology.
    if options.columns[.modulus] == nil, ColumnRole.matches(table.columnNames[column], ["MUDIF"]) {
      guard let reference = table.column(named: "MUREF") else {
        throw ColumnRole.missing([.modulus], from: table, lookingFor: ["MUREF"])
      }
      for (row, modulus) in try table.magnitudes(inColumn: reference).enumerated() {
        magnitudes[row] += modulus
      }
      notes.append("the moduli are MUDIF + MUREF")
    }
    try table.checkMagnitudes(magnitudes, inColumn: column)
    return magnitudes
  }
}

// MARK: - Errors

extension CatalogReader {
  private mutating func readCovariance(
    ofColumn magnitudeColumn: Int, _ rows: [Int]?
  ) throws(CatalogError) -> (SupernovaSample.Covariance, source: String) {
    let names = ColumnRole.errorNames(of: table.columnNames[magnitudeColumn])
    let counts = rows == nil ? [table.rowCount] : [wholeTable.rowCount, table.rowCount]
    if options.covariance == nil, let file,
      let factored = try FactoredErrors.read(file, table, rows, whole: wholeTable.rowCount)
    {
      guard options.covarianceKind == nil else { throw CatalogError(table.path, .kindOfNothing) }
      return (factored, "columns 'variance' and image MODES of \(table.path)")
    }
    var found: (matrix: CovarianceReader.Result, path: String, source: String)?
    if let path = options.covariance {
      found = (try CovarianceReader.read(path, counts: counts), path, path)
    } else if let file, let image = try CovarianceReader.image(in: file, counts: counts) {
      found = (image, table.path, "image extension of \(table.path)")
    }
    if let found {
      let errorColumn = try ColumnRole.error.column(
        in: table, chosen: options.columns, names: names)
      var assembly = CovarianceAssembly(
        found.matrix, path: found.path, forced: options.covarianceKind, format: format)
      if let errorColumn {
        assembly.errorColumn = table.columnNames[errorColumn]
        // Errors that cannot be read matter unless something says that they are not wanted.
        let kind = options.covarianceKind ?? found.matrix.kind
        let errors =
          kind == .total || kind == .inverse
          ? try? table.magnitudes(inColumn: errorColumn)
          : try table.magnitudes(inColumn: errorColumn)
        assembly.errors = added(errors, rows)
      }
      let isCutAlready = rows != nil && found.matrix.matrix.rows == table.rowCount
      if isCutAlready { notes.append("the covariance has only the rows that are kept") }
      let covariance = try assembly.covariance(
        keeping: isCutAlready ? nil : rows, tablePath: table.path)
      notes += assembly.notes
      if case .systematic = covariance {
        columns[.error] = assembly.errorColumn
        notes += additionNotes(assembly.errorColumn)
      }
      return (covariance, found.source)
    }
    guard options.covarianceKind == nil else { throw CatalogError(table.path, .kindOfNothing) }
    guard let column = try find(.error, names: names) else {
      let plotted = "\(table.columnNames[magnitudeColumn])_err_DIAG"
      if format == .pantheonPlus, table.columnNames.contains(plotted) {
        throw CatalogError(table.path, column: plotted, .errorsForPlotsOnly)
      }
      throw CatalogError(table.path, .noErrors(looked: names))
    }
    let errors = try table.magnitudes(inColumn: column)
    try table.check(errors, inColumn: column, otherwise: { .notPositive(found: $0) }) { $0 > 0 }
    notes += additionNotes(table.columnNames[column])
    return (
      .independent(added(errors, rows) ?? errors), "column '\(table.columnNames[column])'"
    )
  }

  /// The errors with what a list of files adds to their squares.
  private func added(_ errors: [Double]?, _ rows: [Int]?) -> [Double]? {
    guard let errors, let addition, addition.isAnything else { return errors }
    let added = rows.map { rows in rows.map { addition.variances[$0] } } ?? addition.variances
    return zip(errors, added).map { ($0 * $0 + $1).squareRoot() }
  }

  private func additionNotes(_ errorColumn: String?) -> [String] {
    guard let addition, addition.isAnything else { return [] }
    return [addition.note(errorColumn ?? "")]
  }
}
