import FITS

/// The source of the errors of a table: a matrix in another file or an image next to the table, factors
/// of one, or a column.
enum ErrorSource {
  /// A FITS file with the column of variances and the image of modes.
  case factors(FITSFile)
  /// A matrix, and the column of errors that may go with it.
  case matrix(FoundMatrix)
  /// A column of standard deviations.
  case column(Int)

  /// A matrix and where it was found.
  struct FoundMatrix {
    let matrix: CovarianceReader.Result
    let path: String
    let source: String
    /// The rows of the table that it has: all, those that a cut left, or those that its labels name.
    let rows: [Int]
    let errorColumn: Int?
    /// What was done to bring the rows into order, in words.
    let note: String?
  }

  /// Finds it.
  ///
  /// - Parameters:
  ///   - magnitudeColumn: the column whose errors they are.
  ///   - selection: the rows that the cut in redshift left.
  init(
    _ table: some CatalogTable, _ format: CatalogFormat, _ file: FITSFile?,
    _ options: Catalog.Options, of magnitudeColumn: Int,
    _ selection: RowSelection<some CatalogTable>
  ) throws(CatalogError) {
    let whole = table.rowCount
    let counts = selection.rows == nil ? [whole] : [whole, selection.kept.count]
    if options.covariance == nil, let file,
      FactoredErrors.image(in: file) != nil,
      try table.column(named: FactoredErrors.variances) != nil
    {
      guard options.covarianceKind == nil else { throw CatalogError(table.path, .kindOfNothing) }
      self = .factors(file)
      return
    }
    let column = try ColumnRole.error.column(
      in: table, chosen: options.columns,
      names: ColumnRole.errorNames(of: table.columnNames[magnitudeColumn]))
    func matrix(
      _ result: CovarianceReader.Result, _ path: String, _ source: String
    ) throws(CatalogError) -> ErrorSource {
      var result = result
      let (rows, note) = try result.arrange(as: table, rows: selection.kept, path)
      return .matrix(
        FoundMatrix(
          matrix: result, path: path, source: source, rows: rows, errorColumn: column, note: note))
    }
    if let path = options.covariance {
      self = try matrix(try CovarianceReader.read(path, counts: counts), path, path)
    } else if let file, let image = try CovarianceReader.image(in: file, counts: counts) {
      self = try matrix(image, table.path, "image extension of \(table.path)")
    } else {
      guard options.covarianceKind == nil else { throw CatalogError(table.path, .kindOfNothing) }
      guard let column else { throw Self.nothing(table, format, magnitudeColumn) }
      self = .column(column)
    }
  }

  private static func nothing(
    _ table: some CatalogTable, _ format: CatalogFormat, _ column: Int
  ) -> CatalogError {
    let name = table.columnNames[column]
    let plotted = table.columnNames.first { ColumnRole.matches($0, ["\(name)_err_DIAG"]) }
    if format == .pantheonPlus, let plotted {
      return CatalogError(table.path, column: plotted, .errorsForPlotsOnly)
    }
    return CatalogError(
      table.path,
      .noErrors(
        looked: ["\(name)_err", "e_\(name)", "d\(name)"],
        nearest: ColumnRole.nearestError(of: name, among: table.columnNames)))
  }
}
