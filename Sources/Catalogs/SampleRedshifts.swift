import Foundation

/// The redshifts of a table, of all rows, and which rows they let into the sample.
struct SampleRedshifts<Table: CatalogTable> {
  private let table: Table
  private let options: Catalog.Options
  private let column: Int
  /// The redshifts, one per row of the table.
  let values: [Double]
  /// Those in the frame of the Sun; nil if the table has none.
  let heliocentric: [Double]?
  private let heliocentricColumn: Int?
  /// The rows that are kept.
  private(set) var selection: RowSelection<Table>
  /// What was done, in words.
  private(set) var notes: [String] = []
  /// The columns, by their names in the file.
  private(set) var columns: [ColumnRole: String] = [:]

  /// The limit above which no redshift is a supernova's.
  static var largest: Double { 10 }
  /// How far a redshift in the frame of the Sun may be from the other one: three times what its
  /// motion, and that of a galaxy in a large cluster, can do.
  static var largestDifference: Double { 0.02 }

  /// Reads the redshifts.
  init(_ table: Table, _ options: Catalog.Options) throws(CatalogError) {
    self.table = table
    self.options = options
    column = try ColumnRole.redshift.required(in: table, chosen: options.columns)
    heliocentricColumn = try ColumnRole.heliocentricRedshift.column(
      in: table, chosen: options.columns)
    let all = [column] + [heliocentricColumn].compactMap { $0 }
    let values = try table.values(all.map { ($0, .redshift) })
    self.values = values[0]
    heliocentric = heliocentricColumn == nil ? nil : values[1]
    selection = RowSelection(table, skipsMissing: options.skipsMissing)
    columns[.redshift] = table.columnNames[column]
    columns[.heliocentricRedshift] = heliocentricColumn.map { table.columnNames[$0] }
    for column in all where !table.statedUnit(ofColumn: column, .redshift).isEmpty {
      let unit = table.statedUnit(ofColumn: column, .redshift)
      if Measure.redshift.factor(from: unit) != 1 {
        try Self.requireVelocities(
          column == self.column ? values[0] : values[1], unit, table, column)
        notes.append("'\(table.columnNames[column])' is a velocity in \(unit): z = v/c")
      }
    }
  }

  /// Rejects velocities none of which is faster than the slowest galaxy: they are redshifts.
  private static func requireVelocities(
    _ redshifts: [Double], _ unit: String, _ table: Table, _ column: Int
  ) throws(CatalogError) {
    let least = leastVelocity / Measure.lightSpeed
    let row = redshifts.indices.max { first, second in
      // Marks are large, and no velocities.
      let sizes = [first, second].map { redshifts[$0].isNaN ? -1 : abs(redshifts[$0]) }
      return sizes[0] < sizes[1]
    }
    guard let row, abs(redshifts[row]) < least else { return }
    throw table.error(
      row: row, column: column,
      .notAVelocity(
        found: table.text(row: row, column: column), unit: unit, least: leastVelocity))
  }

  /// In km/s; no sample ends so near.
  private static var leastVelocity: Double { 10 }

  /// Cuts the rows, and rejects redshifts that no supernova has.
  ///
  /// - Parameters:
  ///   - minimum: the smallest redshift that the release uses.
  ///   - isCalibrator: rows that are kept in any case.
  mutating func select(
    publishedMinimum minimum: Double? = nil, isCalibrator: [Bool]? = nil
  ) throws(CatalogError) {
    // A mark is below any cut, and its row would be lost without a word.
    try selection.require(values, inColumn: column, otherwise: { .notPositive(found: $1) }) {
      $1 > 0 || !MissingValue.isMark($1) || $1 == 0
    }
    if let condition = options.condition {
      let (before, kept) = (selection.kept.count, try condition.rows(table, of: selection.kept))
      selection.cut(to: kept)
      notes.append("\(condition.text) keeps \(kept.count) of \(before) rows")
    }
    let cut = try RedshiftCut(
      values, of: selection.kept, options, publishedMinimum: minimum, isCalibrator: isCalibrator,
      column: table.columnNames[column], path: table.path)
    selection.cut(to: cut.rows)
    let largest = max(Self.largest, options.maximumRedshift ?? 0)
    try selection.require(
      values, inColumn: column,
      otherwise: { $1 > 0 ? .implausibleRedshift(found: $1) : .notPositive(found: $1) }
    ) { $1 > 0 && $1 < largest }
    notes += cut.notes
    try compareOthers()
    if let heliocentric, let column = heliocentricColumn {
      let redshifts = values
      try selection.require(
        heliocentric, inColumn: column, zero: true,
        otherwise: { .implausibleHeliocentricRedshift(found: $1, redshift: redshifts[$0]) }
      ) { abs($1 - redshifts[$0]) < Self.largestDifference }
    } else {
      notes.append(
        "no heliocentric redshifts: '\(table.columnNames[self.column])' stands in for them")
    }
  }

  /// Rejects a table whose redshifts in the frame of the universe do not agree, for one of them is
  /// something else; the user may choose.
  private func compareOthers() throws(CatalogError) {
    guard options.columns[.redshift] == nil else { return }
    for name in ColumnRole.redshift.synonyms {
      guard let other = try table.column(named: name), other != column,
        let others = try? table.values(inColumn: other, .redshift)
      else { continue }
      let row = selection.kept.first {
        !MissingValue.isMark(others[$0]) && abs(others[$0] - values[$0]) >= Self.largestDifference
      }
      if let row {
        throw table.error(
          row: row, column: other,
          .otherRedshift(
            found: others[row], name: table.columnNames[column], redshift: values[row]))
      }
    }
  }

  /// The modulus that is expected in each row: that of a calibrator, else that of the redshift.
  func moduli(_ calibrators: CalibratorColumns? = nil) -> [Double] {
    values.indices.map { calibrators?.modulus(ofRow: $0) ?? HubbleResiduals.modulus(values[$0]) }
  }
}
