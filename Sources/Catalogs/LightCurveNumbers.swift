/// The numbers of light curves by row of a table, in our units; what is missing or impossible in a
/// row that is kept has been refused or left out.
struct LightCurveNumbers {
  let magnitudes: [Double]
  /// x₁, or a stretch less 1.
  let shapes: [Double]
  let colors: [Double]
  let magnitudeVariances: [Double]
  let shapeVariances: [Double]
  let colorVariances: [Double]
  let magnitudeShape: [Double]
  let magnitudeColor: [Double]
  let shapeColor: [Double]

  /// Reads all of them.
  init<Table: CatalogTable>(
    _ table: Table, _ parts: LightCurveColumns, _ selection: inout RowSelection<Table>,
    _ redshifts: SampleRedshifts<Table>
  ) throws(CatalogError) {
    let values = try table.values([
      (parts.magnitude, .magnitude), (parts.shape, .number), (parts.color, .color),
      (parts.magnitudeShape, .color), (parts.magnitudeColor, .color), (parts.shapeColor, .color),
    ])
    let columns = [
      parts.magnitude, parts.shape, parts.color, parts.magnitudeShape, parts.magnitudeColor,
      parts.shapeColor,
    ]
    for (column, values) in zip(columns, values) where column != parts.magnitude {
      // No shape, colour or covariance comes near the least mark.
      try selection.require(
        values, inColumn: column,
        otherwise: { .outOfRange(found: $1, lower: -9, upper: 9) }, { abs($1) < 9 })
    }
    magnitudes = values[0]
    shapes = parts.shapeIsStretch ? values[1].map { $0 - 1 } : values[1]
    colors = values[2]
    (magnitudeShape, magnitudeColor, shapeColor) = (values[3], values[4], values[5])
    magnitudeVariances = try Self.variances(
      table, parts.magnitudeError, exact: "mb_var", .magnitude, &selection)
    shapeVariances = try Self.variances(
      table, parts.shapeError, exact: "shape_var", .number, &selection)
    colorVariances = try Self.variances(
      table, parts.colorError, exact: "color_var", .color, &selection)

    // What is left after a usual correction is a magnitude that can be beside that of its redshift.
    let slope = parts.shapeIsStretch ? 1.4 : 0.14
    let corrections = zip(shapes, colors).map { slope * $0 - 3.1 * $1 }
    let moduli = zip(redshifts.moduli(), corrections).map { $0 - $1 }
    let residuals = HubbleResiduals(magnitudes, moduli, rows: selection.kept)
    try selection.requireMagnitudes(
      magnitudes, inColumn: parts.magnitude, moduli, redshifts.values, residuals)
  }

  private static func variances<Table: CatalogTable>(
    _ table: Table, _ column: Int, exact name: String, _ measure: Measure,
    _ selection: inout RowSelection<Table>
  ) throws(CatalogError) -> [Double] {
    let exact = try table.column(named: name)
    let values = try table.values(
      inColumn: exact ?? column, exact != nil && measure == .magnitude ? .magnitudeSquared : measure
    )
    // Simulations leave errors at zero.
    try selection.require(values, inColumn: exact ?? column, otherwise: { .notPositive(found: $1) })
    {
      $1 >= 0 && $1 < 9
    }
    return exact == nil ? values.map { $0 * $0 } : values
  }
}
