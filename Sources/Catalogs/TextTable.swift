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
  let layout: Layout
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
    guard let first = lines.data.first else { throw CatalogError(path, .noColumnNames) }
    let key = lines.data.firstIndex { $0.fields[0] == Self.namesKey }
    if format == .snana || (format == nil && key != nil) {
      guard let key else { throw CatalogError(path, .lacksKey(Self.namesKey)) }
      layout = .snana
      columnNames = Array(lines.data[key].fields.dropFirst())
      rows = try Self.snanaRows(lines.data[(key + 1)...], columnNames, path)
    } else if format != .union, first.fields.allSatisfy({ Double($0) == nil }) {
      layout = .named
      columnNames = first.fields
      rows = Array(lines.data.dropFirst())
    } else if format != .union,
      let names = Self.names(lines.leadingComments, fieldCount: first.fields.count)
    {
      let isCosmoMC = names.first == "name" && names.contains("zcmb") && names.contains("mb")
      layout = isCosmoMC ? .cosmomc : .named
      // Pantheon's tables announce a last column that they do not have.
      columnNames = layout == .cosmomc ? Array(names.prefix(first.fields.count)) : names
      rows = lines.data
    } else if format == nil || format == .union, let names = Self.positions(in: first) {
      layout = .headerless
      columnNames = names
      rows = lines.data
    } else {
      throw CatalogError(
        path, row: first.number, format == .union ? .notThreeColumns : .noColumnNames)
    }
    guard !rows.isEmpty else { throw CatalogError(path, .noRows) }
    for row in rows where row.fields.count != columnNames.count {
      throw CatalogError(
        path, row: row.number,
        .wrongFieldCount(found: row.fields.count, expected: columnNames.count))
    }
  }

  private init(_ table: TextTable, rows: [TextLines.Line]) {
    path = table.path
    columnNames = table.columnNames
    layout = table.layout
    self.rows = rows
  }

  private static let namesKey = "VARNAMES:"

  /// The rows behind their keys, such as `SN:`; a file that was glued together repeats the names.
  private static func snanaRows(
    _ lines: ArraySlice<TextLines.Line>, _ names: [String], _ path: String
  ) throws(CatalogError) -> [TextLines.Line] {
    var rows: [TextLines.Line] = []
    for line in lines {
      if line.fields[0] == namesKey {
        guard Array(line.fields.dropFirst()) == names else {
          throw CatalogError(path, row: line.number, .otherNames)
        }
      } else if line.fields[0].hasSuffix(":"), line.fields[0] != "NVAR:" {
        rows.append(TextLines.Line(number: line.number, fields: Array(line.fields.dropFirst())))
      } else if line.fields[0] != "NVAR:" {
        throw CatalogError(path, row: line.number, .noRowKey(found: line.fields[0]))
      }
    }
    return rows
  }

  /// The column names in the comments before the data.
  private static func names(_ comments: [TextLines.Line], fieldCount: Int) -> [String]? {
    let header =
      comments.last { comment in
        comment.fields.count > 1
          && comment.fields.contains { ColumnRole.matches($0, ColumnRole.redshift.synonyms) }
      } ?? comments.last { $0.fields.count == fieldCount }
    if let header { return header.fields }
    // One name a line, each with a colon.
    let names = comments.compactMap { comment -> String? in
      guard comment.fields.count == 1, comment.fields[0].hasSuffix(":") else { return nil }
      return String(comment.fields[0].dropLast())
    }
    return names.count == fieldCount ? names : nil
  }

  /// The names of columns that have none, by a row; nil if they cannot be a redshift, a distance
  /// modulus and its error.
  private static func positions(in row: TextLines.Line) -> [String]? {
    let names: [String]
    switch row.fields.count {
    case 3: names = ["z", "mu", "dmu"]
    case 4: names = ["name", "z", "mu", "dmu"]
    case 5: names = ["name", "z", "mu", "dmu", "probability"]
    default: return nil
    }
    let numbers = row.fields.suffix(row.fields.count == 3 ? 3 : row.fields.count - 1)
      .map { Double($0) ?? .nan }
    // A modulus is within a few magnitudes of 5 log₁₀(c z / H₀) + 25.
    guard numbers[0] > 0, numbers[2] > 0, 5 < numbers[1], numbers[1] < 60 else { return nil }
    let expected = 5 * log10(4283 * numbers[0]) + 25
    return abs(numbers[1] - expected) < 3 ? names : nil
  }

  var rowCount: Int { rows.count }

  func unit(ofColumn column: Int) -> String { "" }

  func place(ofRow row: Int) -> Int { rows[row].number }

  func keeping(rows kept: [Int]) -> TextTable {
    TextTable(self, rows: kept.map { rows[$0] })
  }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      numbers.append(
        try finiteNumber(row.fields[column], path, row: row.number, column: columnNames[column]))
    }
    return numbers
  }

  func numbersWithGaps(inColumn column: Int) throws(CatalogError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      let text = row.fields[column]
      guard let number = text.isEmpty ? .nan : Double(text) else {
        throw CatalogError(
          path, row: row.number, column: columnNames[column], .notANumber(found: text))
      }
      numbers.append(number)
    }
    return numbers
  }
}

/// Reads one number.
///
/// - Throws: `CatalogError` if the text is no number, or one that is not finite.
func finiteNumber(
  _ text: String, _ path: String, row: Int, column: String? = nil
) throws(CatalogError) -> Double {
  guard let number = Double(text) else {
    throw CatalogError(path, row: row, column: column, .notANumber(found: text))
  }
  guard number.isFinite else {
    throw CatalogError(path, row: row, column: column, .notFinite(found: text))
  }
  return number
}
