import Foundation

/// What the beginning of a text says of the table in it: the columns, how rows are cut, and where they
/// begin.
struct TextHeader {
  /// The columns, by names and units.
  var headings: [ColumnHeading]
  /// The numbers that stand for a missing value, by column.
  var nulls: [Double?]
  /// Which of the lines of data is the first row.
  var firstRow: Int
  /// How rows are cut.
  var separator: FieldSeparator
  /// Where the names came from.
  var layout: TextTable.Layout
  /// How many fields of a row come before those of the columns.
  var keyCount = 0

  init(
    _ headings: [ColumnHeading], nulls: [Double?]? = nil, firstRow: Int,
    _ separator: FieldSeparator,
    _ layout: TextTable.Layout = .named
  ) {
    self.headings = headings
    self.nulls = nulls ?? headings.map { _ in nil }
    self.firstRow = firstRow
    self.separator = separator
    self.layout = layout
  }

  /// Finds the header of a table of a known format, or one to be recognised.
  init(_ lines: TextLines, _ format: CatalogFormat?) throws(CatalogError) {
    guard let first = lines.data.first else { throw CatalogError(lines.path, .noColumnNames) }
    let key = lines.firstIndex(beginningWith: SNANAText.namesKey)
    // What the text itself says of its names holds however the table is asked for.
    if format == .snana || (format != .union && key != nil) {
      self = try SNANAText.header(lines, at: key)
    } else if let header = try MachineReadableTable(lines)?.header {
      self = header
    } else if let ecsv = try ECSVHeader(lines) {
      self = try ecsv.header(of: lines)
    } else if format != .union, let header = try Self.withNames(lines) {
      self = header
    } else if format == nil || format == .union || format == .lightCurves,
      let header = try Self.headerless(lines)
    {
      self = header
    } else {
      throw CatalogError(
        lines.path, row: lines.number(of: first),
        format == .union ? .notThreeColumns : .noColumnNames)
    }
  }

  private static func withNames(_ lines: TextLines) throws(CatalogError) -> TextHeader? {
    if let header = try named(lines) { return header }
    return try commented(lines)
  }

  // MARK: Names in a line of their own

  /// Names in the first line, if it has no number.
  static func named(_ lines: TextLines) throws(CatalogError) -> TextHeader? {
    guard let first = lines.data.first else { return nil }
    let separators = lines.separators(
      names: first, row: lines.data.count > 1 ? lines.data[1] : first)
    var names = withoutComment(try lines.fields(of: first, separators.names))
    if separators.names == .blanks, lines.data.count > 1, names.count > 1 {
      let row = try lines.fields(of: lines.data[1], separators.rows)
      names = withUnits(names, count: row.count)
    }
    guard !names.contains(where: { isNumber($0) }) else { return nil }
    var header = TextHeader(names.map(ColumnHeading.init), firstRow: 1, separators.rows)
    try header.readUnits(lines)
    return header
  }

  /// Takes a row of units below the names, and one of dashes.
  private mutating func readUnits(_ lines: TextLines) throws(CatalogError) {
    func row() throws(CatalogError) -> [String]? {
      guard firstRow < lines.data.count else { return nil }
      return try? lines.fields(of: lines.data[firstRow], separator)
    }
    if let words = try row(), words.count == headings.count, Self.areUnits(words) {
      headings = zip(headings, words).map {
        ColumnHeading(name: $0.name, unit: $0.unit.isEmpty ? $1 : $0.unit)
      }
      firstRow += 1
      // The rows may be cut in another way than names and units are.
      if firstRow < lines.data.count {
        let separators = lines.separators(names: lines.data[0], row: lines.data[firstRow])
        if separators.areEqual { separator = separators.rows }
      }
    }
    if let words = try row(), !words.isEmpty,
      words.allSatisfy({ $0.allSatisfy { "-=:+".contains($0) } }),
      words.contains(where: { $0.count > 1 })
    {
      firstRow += 1
    }
  }

  static func areUnits(_ words: [String]) -> Bool {
    words.contains { !$0.isEmpty && $0.contains(where: \.isLetter) && Measure.isUnit($0) }
      && words.allSatisfy { Double($0) == nil }
  }

  // MARK: Words

  /// Names that blanks separate, with units in brackets behind them joined to them, if that makes as
  /// many as there are fields.
  static func withUnits(_ words: [String], count: Int) -> [String] {
    guard words.count > count else { return words }
    var joined: [String] = []
    for word in words {
      let isInside = joined.last.map { last in
        last.contains("(") && !last.contains(")") || last.contains("[") && !last.contains("]")
      }
      if let last = joined.last, isInside == true || word.hasPrefix("(") || word.hasPrefix("[") {
        joined[joined.count - 1] = "\(last) \(word)"
      } else {
        joined.append(word)
      }
    }
    return joined.count == count ? joined : words
  }

  /// Names without a comment behind them.
  private static func withoutComment(_ names: [String]) -> [String] {
    guard
      let end = names.indices.first(where: {
        $0 > 0 && (names[$0].hasPrefix("#") || ["!", "%", ";"].contains(names[$0]))
      })
    else { return names }
    return Array(names[..<end])
  }

  static func isNumber(_ word: String) -> Bool { number(word) != nil }

  /// The number that a word is, with a decimal point or comma.
  static func number(_ word: String) -> Double? {
    Double(word.replacing(",", with: "."))
  }
}

extension FieldSeparator {
  /// The separator of a line by itself.
  static func own(of line: TextLines.Line, in lines: TextLines) -> FieldSeparator {
    lines.withBytes(of: line) { candidates(in: $0)[0] }
  }
}
