import Cosmology

/// The supernovae of a table whose distances are known from Cepheids: `CEPH_DIST` where
/// `IS_CALIBRATOR` is 1, or wherever it is a number, if there is no such column (our own files).
struct CalibratorColumns {
  /// By row of the whole table.
  let isCalibrator: [Bool]
  private let distances: [Double]

  /// Finds the calibrators; nil if there are none, or they are not asked for.
  ///
  /// - Throws: `CatalogError` if they are asked for and not there.
  init?(
    _ table: some CatalogTable, _ quantity: SupernovaSample.Quantity, _ options: Catalog.Options
  ) throws(CatalogError) {
    let flagColumn = try table.column(named: "IS_CALIBRATOR")
    guard quantity == .apparentMagnitude, let column = try table.column(named: "CEPH_DIST") else {
      if options.includesCalibrators { throw CatalogError(table.path, .noCalibrators) }
      return nil
    }
    guard options.includesCalibrators || flagColumn == nil else { return nil }
    let distances = try table.values(inColumn: column, .magnitude)
    var isCalibrator = distances.map { $0.isFinite && $0 > 0 }
    if let flagColumn {
      isCalibrator = try table.flags(inColumn: flagColumn).map { $0 == 1 }
    }
    if let row = isCalibrator.indices.first(where: {
      isCalibrator[$0] && !Self.plausible.contains(distances[$0])
    }) {
      throw table.error(
        row: row, column: column,
        .outOfRange(
          found: distances[row], lower: Self.plausible.lowerBound, upper: Self.plausible.upperBound)
      )
    }
    guard isCalibrator.contains(true) else {
      if options.includesCalibrators { throw CatalogError(table.path, .noCalibrators) }
      return nil
    }
    self.isCalibrator = isCalibrator
    self.distances = distances
  }

  /// From the Magellanic Clouds to where no Cepheid can be seen.
  private static let plausible = 15.0...45

  /// The distance modulus of a row of the whole table, if it is a calibrator.
  func modulus(ofRow row: Int) -> Double? { isCalibrator[row] ? distances[row] : nil }

  /// The distance moduli by the index among the rows that are kept; all are if `rows` is nil.
  func moduli(keeping rows: [Int]?) -> [Int: Double] {
    var moduli: [Int: Double] = [:]
    for (index, row) in (rows ?? Array(distances.indices)).enumerated() where isCalibrator[row] {
      moduli[index] = distances[row]
    }
    return moduli
  }
}
