/// A square matrix in text with labels: a line of names, a column of names, or both, as pandas and R
/// write them.
struct LabelledMatrix {
  /// The number of rows.
  let size: Int
  /// The elements row by row.
  let elements: [Double]

  /// Reads it; nil if the first line has numbers only, as a matrix without labels has.
  ///
  /// - Throws: `CatalogError` for rows of another length, cells that are no numbers, and labels of rows
  ///   that are not those of the columns.
  init?(_ bytes: [UInt8], path: String) throws(CatalogError) {
    guard Self.beginsWithLabel(bytes) else { return nil }
    var lines = try TextLines(bytes, path: path)
    guard let first = lines.data.first, lines.data.count > 1 else { return nil }
    let separators = lines.separators(names: first, row: lines.data[1])
    let (top, next) = (
      try lines.fields(of: first, separators.names),
      try lines.fields(of: lines.data[1], separators.rows)
    )
    // Without a line of names the first line is a row behind its name.
    let hasNames = top.dropFirst().contains { Double($0) == nil } || top.first?.isEmpty == true
    let columnCount = hasNames ? next.count : top.count
    let hasRowNames =
      hasNames
      ? Double(next[0]) == nil || top.count == next.count && top[0].isEmpty
        || top.count == next.count - 1 : true
    let count = columnCount - (hasRowNames ? 1 : 0)
    let firstRow = hasNames ? 1 : 0
    let separator = hasNames ? separators.rows : separators.names
    try lines.checkRows(from: firstRow, fieldCount: columnCount, separator)
    guard lines.data.count - firstRow == count, count > 0 else {
      throw CatalogError(path, .notSquare(rows: lines.data.count - firstRow, columns: count))
    }
    let names = top.suffix(count)
    if hasNames, hasRowNames {
      for (row, name) in names.enumerated() {
        let own = try lines.fields(of: lines.data[firstRow + row], separator)[0]
        guard own == name else {
          throw CatalogError(
            path, row: lines.number(of: lines.data[firstRow + row]),
            .otherLabel(row: own, column: name))
        }
      }
    }
    let places = Array((hasRowNames ? 1 : 0)..<columnCount)
    let columns = try lines.numbers(
      in: NumberFields(places, hasNames ? Array(names) : places.map { "\($0 + 1)" }),
      from: firstRow, separator)
    size = count
    elements = (0..<count * count).map { columns[$0 % count][$0 / count] }
  }

  /// Whether the first line that is no comment has a word or begins with a separator.
  private static func beginsWithLabel(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != lineFeed, bytes[end] != carriageReturn { end += 1 }
        let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
        let text = line.drop(while: isBlank)
        if let first = text.first, first != UInt8(ascii: "#") {
          guard line.count <= TextLimit.lineBytes.largest else { return false }
          // Tabs and commas at the beginning follow an empty label.
          if first == UInt8(ascii: ",") || first == UInt8(ascii: ";")
            || line[0] == UInt8(ascii: "\t")
          {
            return true
          }
          let separator = FieldSeparator.candidates(in: line)[0]
          var cutter = FieldCutter(line, separator)
          guard let field = cutter.next() else { return false }
          return field.isQuoted || (field.number == nil && !isNumberLike(field.bytes))
        }
        start = end + 1
      }
      return false
    }
  }

  /// Whether a field is a number that was written wrongly, rather than a label.
  private static func isNumberLike(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { "0123456789+-.eEdD".utf8.contains($0) }
  }
}
