/// The columns of a table of light-curve parameters, found by their names in the releases of JLA
/// and SNLS3 (which cuts `cov_m_c` short to `cov_m_`) and in our own files.
struct LightCurveColumns {
  let magnitude: Int
  let magnitudeError: Int
  let shape: Int
  let shapeError: Int
  let color: Int
  let colorError: Int
  let magnitudeShape: Int
  let magnitudeColor: Int
  let shapeColor: Int
  /// Whether the shape is a stretch near 1 rather than x₁.
  let shapeIsStretch: Bool

  /// Names of the amplitude of a light curve, of which the peak magnitude is made.
  static let amplitudes = ["x0"]

  /// Finds the columns.
  ///
  /// - Throws: `CatalogError` if one is missing.
  init(in table: some CatalogTable) throws(CatalogError) {
    func find(_ names: String...) throws(CatalogError) -> Int {
      guard let column = try table.column(named: names) else {
        throw CatalogError(table.path, .noLightCurves)
      }
      return column
    }
    magnitude = try find("mb")
    magnitudeError = try find("dmb")
    shape = try find("x1", "s", "stretch")
    shapeError = try find("dx1", "ds", "dstretch")
    color = try find("color", "colour")
    colorError = try find("dcolor", "dcolour")
    magnitudeShape = try find("cov_m_s")
    magnitudeColor = try find("cov_m_c", "cov_m_")
    shapeColor = try find("cov_s_c")
    shapeIsStretch = !ColumnRole.matches(table.columnNames[shape], ["x1"])
  }

  /// Whether a table holds light curves that are still to be standardised: all columns are there,
  /// and shapes or colours are not all zero. Not so if the user names a column of magnitudes.
  static func areIn(_ table: some CatalogTable, chosen: [ColumnRole: String]) -> Bool {
    guard chosen[.magnitude] == nil, chosen[.modulus] == nil,
      let columns = try? LightCurveColumns(in: table),
      let values = try? table.numbersWithGaps(inColumns: [columns.shape, columns.color])
    else { return false }
    return values.joined().contains { $0 != 0 && !$0.isNaN }
  }
}
