public import Cosmology

extension DataVector {
  /// Reads expansion rates, as those from the ages of passive galaxies: rows of `z H error`, and their covariance.
  ///
  /// ```
  /// # z H err
  /// 0.1791 74.91 3.81
  /// 0.1993 74.96 4.90
  /// ```
  ///
  /// Columns behind these are not used.
  ///
  /// - Parameters:
  ///   - path: the file of the rates in km/s/Mpc; a redshift of 0 is H₀.
  ///   - covariance: the file of their covariance in the same order, or of its inverse or correlations; the
  ///     column of errors, if nil.
  /// - Throws: `CatalogError` with the row of what is wrong, also for rates that the universe near ours cannot have.
  public init(chronometers path: String, covariance: String? = nil) throws(CatalogError) {
    let rows = try RateRows(WordLines(path, upTo: WordLines.mostValues))
    let matrix = MeasurementCovariance(
      values: rows.values, names: rows.observables.map(\.name), errors: rows.errors)
    self.init(
      rows.observables, values: rows.values,
      covariance: try matrix.read(covariance, for: path, layout: "z H error"))
  }

  /// From texts, such as those that are part of the program.
  init(chronometerText text: String, covarianceText: String, name: String) throws(CatalogError) {
    let rows = try RateRows(
      WordLines(Array(text.utf8), path: name, upTo: WordLines.mostValues))
    self.init(
      rows.observables, values: rows.values,
      covariance: try Self.matrix(covarianceText, size: rows.values.count, name))
  }
}

/// The rows of a file of expansion rates.
private struct RateRows {
  private(set) var observables: [Observable] = []
  private(set) var values: [Double] = []
  private(set) var errors: [Double]?

  init(_ lines: WordLines) throws(CatalogError) {
    var lines = lines
    let columns = try MeasurementColumns(
      of: &lines, values: ["h", "hz", "h(z)", "h_z", "value"],
      numeric: { Array($0.words.indices) }, layout: "z H error")
    if columns.error != nil { errors = [] }
    var first: [Double: (rate: Double, line: Int)] = [:]
    for row in lines.rows {
      let z = try lines.number(columns.redshift, of: row, "z")
      guard z >= 0, z < PlausibleValue.largestRedshift else {
        throw lines.error(row, column: "z", .redshift(found: z, isZeroAllowed: true))
      }
      let rate = try lines.number(columns.value, of: row, "H")
      guard rate > 0 else { throw lines.error(row, column: "H", .notPositive(found: rate)) }
      if let column = columns.error {
        let error = try lines.number(column, of: row, "error")
        guard error > 0 else { throw lines.error(row, column: "error", .notPositive(found: error)) }
        errors?.append(error)
      }
      let observable = Observable.hubbleRate(redshift: z)
      if let expected = PlausibleValue.unlike(rate, observable) {
        throw lines.error(
          row, column: "H",
          .implausible(found: rate, name: observable.name, expected: expected, .unit))
      }
      if let former = first[z], former.rate == rate {
        throw lines.error(row, .repeated(firstLine: former.line))
      }
      first[z] = (rate, row.line)
      observables.append(observable)
      values.append(rate)
    }
  }
}
