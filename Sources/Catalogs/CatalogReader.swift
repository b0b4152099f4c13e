import Cosmology
import FITS
import LinearAlgebra

/// Makes a sample of supernovae from a table of magnitudes and a source of their errors.
struct CatalogReader<Table: CatalogTable> {
  private let table: Table
  private let format: CatalogFormat
  /// The file, if it is FITS.
  private let file: FITSFile?
  private let options: Catalog.Options
  /// What a list of files adds to the variances of the table.
  private let addition: DatasetFile.Addition?
  private var columns: [ColumnRole: String] = [:]
  private var notes: [String] = []

  init(
    _ table: Table, format: CatalogFormat, file: FITSFile? = nil, _ options: Catalog.Options,
    adding addition: DatasetFile.Addition? = nil
  ) {
    self.table = table
    self.format = format
    self.file = file
    self.options = options
    self.addition = addition
  }

  mutating func read() throws(CatalogError) -> ReadCatalog {
    guard options.systematicCovariance == nil else {
      throw CatalogError(table.path, .lightCurves(.needsLightCurves))
    }
    var redshifts = try SampleRedshifts(table, options)
    let (magnitudeColumn, quantity) = try findMagnitudes()
    let calibrators = try CalibratorColumns(table, quantity, options)
    try redshifts.select(
      publishedMinimum: format.publishedMinimumRedshift, isCalibrator: calibrators?.isCalibrator)
    columns.merge(redshifts.columns) { first, _ in first }
    let magnitudes = try readMagnitudes(magnitudeColumn)
    let errors = try ErrorSource(
      table, format, file, options, of: magnitudeColumn, redshifts.selection)

    var selection = redshifts.selection
    let moduli = redshifts.moduli(calibrators)
    let residuals = HubbleResiduals(magnitudes, moduli, rows: selection.kept)
    try selection.requireMagnitudes(
      magnitudes, inColumn: magnitudeColumn, moduli, redshifts.values, residuals)
    let (covariance, source) = try readErrors(errors, &selection, residuals, redshifts.values)
    notes = redshifts.notes + selection.notes + notes

    let rows = selection.rows
    let known = calibrators?.moduli(keeping: rows) ?? [:]
    if !known.isEmpty {
      notes.append("\(known.count) rows are calibrators with the moduli of column 'CEPH_DIST'")
    }
    noteZeroPoint(residuals.offset, quantity, table.columnNames[magnitudeColumn])
    let sample = SupernovaSample(
      redshifts: redshifts.values.at(rows),
      heliocentricRedshifts: redshifts.heliocentric?.at(rows), magnitudes: magnitudes.at(rows),
      quantity: quantity, covariance: covariance, calibratorModuli: known)
    let labels = try SupernovaLabels.read(table, rows: selection.kept, options)
    return ReadCatalog(
      content: .magnitudes(sample), columns: columns, covarianceSource: source,
      notes: notes + labels.notes,
      names: SupernovaNames.names(in: table, rows: selection.kept), labels: labels.labels,
      files: [options.covariance, options.systematics].compactMap { $0 })
  }
}

// MARK: - Magnitudes

extension CatalogReader {
  private mutating func find(_ role: ColumnRole) throws(CatalogError) -> Int? {
    let index = try role.column(in: table, chosen: options.columns)
    columns[role] = index.map { table.columnNames[$0] }
    return index
  }

  private mutating func findMagnitudes() throws(CatalogError) -> (Int, SupernovaSample.Quantity) {
    if options.columns[.magnitude] == nil, let column = try find(.modulus) {
      return (column, .distanceModulus)
    }
    guard let column = try find(.magnitude) else {
      if (try? LightCurveColumns(in: table)) != nil {
        throw CatalogError(table.path, .amplitudesAlone)
      }
      throw ColumnRole.missing([.modulus, .magnitude], from: table)
    }
    if options.columns[.magnitude] == nil, format != .cosmomc,
      !ColumnRole.matches(table.columnNames[column], ColumnRole.standardisedMagnitudes)
    {
      try checkThatMagnitudesAreCorrected()
    }
    return (column, .apparentMagnitude)
  }

  /// Tables of light-curve fits also call the raw peak magnitude `mb` or `mag`, and have a shape or a
  /// colour for its correction; where a release has already corrected it, these columns
  /// hold zeros.
  private func checkThatMagnitudesAreCorrected() throws(CatalogError) {
    var suspects: [String] = []
    for (index, name) in table.columnNames.enumerated()
    where LightCurveTerm.isNamed(name) {
      guard let values = try? table.numbersWithGaps(inColumns: [index])[0] else { continue }
      if values.contains(where: { $0 != 0 && !$0.isNaN }) { suspects.append(name) }
    }
    // Errors and covariances are named after the quantity they belong to.
    let proper = suspects.filter { name in
      !name.lowercased().hasPrefix("cov")
        && !suspects.contains {
          $0 != name && ColumnRole.matches(name, ColumnRole.errorNames(of: $0))
        }
    }
    if !proper.isEmpty { suspects = proper }
    guard !suspects.isEmpty else { return }
    let areLightCurves = (try? LightCurveColumns(in: table)) != nil
    throw CatalogError(
      table.path, .notStandardized(columns: suspects, areLightCurves: areLightCurves))
  }

  private mutating func readMagnitudes(_ column: Int) throws(CatalogError) -> [Double] {
    // SALT2mu's bins hold differences to a reference cosmology.
    let isDifference =
      options.columns[.modulus] == nil && ColumnRole.matches(table.columnNames[column], ["MUDIF"])
    guard isDifference else { return try table.values(inColumn: column, .magnitude) }
    guard let reference = try table.column(named: "MUREF") else {
      throw ColumnRole.missing([.modulus], from: table, lookingFor: ["MUREF"])
    }
    let parts = try table.values([(column, .magnitude), (reference, .magnitude)])
    notes.append("the moduli are MUDIF + MUREF")
    return zip(parts[0], parts[1]).map { $0 + $1 }
  }

