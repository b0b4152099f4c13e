import Foundation

/// A table in a text file, separated by commas or blanks.
///
/// The column names are the first line that is not a comment; where that line holds numbers
/// already, the last comment before it that names a redshift, else the last that has as many words.
/// Where there are no names, three to five columns are (name,) redshift, modulus, error. In SNANA's
/// text the names follow `VARNAMES:`, and every row begins with a key.
struct TextTable: CatalogTable {
  let path: String
  let columnNames: [String]
  private let units: [String]
  let layout: Layout
  private let lines: TextLines
  private let rows: [TextLines.Line]

  /// Where the column names came from.
  enum Layout {
    /// A line of names, or a comment.
    case named
    /// The comment `#name zcmb …` of CosmoMC.
    case cosmomc
    /// `VARNAMES:`.
    case snana
    /// The order of the columns.
    case headerless
  }

  /// Reads a table, of a known format or one to be recognised.
  init(_ bytes: [UInt8], path: String, format: CatalogFormat? = nil) throws(CatalogError) {
    self.path = path
    let lines = try TextLines(bytes, path: path)
    self.lines = lines
    let names: [String]
    guard let first = lines.data.first else { throw CatalogError(path, .noColumnNames) }
    let words = lines.fields(of: first)
    let key = lines.data.firstIndex { lines.firstField(of: $0) == Self.namesKey }
    if format == .snana || (format == nil && key != nil) {
      guard let key else { throw CatalogError(path, .lacksKey(Self.namesKey)) }
      layout = .snana
      names = Array(lines.fields(of: lines.data[key]).dropFirst())
      rows = try Self.snanaRows(lines, after: key, names)
    } else if format != .union, words.allSatisfy({ Double($0) == nil }) {
      layout = .named
      names = words
      rows = Array(lines.data.dropFirst())
    } else if format != .union,
      let header = Self.names(lines.leadingComments, fieldCount: words.count)
    {
      let isCosmoMC = header.first == "name" && header.contains("zcmb") && header.contains("mb")
      layout = isCosmoMC ? .cosmomc : .named
      // Pantheon's tables announce a last column that they do not have.
      names = layout == .cosmomc ? Array(header.prefix(words.count)) : header
      rows = lines.data
    } else if format == nil || format == .union, let known = Self.positions(in: words) {
      layout = .headerless
      names = known
      rows = lines.data
    } else {
      throw CatalogError(
        path, row: lines.number(of: first), format == .union ? .notThreeColumns : .noColumnNames)
    }
    let headings = names.map(ColumnHeading.init)
    columnNames = headings.map(\.name)
    units = headings.map(\.unit)
    try checkRows()
  }

  /// Reads a table that nothing is expected of but rows of equal length; columns without names are
  /// `x1`, `x2`, ….
  init(plain bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    layout = .named
    lines = try TextLines(bytes, path: path, upTo: .rows)
    guard let first = lines.data.first else { throw CatalogError(path, .noRows) }
    let words = lines.fields(of: first)
    if words.contains(where: { Double($0) != nil }) {
      let comment = lines.leadingComments.last { $0.count == words.count }
      columnNames = comment ?? (1...words.count).map { "x\($0)" }
      rows = lines.data
    } else {
      columnNames = words
      rows = Array(lines.data.dropFirst())
    }
    units = columnNames.map { _ in "" }
    try checkRows()
  }

  private func checkRows() throws(CatalogError) {
    guard !rows.isEmpty else { throw CatalogError(path, .noRows) }
    if let row = rows.first(where: { $0.fieldCount - keyCount != columnNames.count }) {
      throw CatalogError(
        path, row: lines.number(of: row),
        .wrongFieldCount(found: row.fieldCount - keyCount, expected: columnNames.count))
    }
  }

  /// How many fields of a row come before those of the columns.
  private var keyCount: Int { layout == .snana ? 1 : 0 }

  private static let namesKey = "VARNAMES:"

  /// The rows behind their keys, such as `SN:`; a file that was glued together repeats the names.
  private static func snanaRows(
    _ lines: TextLines, after key: Int, _ names: [String]
  ) throws(CatalogError) -> [TextLines.Line] {
    var rows: [TextLines.Line] = []
    for line in lines.data[(key + 1)...] {
      let word = lines.firstField(of: line)
      if word == namesKey {
        guard Array(lines.fields(of: line).dropFirst()) == names else {
          throw CatalogError(lines.path, row: lines.number(of: line), .otherNames)
        }
      } else if word.hasSuffix(":"), word != "NVAR:" {
        rows.append(line)
      } else if word != "NVAR:" {
        throw CatalogError(
          lines.path, row: lines.number(of: line), .noRowKey(found: String(word.prefix(200))))
      }
    }
    return rows
  }

  /// The column names in the comments before the data.
  private static func names(_ comments: [[String]], fieldCount: Int) -> [String]? {
    let header =
      comments.last { comment in
        comment.count > 1
          && comment.contains { ColumnRole.matches($0, ColumnRole.redshift.synonyms) }
      } ?? comments.last { $0.count == fieldCount }
    if let header { return header }
    // One name a line, each with a colon.
    let names = comments.compactMap { comment -> String? in
      guard comment.count == 1, comment[0].hasSuffix(":") else { return nil }
      return String(comment[0].dropLast())
    }
    return names.count == fieldCount ? names : nil
  }

  /// The names of columns that have none, by the words of a row; nil if they cannot be a redshift,
  /// a distance modulus and its error.
  private static func positions(in words: [String]) -> [String]? {
    let names: [String]
    switch words.count {
    case 3: names = ["z", "mu", "dmu"]
    case 4: names = ["name", "z", "mu", "dmu"]
    case 5: names = ["name", "z", "mu", "dmu", "probability"]
    default: return nil
    }
    let numbers = words.suffix(words.count == 3 ? 3 : words.count - 1).map { Double($0) ?? .nan }
    // A modulus is within a few magnitudes of 5 log₁₀(c z / H₀) + 25.
    guard numbers[0] > 0, numbers[2] > 0, 5 < numbers[1], numbers[1] < 60 else { return nil }
    let expected = 5 * log10(4283 * numbers[0]) + 25
    return abs(numbers[1] - expected) < 3 ? names : nil
  }

  var rowCount: Int { rows.count }

  func unit(ofColumn column: Int) -> String { units[column] }

  func place(ofRow row: Int) -> Int { lines.number(of: rows[row]) }

  func text(row: Int, column: Int) -> String { lines.fields(of: rows[row])[column + keyCount] }

  func flags(inColumn column: Int) throws(CatalogError) -> [Double] {
    try rows.indices.map { row throws(CatalogError) in
      switch text(row: row, column: column).lowercased() {
      case "true", "t", "1", "1.0", "yes": 1
      case "false", "f", "0", "0.0", "no": 0
      case let word: Double(word) ?? .nan
      }
    }
  }

  func numbersWithGaps(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    try lines.numbers(
      inFields: columns.map { $0 + keyCount }, columns.map { columnNames[$0] }, of: rows)
  }
}
