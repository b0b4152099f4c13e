import Cosmology

/// A table in a text file: separated by commas, semicolons, tabs, bars or blanks, or in columns of
/// bytes.
///
/// The column names are the first line that is not a comment; where that line holds numbers already,
/// they are in a comment before it (`TextHeader`). Where there are no names, three to five columns are
/// (name,) redshift, modulus, error. SNANA's text, ECSV and the journals' tables say themselves what
/// their columns are.
struct TextTable: CatalogTable {
  let path: String
  let columnNames: [String]
  private let header: TextHeader
  private let lines: TextLines

  /// Where the column names came from.
  enum Layout {
    /// A line of names, or a comment.
    case named
    /// The comment `#name zcmb …` of CosmoMC.
    case cosmomc
    /// `VARNAMES:`.
    case snana
    /// A description byte by byte.
    case machineReadable
    /// The order of the columns.
    case headerless
  }

  var layout: Layout { header.layout }

  /// Reads a table, of a known format or one to be recognised.
  init(_ bytes: [UInt8], path: String, format: CatalogFormat? = nil) throws(CatalogError) {
    let lines = try TextLines(bytes, path: path)
    try self.init(lines, try TextHeader(lines, format))
  }

  /// Reads a table that nothing is expected of but rows of equal length; columns without names are
  /// `x1`, `x2`, ….
  init(plain bytes: [UInt8], path: String) throws(CatalogError) {
    let lines = try TextLines(bytes, path: path, upTo: .rows)
    guard let first = lines.data.first else { throw CatalogError(path, .noRows) }
    if let ecsv = try ECSVHeader(lines) {
      try self.init(lines, try ecsv.header(of: lines))
      return
    }
    if let header = try TextHeader.named(lines) {
      try self.init(lines, header)
      return
    }
    let comments = lines.leadingComments.enumerated().map { index, text in
      TextHeader.Comment(text, index, lines.separators(names: text, row: first))
    }.filter(\.fits)
    if let comment = comments.last(where: { $0.words.contains(where: Self.isParameter) })
      ?? comments.last(where: { $0.words.allSatisfy(Self.isName) }) ?? comments.last
    {
      try self.init(
        lines,
        TextHeader(
          comment.words.map { ColumnHeading(name: $0, unit: "") }, firstRow: 0,
          comment.separators.rows))
      return
    }
    let separator = FieldSeparator.own(of: first, in: lines)
    let count = try lines.fields(of: first, separator).count
    try self.init(
      lines,
      TextHeader(
        (1...count).map { ColumnHeading(name: "x\($0)", unit: "") }, firstRow: 0, separator))
  }

  private init(_ lines: consuming TextLines, _ header: TextHeader) throws(CatalogError) {
    path = lines.path
    self.header = header
    columnNames = header.headings.map(\.name)
    if header.layout == .snana { try SNANAText.removeKeys(from: &lines, header) }
    guard lines.data.count > header.firstRow else { throw CatalogError(lines.path, .noRows) }
    do {
      try lines.checkRows(
        from: header.firstRow, fieldCount: columnNames.count + header.keyCount, header.separator)
    } catch {
      guard case .wrongFieldCount(let found, let expected) = error.problem else { throw error }
      throw CatalogError(
        path, row: error.row,
        .wrongFieldCount(found: found - header.keyCount, expected: expected - header.keyCount))
    }
    if header.layout == .machineReadable { try MachineReadableTable.checkPlaces(lines, header) }
    self.lines = lines
  }

  /// Names of parameters, by which a comment is known for a line of names.
  private static func isParameter(_ word: String) -> Bool {
    ["omega_m", "omegam", "h", "H0", "M", "w", "w0", "wa", "omega_k", "alpha", "beta", "weight"]
      .contains(word)
  }

  private static func isName(_ word: String) -> Bool {
    word.allSatisfy { $0.isLetter || $0.isNumber || "_()[]*^.\\{}".contains($0) }
  }

  var rowCount: Int { lines.data.count - header.firstRow }

  func unit(ofColumn column: Int) -> String { header.headings[column].unit }

  func place(ofRow row: Int) -> Int { lines.number(of: lines.data[header.firstRow + row]) }

  func text(row: Int, column: Int) -> String {
    let fields = try? lines.fields(of: lines.data[header.firstRow + row], header.separator)
    let place = column + header.keyCount
    return fields.flatMap { place < $0.count ? $0[place] : nil } ?? ""
  }

  func words() -> [[String]] {
    var words = [[String]](repeating: [], count: columnNames.count)
    for line in lines.data[header.firstRow...] {
      let fields = ((try? lines.fields(of: line, header.separator)) ?? []).dropFirst(
        header.keyCount)
      for (column, word) in fields.prefix(words.count).enumerated() { words[column].append(word) }
    }
    return words
  }

  func flags(inColumn column: Int) throws(CatalogError) -> [Double] {
    (0..<rowCount).map { row in
      switch text(row: row, column: column).lowercased() {
      case "true", "t", "1", "1.0", "yes": 1
      case "false", "f", "0", "0.0", "no": 0
      case let word: Double(word) ?? .nan
      }
    }
  }

  func numbersWithGaps(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    try lines.numbers(
      in: NumberFields(
        columns.map { $0 + header.keyCount }, columns.map { columnNames[$0] },
        nulls: columns.map { header.nulls[$0] }),
      from: header.firstRow, header.separator)
  }
}
