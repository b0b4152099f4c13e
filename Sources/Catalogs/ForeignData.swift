/// Data that users of supernovae have in the same folders, and that are none.
public enum ForeignData: Sendable, Equatable {
  /// Distances from baryon acoustic oscillations.
  case acousticOscillations
  /// Expansion rates from the ages of galaxies.
  case chronometers
  /// SNANA's list of light curves.
  case lightCurveHeaders
  /// A square matrix, such as a covariance.
  case matrix(rows: Int)

  /// What a text is that cannot be read as a table of supernovae; nil if nothing known.
  init?(_ bytes: [UInt8], path: String) {
    if let lines = try? TextLines(bytes, path: path) {
      let words = (lines.leadingComments + lines.data.prefix(3).map(lines.fields)).joined()
      func has(_ candidates: [String]) -> Bool { words.contains { candidates.contains($0) } }
      if has(["DV_over_rs", "DM_over_rs", "DH_over_rs", "bao_Hz_rs", "rs_over_DV", "DA_over_rs"]) {
        self = .acousticOscillations
        return
      }
      let distances = ColumnRole.modulus.synonyms + ColumnRole.magnitude.synonyms
      if has(["H", "Hz", "H(z)", "stlib"]),
        !words.contains(where: { ColumnRole.matches($0, distances) })
      {
        self = .chronometers
        return
      }
    }
    self.init(matrix: bytes, path: path)
  }

  /// What a text is that has more than a table can have; nil if it is no matrix.
  init?(matrix bytes: [UInt8], path: String) {
    guard let text = try? MatrixText(bytes, path: path, keeping: 1) else { return nil }
    let count = text.count
    let size = Int(Double(count).squareRoot())
    // The least size excludes short tables.
    guard size > 5, count - size * size <= 2,
      count == size * size || text.numbers[0] == Double(size)
    else { return nil }
    self = .matrix(rows: size)
  }

  /// What a FITS table is, by its columns, if it has no distances; nil if nothing known.
  init?(columnNames: [String]) {
    guard columnNames.contains("SNID"), columnNames.contains("REDSHIFT_HELIO") else { return nil }
    self = .lightCurveHeaders
  }
}
