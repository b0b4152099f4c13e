/// Names of columns in a comment.
extension TextHeader {
  /// Names in a comment before the rows: one of as many words as a row has fields before others, and
  /// one with the name of a redshift before others; or one name per line, with colons.
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
        // An odd quote in a comment is not an error; such a comment just cannot be a header.
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
}
