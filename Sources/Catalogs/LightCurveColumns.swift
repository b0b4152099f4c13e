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

  /// Finds the columns; nil if one is missing.
  init?(in table: some CatalogTable) {
    let stretch = table.column(named: "s", "stretch")
    guard let magnitude = table.column(named: "mb"),
      let magnitudeError = table.column(named: "dmb"),
      let shape = table.column(named: "x1") ?? stretch,
      let shapeError = table.column(named: "dx1", "ds", "dstretch"),
      let color = table.column(named: "color", "colour"),
      let colorError = table.column(named: "dcolor", "dcolour"),
      let magnitudeShape = table.column(named: "cov_m_s"),
      let magnitudeColor = table.column(named: "cov_m_c", "cov_m_"),
      let shapeColor = table.column(named: "cov_s_c")
    else { return nil }
    self.magnitude = magnitude
    self.magnitudeError = magnitudeError
    self.shape = shape
    self.shapeError = shapeError
    self.color = color
    self.colorError = colorError
    self.magnitudeShape = magnitudeShape
    self.magnitudeColor = magnitudeColor
    self.shapeColor = shapeColor
    shapeIsStretch = shape == stretch
  }

  /// Whether a table holds light curves that are still to be standardised: all columns are there,
  /// and shapes or colours are not all zero. Not so if the user names a column of magnitudes.
  static func areIn(_ table: some CatalogTable, chosen: [ColumnRole: String]) -> Bool {
    guard chosen[.magnitude] == nil, chosen[.modulus] == nil,
      let columns = LightCurveColumns(in: table),
      let shapes = try? table.numbers(inColumn: columns.shape),
      let colors = try? table.numbers(inColumn: columns.color)
    else { return false }
    return (shapes + colors).contains { $0 != 0 }
  }
}
