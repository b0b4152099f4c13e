/// The lines of a text file that hold data, with the comments before them kept apart.
///
/// Lines end with LF, CR LF or CR; a byte-order mark is skipped. A line that begins with `#`, `!` or
/// `%` is a comment, and one that begins with `;` if it has no other. What is kept of a line is where
/// it stands: it is cut into fields (`FieldCutter`) for each use, as a text of many fields may be much
/// smaller than a list of them.
struct TextLines {
  /// A line of data.
  struct Line {
    /// Where it begins in the text.
    let start: Int
    /// Its bytes, without its end and a comment behind it.
    var length: UInt32
  }

  /// The file, for messages.
  let path: String
  let bytes: [UInt8]
  /// The lines that are neither blank nor comments.
  fileprivate(set) var data: [Line]
  /// The comments before the first line of data, without the sign before them; of very many the last,
  /// and none that is longer than names of columns could be.
  private let comments: [Range<Int>]

  /// Finds the lines.
  ///
  /// - Parameter largestCount: which limit the number of lines has.
  /// - Throws: `CatalogError` for more than a table holds (`TextLimit`).
  init(
    _ bytes: [UInt8], path: String, upTo largestCount: TextLimit = .supernovae
  ) throws(CatalogError) {
    self.path = path
    self.bytes = bytes
    var finder = LineFinder(path: path, limit: largestCount)
    if let mistake = bytes.withUnsafeBufferPointer({ finder.find($0) }) { throw mistake }
    data = finder.data
    comments = finder.comments
  }

  /// The first lines of the text as they stand, comments and blank ones included.
  func beginning(lines count: Int) -> [Substring] {
    String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
      .split(maxSplits: count, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .dropLast(bytes.count > 1 << 16 ? 1 : 0)
  }

  /// The comments before the data, as text.
  var leadingComments: [String] { comments.map { String(decoding: bytes[$0], as: UTF8.self) } }

  /// Gives the bytes of a line to a body.
  func withBytes<Value>(of line: Line, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { bytes in
      body(UnsafeBufferPointer(rebasing: bytes[line.start..<line.start + Int(line.length)]))
    }
  }

  /// The number of a line in the file, from 1; recounted, for messages.
  func number(of line: Line) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      (0..<line.start).count { isLineEnd(bytes[$0]) && !isPair(bytes, at: $0) } + 1
    }
  }

  /// The fields of a line.
  ///
  /// - Throws: `CatalogError` for a quote that is not closed, or text between it and the end of the
  ///   field.
  func fields(of line: Line, _ separator: FieldSeparator) throws(CatalogError) -> [String] {
    let result: Result<[String], CatalogError> = withBytes(of: line) { bytes in
      var cutter = FieldCutter(bytes, separator)
      var fields: [String] = []
      while let field = cutter.next() {
        guard fields.count < TextLimit.fields.largest else {
          return .failure(CatalogError(path, row: number(of: line), .beyond(.fields)))
        }
        fields.append(field.text)
      }
      return cutter.mistake.map { .failure(CatalogError(path, row: number(of: line), $0)) }
        ?? .success(fields)
    }
    return try result.get()
  }

  /// The first word of a line.
  func firstWord(of line: Line) -> String {
    withBytes(of: line) { bytes in
      var cutter = FieldCutter(bytes, .blanks)
      return cutter.next()?.text ?? ""
    }
  }

  /// The first line that begins with a word.
  func firstIndex(beginningWith word: String) -> Int? {
    let word = Array(word.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      data.firstIndex { line in
        bytes[line.start..<line.start + Int(line.length)].drop(while: isBlank).starts(with: word)
      }
    }
  }

  /// How the names in one line and the rows from another on are separated.
  func separators(names: Line, row: Line) -> TableSeparators {
    withBytes(of: names) { names in
      withBytes(of: row) { TableSeparators(names: names, row: $0) }
    }
  }

  /// The same for names in a comment.
  func separators(names comment: String, row: Line) -> TableSeparators {
    var comment = comment
    return comment.withUTF8 { names in
      withBytes(of: row) { TableSeparators(names: names, row: $0) }
    }
  }
}

extension TextLines {
  /// Makes sure that lines have a number of fields, and cuts off the comments behind them.
  ///
  /// - Throws: `CatalogError` with the first line that has more or fewer, or a mistake in its quotes.
  mutating func checkRows(
    from first: Int, fieldCount: Int, _ separator: FieldSeparator
  ) throws(CatalogError) {
    if case .places = separator { return }
    let mistake: CatalogError? = bytes.withUnsafeBufferPointer { bytes in
      for index in first..<data.count {
        let line = data[index]
        let range = line.start..<line.start + Int(line.length)
        let row = RowCount(UnsafeBufferPointer(rebasing: bytes[range]), separator, fieldCount)
        if let problem = row.problem { return CatalogError(path, row: number(of: line), problem) }
        if row.length < range.count { data[index].length = UInt32(row.length) }
      }
      return nil
    }
    if let mistake { throw mistake }
  }

  /// The lines from one on, of which some are left out.
  mutating func remove(where isLeftOut: (Int) -> Bool) {
    data = data.indices.filter { !isLeftOut($0) }.map { data[$0] }
  }
}
