import Archives

/// Data that are often found with supernovae but are something else, or in an unsupported format
/// for tables.
public enum ForeignData: Sendable, Equatable {
  /// Distances from baryon acoustic oscillations.
  case acousticOscillations
  /// Expansion rates from the ages of galaxies.
  case chronometers
  /// SNANA's list of light curves.
  case lightCurveHeaders
  /// A square matrix, such as a covariance.
  case matrix(rows: Int)
  /// A table of IPAC.
  case ipac
  /// A table in LaTeX.
  case latex
  /// A workbook of Excel.
  case excel
  /// A spreadsheet of LibreOffice.
  case openDocument
  /// HDF5.
  case hdf5
  /// Parquet.
  case parquet
  /// PDF.
  case pdf
  /// Settings of a program, such as an ini file of CosmoSIS.
  case settings
  /// An object or a list in JSON.
  case json

  /// What a text is that cannot be read as a table of supernovae; nil if unknown.
  init?(_ bytes: [UInt8], path: String) {
    guard let lines = try? TextLines(bytes, path: path) else {
      self.init(matrix: bytes, path: path)
      return
    }
    let beginning = lines.beginning(lines: 200)
    if let format = Self.format(of: beginning) {
      self = format
      return
    }
    let rows = lines.data.prefix(3).map { line in
      lines.withBytes(of: line) { String(decoding: $0.prefix(10_000), as: UTF8.self) }
    }
    let words = Set(
      (lines.leadingComments + rows).flatMap { $0.split { " \t,;|#".contains($0) } }.map(
        String.init))
    func has(_ candidates: [String]) -> Bool { !words.isDisjoint(with: candidates) }
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
    self.init(matrix: bytes, path: path)
  }

  /// What a text is, judging by its form; nil if it may be a table.
  private static func format(of lines: [Substring]) -> ForeignData? {
    let lines = lines.map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }
    guard let first = lines.first else { return nil }
    let commands = ["\\begin{", "\\documentclass", "\\startdata", "\\tablehead", "\\hline"]
    if lines.contains(where: { line in commands.contains { line.hasPrefix($0) } })
      || lines.contains(where: { $0.contains("&") && $0.contains("\\\\") })
    {
      return .latex
    }
    if first.hasPrefix("\\") || first.hasPrefix("|") { return .ipac }
    if first.hasPrefix("{") || first.hasPrefix("[{") { return .json }
    let isSection = { (line: Substring) in
      line.hasPrefix("[") && line.drop { $0 != "]" }.dropFirst().allSatisfy { $0 == " " }
        && line.dropFirst().first?.isLetter == true
    }
    if lines.contains(where: isSection), lines.contains(where: { $0.contains("=") }) {
      return .settings
    }
    return nil
  }

  /// What non-text bytes are; nil if unknown.
  init?(binary bytes: [UInt8]) {
    let known: [([UInt8], ForeignData)] = [
      ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], .hdf5),
      ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], .excel),
      (Array("PAR1".utf8), .parquet), (Array("%PDF-".utf8), .pdf),
    ]
    guard let data = known.first(where: { bytes.starts(with: $0.0) })?.1 else { return nil }
    self = data
  }

  /// What a zip archive is; nil if unknown.
  init?(archive bytes: [UInt8]) {
    guard let names = (try? ZipArchive(bytes))?.names else { return nil }
    if names.contains(where: { $0.hasPrefix("xl/") }) {
      self = .excel
    } else if names.contains("content.xml"), names.contains("mimetype") {
      self = .openDocument
    } else {
      return nil
    }
  }

  /// What a text is that is too large for a table; nil if it is not a matrix.
  init?(matrix bytes: [UInt8], path: String) {
    if let labelled = try? LabelledMatrix(bytes, path: path), labelled.size > 5 {
      self = .matrix(rows: labelled.size)
      return
    }
    guard let text = try? MatrixText(bytes, path: path, keeping: 1) else { return nil }
    let count = text.count
    let size = Int(Double(count).squareRoot())
    // The least size excludes short tables, and a table of few columns has rows of these.
    guard size > 5, count - size * size <= 2,
      count == size * size || text.numbers[0] == Double(size),
      text.firstLineCount <= 2 || text.firstLineCount >= 5
    else { return nil }
    self = .matrix(rows: size)
  }

  /// What a FITS table is, by its columns, if it has no distances; nil if nothing known.
  init?(columnNames: [String]) {
    guard columnNames.contains("SNID"), columnNames.contains("REDSHIFT_HELIO") else { return nil }
    self = .lightCurveHeaders
  }
}
