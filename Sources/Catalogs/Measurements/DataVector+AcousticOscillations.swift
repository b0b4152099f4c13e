public import Cosmology
import LinearAlgebra

extension DataVector {
  /// Reads baryon acoustic oscillations as Cobaya, DESI and SDSS publish them: rows of `z value quantity` or
  /// `z value error quantity` in any order, and their covariance.
  ///
  /// ```
  /// # [z] [value at z] [quantity]
  /// 0.295 7.94167639 DV_over_rs
  /// 0.510 13.58758434 DM_over_rs
  /// ```
  ///
  /// Quantities are `DM_over_rs`, `DH_over_rs`, `DV_over_rs`, `DA_over_rs`, one over each such as `rs_over_DV`,
  /// `Hz_rs` (H r_d in km/s), `F_AP` and `Az`, also with `bao_` before them and `rd` for `rs`. With a fiducial
  /// sound horizon distances are D r_fid/r_d in Mpc and rates H r_d/r_fid in km/s/Mpc, as in BOSS DR12.
  ///
  /// - Parameters:
  ///   - path: the file of the values.
  ///   - covariance: the file of their covariance in the same order and units, or of its inverse or
  ///     correlations; the column of errors, if nil.
  ///   - fiducialSoundHorizon: r_fid in Mpc (Cobaya's `rs_fid`, or one over its `rs_rescale`); nil where the values
  ///     are in units of r_d.
  /// - Throws: `CatalogError` with the row of what is wrong, also for values that the universe near ours cannot have.
  public init(
    acousticOscillations path: String, covariance: String? = nil,
    fiducialSoundHorizon: Double? = nil
  ) throws(CatalogError) {
    if let fiducial = fiducialSoundHorizon, !(fiducial > 0 && fiducial.isFinite) {
      throw CatalogError(path, .measurement(.fiducialSoundHorizon(found: fiducial)))
    }
    let rows = try AcousticRows(
      WordLines(path, upTo: WordLines.mostValues), fiducialSoundHorizon: fiducialSoundHorizon)
    try self.init(rows, covariance: covariance, path)
  }

  /// From texts, such as those that are part of the program.
  init(acousticText text: String, covarianceText: String, name: String) throws(CatalogError) {
    let rows = try AcousticRows(
      WordLines(Array(text.utf8), path: name, upTo: WordLines.mostValues),
      fiducialSoundHorizon: nil)
    self.init(
      rows.observables, values: rows.values,
      covariance: try Self.matrix(covarianceText, size: rows.values.count, name))
  }

  private init(
    _ rows: AcousticRows, covariance path: String?, _ dataPath: String
  ) throws(CatalogError) {
    let covariance = MeasurementCovariance(
      values: rows.values, names: rows.observables.map(\.name), errors: rows.errors)
    self.init(
      rows.observables, values: rows.values,
      covariance: try covariance.read(path, for: dataPath, layout: AcousticRows.layout))
  }

  /// A covariance from a text.
  static func matrix(_ text: String, size: Int, _ name: String) throws(CatalogError) -> Matrix {
    let numbers = try MatrixText(Array(text.utf8), path: name, keeping: size * size + 1)
    guard numbers.count == size * size else {
      throw CatalogError(name, .measurement(.wrongCount(numbers: numbers.count, values: size)))
    }
    let matrix = try SymmetricMatrix.checked(numbers.numbers, size: size, name)
    try SymmetricMatrix.checkDefinite(matrix, name)
    return matrix
  }
}

/// The rows of a file of acoustic oscillations.
private struct AcousticRows {
  static let layout = "z value error quantity"

  private(set) var observables: [Observable] = []
  private(set) var values: [Double] = []
  private(set) var errors: [Double]?

  init(_ lines: WordLines, fiducialSoundHorizon: Double?) throws(CatalogError) {
    var lines = lines
    let columns = try MeasurementColumns(
      of: &lines, values: ["value", "mean", "data"],
      numeric: { row in row.words.indices.filter { WordLines.isNumber(row.words[$0]) } },
      layout: "z value quantity")
    let quantity = try Self.quantityColumn(lines)
    // Errors above and below would be two columns.
    let first = lines.rows[0]
    guard first.words.count(where: WordLines.isNumber) < 4 else {
      throw lines.error(first, .wordCount(found: first.words.count, expected: Self.layout))
    }
    if columns.error != nil { errors = [] }
    var lineOf: [Pair: Int] = [:]
    for row in lines.rows {
      guard let kind = AcousticQuantity(row.words[quantity]) else {
        throw lines.error(row, column: "quantity", AcousticQuantity.problem(row.words[quantity]))
      }
      let z = try lines.number(columns.redshift, of: row, "z")
      guard z > 0, z < PlausibleValue.largestRedshift else {
        throw lines.error(row, column: "z", .redshift(found: z, isZeroAllowed: false))
      }
      let value = try lines.number(columns.value, of: row, "value")
      guard value > 0 else { throw lines.error(row, column: "value", .notPositive(found: value)) }
      if let column = columns.error {
        let error = try lines.number(column, of: row, "error")
        guard error > 0 else { throw lines.error(row, column: "error", .notPositive(found: error)) }
        errors?.append(error)
      }
      var observable = kind.observable(z)
      if let fiducial = fiducialSoundHorizon {
        observable = observable.inUnits(ofSoundHorizon: fiducial)
      }
      if let expected = PlausibleValue.unlike(value, observable) {
        throw lines.error(
          row, column: "value",
          .implausible(
            found: value, name: observable.name, expected: expected,
            Self.suspicion(value, kind.observable(z), fiducialSoundHorizon)))
      }
      if let line = lineOf.updateValue(row.line, forKey: Pair(observable.name, value)) {
        throw lines.error(row, .repeated(firstLine: line))
      }
      observables.append(observable)
      values.append(value)
    }
  }

  private struct Pair: Hashable {
    let name: String
    let value: Double
    init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
  }

  /// The column of words that are quantities, or else the last of words.
  private static func quantityColumn(_ lines: WordLines) throws(CatalogError) -> Int {
    let words = lines.rows[0].words
    guard
      let column = words.indices.first(where: { AcousticQuantity(words[$0]) != nil })
        ?? words.indices.last(where: { !WordLines.isNumber(words[$0]) })
    else { throw lines.error(lines.rows[0], .noQuantity(words: words)) }
    return column
  }

  /// Whether the other choice of units would fit.
  private static func suspicion(
    _ value: Double, _ observable: Observable, _ fiducial: Double?
  ) -> MeasurementProblem.Suspicion {
    if fiducial != nil {
      return PlausibleValue.unlike(value, observable) == nil ? .fiducialGiven : .unit
    }
    let scaled = observable.inUnits(ofSoundHorizon: 147)
    return scaled != observable && PlausibleValue.unlike(value, scaled) == nil
      ? .fiducialMissing : .unit
  }
}

extension MeasurementCovariance {
  /// The covariance of a file; that of the column of errors where none is named.
  ///
  /// - Parameters:
  ///   - path: the file of the covariance.
  ///   - dataPath: the file of the values.
  ///   - layout: the columns that they need without a covariance.
  func read(
    _ path: String?, for dataPath: String, layout: String
  ) throws(CatalogError) -> Matrix {
    if let path { return try read(path) }
    guard let errors else { throw CatalogError(dataPath, .measurement(.noErrors(layout: layout))) }
    return Matrix(diagonal: errors.map { $0 * $0 })
  }
}
