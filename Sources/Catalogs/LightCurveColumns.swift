/// The columns of a table of light-curve parameters, found by their names in the releases of JLA
/// and SNLS3, in SNANA's fits, in those of sncosmo and ZTF, and in our own files.
struct LightCurveColumns {
  /// The peak magnitude; nil if there is only the amplitude.
  let magnitude: Int?
  let magnitudeError: Int?
  /// x₀, of which mB = −2.5 log₁₀ x₀ + constant.
  let amplitude: Int?
  let amplitudeError: Int?
  let shape: Int
  let shapeError: Int
  let color: Int
  let colorError: Int
  /// The covariances that there are.
  let shapeColor: Int?
  let peakShape: PeakCovariance?
  let peakColor: PeakCovariance?
  /// Whether the shape is a stretch near 1 rather than x₁.
  let shapeIsStretch: Bool

  /// The column of a covariance with the peak magnitude, or with the amplitude.
  struct PeakCovariance {
    let column: Int
    let isOfAmplitude: Bool
  }

  /// Names of the amplitude of a light curve, of which the peak magnitude is made.
  static let amplitudes = ["x0"]
  private static let shapes = ["x1", "s", "stretch"]
  private static let colors = ["color", "colour", "c"]

  /// Finds the columns.
  ///
  /// - Throws: `CatalogError` if one is missing, but for covariances.
  init(in table: some CatalogTable) throws(CatalogError) {
    func found(_ names: [String]) throws(CatalogError) -> Int? { try table.column(named: names) }
    func error(of column: Int?) throws(CatalogError) -> Int? {
      guard let column else { return nil }
      return try table.column(named: ColumnRole.errorNames(of: table.columnNames[column]))
    }
    func needed(_ column: Int?) throws(CatalogError) -> Int {
      guard let column else { throw CatalogError(table.path, .noLightCurves) }
      return column
    }
    magnitude = try found(["mb"])
    magnitudeError = try error(of: magnitude)
    amplitude = try found(Self.amplitudes)
    amplitudeError = try error(of: amplitude)
    shape = try needed(try found(Self.shapes))
    shapeError = try needed(try error(of: shape))
    color = try needed(try found(Self.colors))
    colorError = try needed(try error(of: color))
    // One of them with its errors is enough.
    if magnitude == nil || magnitudeError == nil {
      _ = try needed(amplitude == nil ? nil : amplitudeError)
    }
    shapeColor = try CovarianceColumn.find(in: table, of: Self.shapes, and: Self.colors)
    let hasAmplitude = amplitude != nil
    func peak(_ other: [String], or name: String) throws(CatalogError) -> PeakCovariance? {
      if let column = try CovarianceColumn.find(in: table, of: ["m", "mb"], and: other, or: [name])
      {
        return .init(column: column, isOfAmplitude: false)
      }
      guard hasAmplitude,
        let column = try CovarianceColumn.find(in: table, of: Self.amplitudes, and: other)
      else { return nil }
      return .init(column: column, isOfAmplitude: true)
    }
    peakShape = try peak(Self.shapes, or: "cov_m_s")
    peakColor = try peak(Self.colors, or: "cov_m_")
    shapeIsStretch = !ColumnRole.matches(table.columnNames[shape], ["x1"])
  }

  /// Whether the covariances of all three quantities are there.
  var haveCovariances: Bool {
    shapeColor != nil && peakShape != nil && peakColor != nil
  }

  /// Whether a covariance is of the amplitude.
  var haveAmplitudeCovariances: Bool {
    peakShape?.isOfAmplitude == true || peakColor?.isOfAmplitude == true
  }

  /// The covariances that are not there, in words.
  var missingCovariances: [String] {
    [
      (peakShape == nil, "peak magnitude and shape"),
      (peakColor == nil, "peak magnitude and colour"), (shapeColor == nil, "shape and colour"),
    ].filter(\.0).map(\.1)
  }

  /// Whether a table holds light curves that are still to be standardised: all columns are there,
  /// none of corrected magnitudes is, and shapes or colours are not all zero. Not so if the user names
  /// a column of magnitudes.
  ///
  /// - Throws: `CatalogError` if its covariances contradict each other.
  static func areIn(
    _ table: some CatalogTable, chosen: [ColumnRole: String]
  ) throws(CatalogError) -> Bool {
    let corrected = ColumnRole.modulus.synonyms + ColumnRole.standardisedMagnitudes
    guard chosen[.magnitude] == nil, chosen[.modulus] == nil,
      !table.columnNames.contains(where: { ColumnRole.matches($0, corrected) }),
      let columns = try unlessMissing(in: table), columns.haveCovariances,
      let values = try? table.numbersWithGaps(inColumns: [columns.shape, columns.color])
    else { return false }
    return values.joined().contains { $0 != 0 && !$0.isNaN }
  }

  private static func unlessMissing(
    in table: some CatalogTable
  ) throws(CatalogError) -> LightCurveColumns? {
    do {
      return try LightCurveColumns(in: table)
    } catch {
      if case .lightCurves(.otherCovariance) = error.problem { throw error }
      return nil
    }
  }
}
