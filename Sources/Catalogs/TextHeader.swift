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
    if format == .snana || (format == nil && key != nil) {
      self = try SNANAText.header(lines, at: key)
    } else if let header = try MachineReadableTable(lines)?.header {
      self = header
    } else if let ecsv = try ECSVHeader(lines) {
      self = try ecsv.header(of: lines)
    } else if format != .union, let header = try Self.withNames(lines) {
      self = header
    } else if format == nil || format == .union, let header = try Self.headerless(lines) {
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
    guard !names.contains(where: { isNumber($0, separators.names) }) else { return nil }
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

  private static func areUnits(_ words: [String]) -> Bool {
    words.contains { !$0.isEmpty && $0.contains(where: \.isLetter) && Measure.isUnit($0) }
      && words.allSatisfy { Double($0) == nil }
  }

  // MARK: Names in a comment

  /// Names in a comment before the rows: one of as many words as a row has fields before others, and
  /// one with the name of a redshift before others; or one name a line, with colons.
  static func commented(_ lines: TextLines) throws(CatalogError) -> TextHeader? {
    guard let first = lines.data.first else { return nil }
    let comments = lines.leadingComments.enumerated().map { index, text in
      let separators = lines.separators(names: text, row: first)
      let count = (try? lines.fields(of: first, separators.rows).count) ?? 0
      return Comment(text, index, separators, fieldCount: count)
    }
    func named(_ comment: Comment) -> Bool {
      comment.words.count > 1
        && comment.words.contains {
          ColumnRole.matches(ColumnHeading($0).name, ColumnRole.redshift.synonyms)
        }
    }
    let header =
      comments.last { $0.fits && named($0) } ?? comments.last(where: \.isCosmoMC)
      ?? comments.last { $0.fits && !areUnits($0.words) && $0.words.count > 1 }
      ?? comments.last(where: named)
    if let header {
      let isCosmoMC = header.isCosmoMC
      var words = header.words
      // Pantheon's tables announce a last column that they do not have.
      if isCosmoMC {
        words = Array(words.prefix(try lines.fields(of: first, header.separators.rows).count))
      }
      var headings = words.map(ColumnHeading.init)
      if header.index + 1 < comments.count {
        let next = comments[header.index + 1].words
        if next.count == headings.count, areUnits(next) {
          headings = zip(headings, next).map {
            ColumnHeading(name: $0.name, unit: $0.unit.isEmpty ? $1 : $0.unit)
          }
        }
      }
      return TextHeader(
        headings, firstRow: 0, header.separators.rows, isCosmoMC ? .cosmomc : .named)
    }
    let names = comments.compactMap { comment -> String? in
      guard comment.words.count == 1, comment.words[0].hasSuffix(":") else { return nil }
      return String(comment.words[0].dropLast())
    }
    let separator = FieldSeparator.own(of: first, in: lines)
    guard !names.isEmpty, names.count == (try lines.fields(of: first, separator).count) else {
      return nil
    }
    return TextHeader(names.map(ColumnHeading.init), firstRow: 0, separator)
  }

  /// A comment that may hold names.
  struct Comment {
    let index: Int
    let words: [String]
    let separators: TableSeparators
    /// Whether it has as many words as a row has fields.
    let fits: Bool
    /// Whether it is that of CosmoMC.
    let isCosmoMC: Bool

    init(_ text: String, _ index: Int, _ separators: TableSeparators, fieldCount: Int = 0) {
      self.index = index
      self.separators = separators
      var text = text
      let words = text.withUTF8 { bytes in
        var cutter = FieldCutter(bytes, separators.names)
        var words: [String] = []
        while let field = cutter.next() { words.append(field.text) }
        // An odd quote in a comment is no mistake, so such a comment merely cannot be a header.
        return cutter.mistake == nil ? words : []
      }
      let joined =
        separators.names == .blanks && fieldCount > 1
        ? withUnits(words, count: fieldCount) : words
      self.words = joined
      fits = (separators.areEqual || joined.count < words.count) && !words.isEmpty
      isCosmoMC = words.first == "name" && words.contains("zcmb") && words.contains("mb")
    }
  }

  // MARK: No names

  /// A redshift, a distance modulus and its error, by the order of the columns.
  private static func headerless(_ lines: TextLines) throws(CatalogError) -> TextHeader? {
    guard let first = lines.data.first else { return nil }
    for separator in lines.withBytes(of: first, FieldSeparator.candidates) {
      let words = try lines.fields(of: first, separator)
      if let names = positions(in: words, separator) {
        return TextHeader(names.map(ColumnHeading.init), firstRow: 0, separator, .headerless)
      }
    }
    return nil
  }

  /// The names of columns that have none, by the words of a row; nil if they cannot be a redshift,
  /// a distance modulus and its error.
  private static func positions(in words: [String], _ separator: FieldSeparator) -> [String]? {
    let names: [String]
    switch words.count {
    case 3: names = ["z", "mu", "dmu"]
    case 4: names = ["name", "z", "mu", "dmu"]
    case 5: names = ["name", "z", "mu", "dmu", "probability"]
    default: return nil
    }
    let numbers = words.suffix(words.count == 3 ? 3 : words.count - 1).map {
      number($0, separator) ?? .nan
    }
    guard numbers[0] > 0, numbers[2] > 0, 5 < numbers[1], numbers[1] < 60 else { return nil }
    let expected = HubbleResiduals.modulus(numbers[0])
    return abs(numbers[1] - expected) < HubbleResiduals.limit ? names : nil
  }

  // MARK: Words

  /// Names that blanks separate, with units in brackets behind them joined to them, if that makes as
  /// many as there are fields.
  private static func withUnits(_ words: [String], count: Int) -> [String] {
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

  static func isNumber(_ word: String, _ separator: FieldSeparator) -> Bool {
    number(word, separator) != nil
  }

  private static func number(_ word: String, _ separator: FieldSeparator) -> Double? {
    Double(separator.allowsDecimalCommas ? word.replacing(",", with: ".") : word)
  }
}

extension FieldSeparator {
  /// The separator of a line by itself.
  static func own(of line: TextLines.Line, in lines: TextLines) -> FieldSeparator {
    lines.withBytes(of: line) { candidates(in: $0)[0] }
  }
}
