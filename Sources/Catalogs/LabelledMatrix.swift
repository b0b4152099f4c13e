/// A square matrix in text with labels: a line of names, a column of names, or both, as pandas and R
/// write them.
struct LabelledMatrix {
  /// The number of rows.
  let size: Int
  /// The elements row by row.
  let elements: [Double]
  /// What the rows are called; nil if a title stands in the place of names.
  let labels: [String]?

  /// Reads it; nil if the first line has numbers only, as a matrix without labels has.
  ///
  /// - Throws: `CatalogError` for rows of another length, cells that are not numbers, and labels of rows
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
    let firstRow = hasNames ? 1 : 0
    let rowCount = lines.data.count - firstRow
    let fieldCount = hasNames ? next.count : top.count
    let separator = hasNames ? separators.rows : separators.names
    try lines.checkRows(from: firstRow, fieldCount: fieldCount, separator)
    let hasRowNames = fieldCount == rowCount + 1
    guard hasRowNames || fieldCount == rowCount else {
      let isNamed = (hasNames ? next : top).first.map { Double($0) == nil } ?? false
      throw CatalogError(
        path, .notSquare(rows: rowCount, columns: fieldCount - (isNamed ? 1 : 0)))
    }
    let names = Array(top.suffix(rowCount))
    let own =
      hasRowNames
      ? try lines.data[firstRow...].map { line throws(CatalogError) in
        try lines.fields(of: line, separator)[0]
      } : []
    // One of both may be counted while the other has names.
    let areNames = hasNames && names.count == rowCount
    let ownAreCount = MatrixLabels.areCount(own)
    if areNames, hasRowNames, !ownAreCount, !MatrixLabels.areCount(names),
      let row = names.indices.first(where: { own[$0] != names[$0] })
    {
      throw CatalogError(
        path, row: lines.number(of: lines.data[firstRow + row]),
        .otherLabel(row: own[row], column: names[row]))
    }
    let places = Array((hasRowNames ? 1 : 0)..<fieldCount)
    // A title in the place of names may have any number of words.
    let isTitle = !hasNames || names.count != places.count
    let columns = try lines.numbers(
      in: NumberFields(places, isTitle ? places.map { "\($0 + 1)" } : names), from: firstRow,
      separator)
    labels = hasRowNames && !(ownAreCount && areNames) ? own : areNames ? names : nil
    size = rowCount
    elements = (0..<rowCount * rowCount).map { columns[$0 % rowCount][$0 / rowCount] }
  }

  /// Whether the first line that is not a comment has a word or begins with a separator.
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
