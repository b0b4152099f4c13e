/// SNANA's text, in which the names of columns follow `VARNAMES:`, and every row begins with a key such
/// as `SN:`.
enum SNANAText {
  static let namesKey = "VARNAMES:"

  /// The header, if there is one.
  static func header(_ lines: TextLines, at key: Int?) throws(CatalogError) -> TextHeader {
    guard let key else { throw CatalogError(lines.path, .lacksKey(namesKey)) }
    var header = TextHeader(
      try names(lines, lines.data[key]).map(ColumnHeading.init), firstRow: key + 1, .blanks, .snana)
    header.keyCount = 1
    return header
  }

  /// Removes what is not a row from the lines after the header; a concatenated file repeats
  /// the names.
  static func removeKeys(
    from lines: inout TextLines, _ header: TextHeader
  ) throws(CatalogError) {
    let expected = try names(lines, lines.data[header.firstRow - 1])
    var others: Set<Int> = []
    for index in header.firstRow..<lines.data.count {
      let line = lines.data[index]
      let word = lines.firstWord(of: line)
      if word == "SN:" || word == "ROW:" { continue }
      if word == namesKey {
        guard try names(lines, line) == expected else {
          throw CatalogError(lines.path, row: lines.number(of: line), .otherNames)
        }
        others.insert(index)
      } else if word == "NVAR:" {
        others.insert(index)
      } else if !word.hasSuffix(":") {
        throw CatalogError(
          lines.path, row: lines.number(of: line), .noRowKey(found: String(word.prefix(200))))
      }
    }
    if !others.isEmpty { lines.remove { others.contains($0) } }
  }

  private static func names(
    _ lines: TextLines, _ line: TextLines.Line
  ) throws(CatalogError) -> [String] {
    let names = Array(try lines.fields(of: line, .blanks).dropFirst())
    return names.firstIndex { $0.hasPrefix("#") }.map { Array(names[..<$0]) } ?? names
  }
}
