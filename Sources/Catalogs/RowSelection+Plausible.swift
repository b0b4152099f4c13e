extension RowSelection {
  /// Rejects magnitudes that cannot be those of their redshifts.
  mutating func requireMagnitudes(
    _ magnitudes: [Double], inColumn column: Int, _ moduli: [Double], _ redshifts: [Double],
    _ residuals: HubbleResiduals
  ) throws(CatalogError) {
    try require(
      magnitudes, inColumn: column, zero: true,
      otherwise: { row, magnitude in
        let range = HubbleResiduals.magnitudes
        return range.contains(magnitude)
          ? .implausibleMagnitude(
            found: magnitude, expected: residuals.expected(moduli[row]), redshift: redshifts[row])
          : .outOfRange(found: magnitude, lower: range.lowerBound, upper: range.upperBound)
      }
    ) { row, magnitude in
      guard HubbleResiduals.magnitudes.contains(magnitude) else { return false }
      let distance = abs(magnitude - residuals.expected(moduli[row]))
      return distance < HubbleResiduals.limit
        || distance < HubbleResiduals.limit + HubbleResiduals.motion(redshifts[row])
    }
  }

  /// Rejects errors that are not positive.
  mutating func requirePositive(
    _ errors: [Double], inColumn column: Int
  ) throws(CatalogError) {
    try require(errors, inColumn: column, otherwise: { .notPositive(found: $1) }) { _, error in
      // A mark that is positive is much larger than any error.
      error > 0 && error.isFinite && !(error >= 9 && MissingValue.isMark(error))
    }
  }

  /// Rejects errors that cannot be, of the rows that are kept.
  func requirePlausible(
    _ errors: [Double], inColumn column: Int, _ residuals: HubbleResiduals, _ redshifts: [Double]
  ) throws(CatalogError) {
    let range = ErrorRange(errors, scatter: residuals.scatter, isOpen: table.hasOpenErrors)
    for (row, error) in zip(kept, errors) {
      if let typical = range.impossible, error >= typical {
        throw table.error(
          row: row, column: column,
          .hugeErrors(found: error, typicalError: typical, scatter: residuals.scatter ?? 0))
      }
      if range.impossible == nil, !range.contains(error, redshift: redshifts[row]) {
        throw table.error(row: row, column: column, range.problem(error))
      }
    }
  }

  /// Where the kept rows stand among some others; nil if they are these.
  func places(among rows: [Int]) -> [Int]? {
    guard kept.count != rows.count else { return nil }
    let wanted = Set(kept)
    return rows.indices.filter { wanted.contains(rows[$0]) }
  }
}
