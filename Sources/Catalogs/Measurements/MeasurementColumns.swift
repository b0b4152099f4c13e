/// Where redshift, value and error stand in rows of measurements: by a line of names, else in this order.
struct MeasurementColumns {
  let redshift: Int
  let value: Int
  let error: Int?

  private static let redshifts = ["z", "zeff", "z_eff", "redshift"]
  private static let errors = [
    "err", "error", "sigma", "std", "sd", "errhz", "err_h", "err_hz", "h_err", "hz_err", "errh",
    "sigma_h", "sigma_hz", "dh", "dhz", "e_h", "h_error", "uncertainty",
  ]

  /// Takes the line of names away where it is not a comment.
  ///
  /// - Parameters:
  ///   - values: what the values may be called, in lower case.
  ///   - numeric: the columns that have numbers, of a row.
  ///   - layout: the columns in words.
  init(
    of lines: inout WordLines, values: [String], numeric: (WordLines.Row) -> [Int], layout: String
  ) throws(CatalogError) {
    var header = lines.comments.last.map { comment in
      var comment = comment
      return comment.withUTF8(WordLines.words)
    }
    if !lines.rows[0].words.contains(where: WordLines.isNumber) {
      guard lines.rows.count > 1 else { throw lines.error(lines.rows[0], .noRows) }
      header = lines.rows[0].words
      lines.removeFirst()
    }
    let first = lines.rows[0]
    let places = numeric(first)
    guard places.count > 1 else {
      throw lines.error(first, .wordCount(found: first.words.count, expected: layout))
    }
    for row in lines.rows where row.words.count != first.words.count {
      throw lines.error(row, .wordCount(found: row.words.count, expected: layout))
    }
    // A comment of more words than columns is none of names, unless the last ones are.
    let names = (header ?? []).suffix(first.words.count).map { $0.lowercased() }
    func place(_ known: [String]) -> Int? {
      places.first { $0 < names.count && known.contains(names[$0]) }
    }
    if names.count == first.words.count, let z = place(Self.redshifts), let value = place(values) {
      (redshift, self.value, error) = (z, value, place(Self.errors))
    } else {
      (redshift, value) = (places[0], places[1])
      error = places.count > 2 ? places[2] : nil
    }
  }
}
