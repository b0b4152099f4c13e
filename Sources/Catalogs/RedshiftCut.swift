/// Which rows of a table are kept, by their redshifts.
struct RedshiftCut {
  /// The indices of the kept rows in order; nil if all are.
  let rows: [Int]?
  /// What was cut, in words.
  let notes: [String]

  /// Decides on rows.
  ///
  /// - Parameters:
  ///   - candidates: the rows that there are; all, if nil.
  ///   - isCalibrator: rows that are kept in any case.
  ///   - column: the name of the redshifts' column.
  /// - Throws: `CatalogError` if none is left.
  init(
    _ redshifts: [Double], of candidates: [Int]? = nil, _ options: Catalog.Options,
    publishedMinimum: Double? = nil, isCalibrator: [Bool]? = nil, column: String, path: String
  ) throws(CatalogError) {
    let minimum = options.minimumRedshift ?? publishedMinimum
    let maximum = options.maximumRedshift
    guard minimum != nil || maximum != nil else {
      rows = nil
      notes = []
      return
    }
    let candidates = candidates ?? Array(redshifts.indices)
    let rows = candidates.filter {
      (redshifts[$0] > minimum ?? -.infinity && redshifts[$0] < maximum ?? .infinity)
        || isCalibrator?[$0] == true
    }
    guard !rows.isEmpty else {
      throw CatalogError(path, column: column, .nothingKept(minimum: minimum, maximum: maximum))
    }
    let bounds =
      [minimum.map { "\(column) > \($0)" }, maximum.map { "\(column) < \($0)" }].compactMap { $0 }
    let text = bounds.joined(separator: " and ") + (isCalibrator == nil ? "" : ", or calibrators,")
    notes = ["\(text) keeps \(rows.count) of \(candidates.count) rows"]
    self.rows = rows.count == redshifts.count ? nil : rows
  }
}