  /// Zero points are arbitrary, but an unusual one deserves a note.
  private mutating func noteZeroPoint(
    _ offset: Double, _ quantity: SupernovaSample.Quantity, _ name: String
  ) {
    let usual = quantity == .distanceModulus ? 0 : HubbleResiduals.usualAbsoluteMagnitude
    guard abs(offset - usual) > 5 else { return }
    let rounded = (offset * 10).rounded() / 10
    notes.append(
      quantity == .distanceModulus
        ? "'\(name)' is \(rounded) mag from the moduli of h = 0.7: only differences between supernovae matter"
        : "'\(name)' is that of M = \(rounded) with h = 0.7: only differences between supernovae matter"
    )
  }
}

// MARK: - Errors

extension CatalogReader {
  private mutating func readErrors(
    _ source: ErrorSource, _ selection: inout RowSelection<Table>, _ residuals: HubbleResiduals,
    _ redshifts: [Double]
  ) throws(CatalogError) -> (SupernovaSample.Covariance, source: String) {
    switch source {
    case .factors(let file):
      guard let factored = try FactoredErrors.read(file, table, &selection) else {
        throw CatalogError(table.path, .noTable)
      }
      return (factored, "columns 'variance' and image MODES of \(table.path)")
    case .matrix(let found):
      return try readMatrix(found, &selection, residuals, redshifts)
    case .column(let column):
      let errors = try table.values(inColumn: column, .magnitude)
      try selection.requirePositive(errors, inColumn: column)
      let name = table.columnNames[column]
      columns[.error] = name
      let kept = (added(errors) ?? errors).at(selection.rows)
      try selection.requirePlausible(kept, inColumn: column, residuals, redshifts)
      notes += additionNotes(name) + otherErrors(than: column, errors, selection.kept)
      if let file { notes += CovarianceReader.unusedImages(in: file, beside: table.rowCount) }
      return (.independent(kept), "column '\(name)'")
    }
  }

  private mutating func readMatrix(
    _ found: ErrorSource.FoundMatrix, _ selection: inout RowSelection<Table>,
    _ residuals: HubbleResiduals, _ redshifts: [Double]
  ) throws(CatalogError) -> (SupernovaSample.Covariance, source: String) {
    var assembly = CovarianceAssembly(
      found.matrix, path: found.path, forced: options.covarianceKind, format: format, residuals,
      hasOpenErrors: table.hasOpenErrors)
    if let column = found.errorColumn {
      assembly.errorColumn = table.columnNames[column]
      // Errors that cannot be read matter unless they are not needed.
      if assembly.ignoresErrors {
        assembly.errors = (try? table.values(inColumn: column, .magnitude))?.at(selection.rows)
      } else {
        let errors = try table.values(inColumn: column, .magnitude)
        // Tables with all errors zero have no errors to add.
        if selection.kept.contains(where: { errors[$0] != 0 }) {
          try selection.requirePositive(errors, inColumn: column)
        }
        assembly.errors = added(errors)?.at(selection.rows)
      }
    }
    let size = found.matrix.matrix.rows
    notes += [found.note].compactMap { $0 }
    let isCutAlready = size != table.rowCount
    if isCutAlready {
      guard Set(found.rows).isSuperset(of: selection.kept) else {
        throw CatalogError(
          found.path, .wrongSize(rows: size, columns: size, supernovae: table.rowCount))
      }
      notes.append("the covariance has only the rows that are kept")
    }
    let covariance = try assembly.covariance(
      keeping: isCutAlready ? selection.places(among: found.rows) : selection.rows,
      redshifts: redshifts.at(selection.rows), tablePath: table.path)
    notes += assembly.notes
    if assembly.usesErrors, let column = found.errorColumn, let errors = assembly.errors {
      if options.covarianceKind == nil {
        try selection.requirePlausible(errors, inColumn: column, residuals, redshifts)
      }
      columns[.error] = assembly.errorColumn
      notes += additionNotes(assembly.errorColumn)
    } else if let addition, addition.isAnything {
      notes.append(addition.unusedNote)
    }
    return (covariance, found.source)
  }

  /// Other columns that could be the errors, in words.
  private func otherErrors(than column: Int, _ errors: [Double], _ rows: [Int]) -> [String] {
    guard options.columns[.error] == nil,
      let magnitude = columns[.modulus] ?? columns[.magnitude]
    else { return [] }
    let names = ColumnRole.errorNames(of: magnitude)
    return table.columnNames.indices.compactMap { other in
      guard other != column, ColumnRole.matches(table.columnNames[other], names),
        let others = try? table.values(inColumn: other, .magnitude),
        rows.contains(where: { abs(others[$0] - errors[$0]) > 1e-6 * abs(errors[$0]) })
      else { return nil }
      return
        "'\(table.columnNames[other])' has other errors than '\(table.columnNames[column])', and is not used"
    }
  }

  /// The errors of all rows with what a list of files adds to their squares.
  private func added(_ errors: [Double]?) -> [Double]? {
    guard let errors, let addition, addition.isAnything else { return errors }
    return zip(errors, addition.variances).map { ($0 * $0 + $1).squareRoot() }
  }

  private func additionNotes(_ errorColumn: String?) -> [String] {
    guard let addition, addition.isAnything else { return [] }
    return [addition.note(errorColumn ?? "")]
  }
}
