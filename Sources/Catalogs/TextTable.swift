/// A table in a text file, separated by commas or blanks.
///
/// The column names are the first line that is not a comment; where that line holds numbers
/// already, the last comment before it that names a redshift, else the last that has as many words.
struct TextTable: CatalogTable {
  let path: String
  let columnNames: [String]
  private let rows: [TextLines.Line]

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    let lines = try TextLines(bytes, path: path)
    guard let first = lines.data.first else { throw CatalogError(path, .noColumnNames) }
    if first.fields.allSatisfy({ Double($0) == nil }) {
      columnNames = first.fields
      rows = Array(lines.data.dropFirst())
    } else if let header = Self.header(lines.leadingComments, fieldCount: first.fields.count) {
      columnNames = header.fields
      rows = lines.data
    } else {
      throw CatalogError(path, row: first.number, .noColumnNames)
    }
    guard !rows.isEmpty else { throw CatalogError(path, .noRows) }
    for row in rows where row.fields.count != columnNames.count {
      throw CatalogError(
        path, row: row.number,
        .wrongFieldCount(found: row.fields.count, expected: columnNames.count))
    }
  }

  private static func header(_ comments: [TextLines.Line], fieldCount: Int) -> TextLines.Line? {
    comments.last { comment in
      comment.fields.count > 1
        && comment.fields.contains { ColumnRole.matches($0, ColumnRole.redshift.synonyms) }
    } ?? comments.last { $0.fields.count == fieldCount }
  }

  var rowCount: Int { rows.count }

  func unit(ofColumn column: Int) -> String { "" }

  func place(ofRow row: Int) -> Int { rows[row].number }

  func numbers(inColumn column: Int) throws(CatalogError) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      numbers.append(
        try finiteNumber(row.fields[column], path, row: row.number, column: columnNames[column]))
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
