import Foundation

/// The numbers of light curves by row of a table, in our units; what is missing or impossible in a
/// row that is kept has been refused or left out.
struct LightCurveNumbers {
  let magnitudes: [Double]
  /// x₁, or a stretch minus 1.
  let shapes: [Double]
  let colors: [Double]
  let magnitudeVariances: [Double]
  let shapeVariances: [Double]
  let colorVariances: [Double]
  let magnitudeShape: [Double]
  let magnitudeColor: [Double]
  let shapeColor: [Double]
  /// What was done, in words.
  private(set) var notes: [String] = []

  /// mB of a light curve of SALT2 with x₀ = 1.
  private static let amplitudeZeroPoint = 10.635

  /// Reads all of them.
  init<Table: CatalogTable>(
    _ table: Table, _ parts: LightCurveColumns, _ selection: inout RowSelection<Table>,
    _ redshifts: SampleRedshifts<Table>
  ) throws(CatalogError) {
    func small(_ column: Int, _ measure: Measure) throws(CatalogError) -> [Double] {
      let values = try table.values(inColumn: column, measure)
      // No shape, colour or covariance comes near the least mark.
      try selection.require(
        values, inColumn: column,
        otherwise: { .outOfRange(found: $1, lower: -9, upper: 9) }, { abs($1) < 9 })
      return values
    }
    func optional(_ column: Int?) throws(CatalogError) -> [Double] {
      guard let column else {
        return [Double](repeating: 0, count: table.rowCount)
      }
      return try small(column, .color)
    }
    shapes = try small(parts.shape, .number).map { $0 - (parts.shapeIsStretch ? 1 : 0) }
    colors = try small(parts.color, .color)
    shapeColor = try optional(parts.shapeColor)
    let (peakShape, peakColor) = (
      try optional(parts.peakShape?.column), try optional(parts.peakColor?.column)
    )
    shapeVariances = try Self.variances(
      table, parts.shapeError, exact: "shape_var", .number, &selection)
    colorVariances = try Self.variances(
      table, parts.colorError, exact: "color_var", .color, &selection)

    let needsAmplitude =
      parts.magnitude == nil || parts.magnitudeError == nil
      || parts.haveAmplitudeCovariances
    var amplitudes = [Double](repeating: 1, count: table.rowCount)
    if needsAmplitude, let column = parts.amplitude {
      amplitudes = try table.values(inColumn: column, .number)
      try selection.require(amplitudes, inColumn: column, otherwise: { .notPositive(found: $1) }) {
        $1 > 0 && $1.isFinite
      }
    }
    if needsAmplitude, let magnitude = parts.magnitude, let amplitude = parts.amplitude {
      try Self.requireAgreement(table, magnitude, amplitude, amplitudes, selection.kept)
    }
    // dmB = −2.5/ln 10 · dx₀/x₀.
    let slopes = amplitudes.map { -2.5 / (log(10) * $0) }
    if let column = parts.magnitude {
      magnitudes = try table.values(inColumn: column, .magnitude)
    } else {
      magnitudes = amplitudes.map { -2.5 * log10($0) + Self.amplitudeZeroPoint }
      notes.append("peak magnitudes are -2.5 log10 of 'x0' + \(Self.amplitudeZeroPoint)")
    }
    if parts.magnitude != nil, let column = parts.magnitudeError {
      magnitudeVariances = try Self.variances(
        table, column, exact: "mb_var", .magnitude, &selection)
    } else {
      let column = parts.amplitudeError ?? 0
      let errors = try table.values(inColumn: column, .number)
      try selection.requirePositive(errors, inColumn: column)
      magnitudeVariances = zip(errors, slopes).map { $0 * $1 * $0 * $1 }
    }
    func ofMagnitude(
      _ values: [Double], _ part: LightCurveColumns.PeakCovariance?
    ) -> [Double] {
      part?.isOfAmplitude == true ? zip(values, slopes).map { $0 * $1 } : values
    }
    magnitudeShape = ofMagnitude(peakShape, parts.peakShape)
    magnitudeColor = ofMagnitude(peakColor, parts.peakColor)
    let missing = parts.missingCovariances
    if missing.count == 3 {
      notes.append("no covariances of peak magnitude, shape and colour: taken as 0")
    } else if !missing.isEmpty {
      notes.append("no covariance of \(missing.joined(separator: ", nor of ")): taken as 0")
    }

    // After a typical correction the magnitude must be plausible for its redshift.
    let slope = parts.shapeIsStretch ? 1.4 : 0.14
    let corrections = zip(shapes, colors).map { slope * $0 - 3.1 * $1 }
    let moduli = zip(redshifts.moduli(), corrections).map { $0 - $1 }
    let residuals = HubbleResiduals(magnitudes, moduli, rows: selection.kept)
    try selection.requireMagnitudes(
      magnitudes, inColumn: parts.magnitude ?? parts.amplitude ?? 0, moduli, redshifts.values,
      residuals)
    if let column = parts.magnitude != nil ? parts.magnitudeError : parts.amplitudeError {
      let errors = selection.kept.map { magnitudeVariances[$0].squareRoot() }
      try selection.requirePlausible(errors, inColumn: column, residuals, redshifts.values)
    }
    try requireCovariances(table, parts, &selection)
  }

  /// Rejects a table whose magnitudes and amplitudes are not of the same light curves: their zero point is arbitrary, and the
  /// same for all.
  private static func requireAgreement<Table: CatalogTable>(
    _ table: Table, _ magnitude: Int, _ amplitude: Int, _ amplitudes: [Double], _ rows: [Int]
  ) throws(CatalogError) {
    let magnitudes = try table.values(inColumn: magnitude, .magnitude)
    let zeroPoints = rows.map { magnitudes[$0] + 2.5 * log10(amplitudes[$0]) }
    // Those that are missing are refused elsewhere.
    let known = zip(rows, zeroPoints).filter { $1.isFinite && !MissingValue.isMark(magnitudes[$0]) }
    guard !known.isEmpty else { return }
    let median = known.map(\.1).sorted()[known.count / 2]
    // Corrections that one of them may have are smaller.
    guard let (row, found) = known.first(where: { abs($1 - median) > 1 }) else { return }
    throw table.error(
      row: row, column: amplitude,
      .lightCurves(
        .otherAmplitude(
          found: amplitudes[row], name: table.columnNames[magnitude], difference: found - median)))
  }

  /// Rejects rows whose errors and covariances no three quantities can have: some shape and colour
  /// would be corrected to a negative variance.
  private func requireCovariances<Table: CatalogTable>(
    _ table: Table, _ parts: LightCurveColumns, _ selection: inout RowSelection<Table>
  ) throws(CatalogError) {
    let impossible = selection.kept.filter { row in
      !Self.isCovariance(
        variances: (magnitudeVariances[row], shapeVariances[row], colorVariances[row]),
        covariances: (magnitudeShape[row], magnitudeColor[row], shapeColor[row]))
    }
    let columns = [
      parts.magnitude == nil ? parts.amplitudeError : parts.magnitudeError ?? parts.amplitudeError,
      parts.shapeError, parts.colorError, parts.peakShape?.column, parts.peakColor?.column,
      parts.shapeColor,
    ].compactMap { $0 }.map { table.columnNames[$0] }
    try selection.leaveOut(impossible, .impossibleCovariances(columns: columns))
  }

  /// Whether a matrix of three quantities, of which some may be known exactly, is positive definite.
  private static func isCovariance(
    variances: (Double, Double, Double), covariances: (Double, Double, Double)
  ) -> Bool {
    func correlation(_ covariance: Double, _ first: Double, _ second: Double) -> Double? {
      guard covariance != 0 else { return 0 }
      return first > 0 && second > 0 ? covariance / (first * second).squareRoot() : nil
    }
    guard let r = correlation(covariances.0, variances.0, variances.1),
      let s = correlation(covariances.1, variances.0, variances.2),
      let t = correlation(covariances.2, variances.1, variances.2)
    else { return false }
    // A tolerance for rounding does not admit others.
    let determinant = 1 + 2 * r * s * t - (r * r + s * s + t * t)
    return [r, s, t].allSatisfy { abs($0) < 1 - 1e-12 } && determinant > 1e-12
  }

  private static func variances<Table: CatalogTable>(
    _ table: Table, _ column: Int, exact name: String, _ measure: Measure,
    _ selection: inout RowSelection<Table>
  ) throws(CatalogError) -> [Double] {
    let exact = try table.column(named: name)
    let values = try table.values(
      inColumn: exact ?? column,
      exact != nil && measure == .magnitude ? .magnitudeSquared : measure)
    // Simulations leave all errors of shapes or colours at zero.
    let areLeftOut = measure != .magnitude && selection.kept.allSatisfy { values[$0] == 0 }
    try selection.require(
      values, inColumn: exact ?? column,
      otherwise: { $1 > 0 ? .outOfRange(found: $1, lower: 0, upper: 9) : .notPositive(found: $1) }
    ) { (areLeftOut ? $1 >= 0 : $1 > 0) && $1 < 9 }
    return exact == nil ? values.map { $0 * $0 } : values
  }
}
