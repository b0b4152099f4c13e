import Foundation

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
    var finder = Finder(path: path, limit: largestCount)
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

  /// The number of a line in the file, from 1; counted anew, for messages.
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

/// A walk through a text that finds its lines.
private struct Finder {
  let path: String
  let limit: TextLimit
  private(set) var data: [TextLines.Line] = []
  /// Where the last comments before the data stand, without the sign.
  private(set) var comments: [Range<Int>] = []
  private var commentCount = 0

  private static let longestComment = 1 << 14
  private static let mostComments = 1000

  init(path: String, limit: TextLimit) {
    self.path = path
    self.limit = limit
  }

  /// Finds all lines; returns the first mistake.
  mutating func find(_ bytes: UnsafeBufferPointer<UInt8>) -> CatalogError? {
    guard let base = bytes.baseAddress else { return nil }
    // Few files have ends of lines other than LF, so that the search for these is left to the C library.
    let hasCarriageReturns = memchr(base, CInt(carriageReturn), bytes.count) != nil
    var number = 0
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      var end = bytes.count
      if hasCarriageReturns {
        end = start
        while end < bytes.count, !isLineEnd(bytes[end]) { end += 1 }
      } else if let place = memchr(base + start, CInt(lineFeed), bytes.count - start) {
        end = UnsafeRawPointer(place) - UnsafeRawPointer(base)
      }
      number += 1
      if let mistake = keep(bytes, start..<end, number) { return mistake }
      start = end + (isPair(bytes, at: end) ? 2 : 1)
    }
    comments = comments.suffix(Self.mostComments)
    return nil
  }

  private mutating func keep(
    _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ number: Int
  ) -> CatalogError? {
    var first = line.lowerBound
    while first < line.upperBound, isBlank(bytes[first]) { first += 1 }
    guard first < line.upperBound else { return nil }
    if isComment(bytes, first..<line.upperBound) {
      commentCount += 1
      if commentCount > limit.largest { return CatalogError(path, row: number, .beyond(limit)) }
      if data.isEmpty { keepComment(first + 1..<line.upperBound) }
      return nil
    }
    if line.count > TextLimit.lineBytes.largest {
      return CatalogError(path, row: number, .beyond(.lineBytes))
    }
    if data.count == limit.largest { return CatalogError(path, row: number, .beyond(limit)) }
    data.append(TextLines.Line(start: line.lowerBound, length: UInt32(line.count)))
    return nil
  }

  /// Whether a line without leading blanks is a comment: a row of a table that semicolons separate may
  /// begin with one, and then has more.
  private func isComment(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
    switch bytes[line.lowerBound] {
    case UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "%"): true
    case UInt8(ascii: ";"): !bytes[line].dropFirst().contains(UInt8(ascii: ";"))
    default: false
    }
  }

  private mutating func keepComment(_ range: Range<Int>) {
    guard range.count <= Self.longestComment else { return }
    if comments.count == 2 * Self.mostComments { comments.removeFirst(Self.mostComments) }
    comments.append(range)
  }
}

// MARK: - Rows

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

/// How many fields a row has, and where it ends if a comment stands behind it.
private struct RowCount {
  /// The bytes without a comment.
  private(set) var length: Int
  /// What is wrong, if it has not the fields that are expected.
  private(set) var problem: CatalogError.Problem?

  init(_ row: UnsafeBufferPointer<UInt8>, _ separator: FieldSeparator, _ expected: Int) {
    length = row.count
    if let byte = separator.byte, Self.isPlain(row, byte, expected) { return }
    var cutter = FieldCutter(row, separator)
    var count = 0
    while let field = cutter.next() {
      let start = field.bytes.isEmpty || field.isQuoted ? nil : row.offset(of: field.bytes)
      if let start,
        let end = Self.comment(
          field.bytes, separator, isBeyond: count >= expected, isLast: count == expected - 1)
      {
        length = start + end
        if end > 0 { count += 1 }
        break
      }
      count += 1
      // Editors and spreadsheets leave tabs at the ends of lines.
      if count > expected, separator == .tab, field.bytes.isEmpty { count -= 1 }
    }
    if let mistake = cutter.mistake {
      problem = mistake
    } else if count > TextLimit.fields.largest {
      problem = .beyond(.fields)
    } else if count != expected {
      problem = .wrongFieldCount(found: count, expected: expected)
    }
  }

  /// Whether a row has so many fields at first sight: without quotes and signs of comments.
  private static func isPlain(
    _ row: UnsafeBufferPointer<UInt8>, _ byte: UInt8, _ expected: Int
  ) -> Bool {
    var count = 1
    for value in row {
      if value == byte { count += 1 }
      if value == UInt8(ascii: "\"") || value == UInt8(ascii: "#") || value == UInt8(ascii: "!")
        || value == UInt8(ascii: "%") || value == UInt8(ascii: ";") && byte != value
      {
        return false
      }
    }
    return count == expected
  }

  /// Where a comment begins in a field, from the field's beginning; nil if there is none.
  ///
  /// A name may begin with the sign of a comment or have one inside, so that only `#` between blanks,
  /// and signs behind the last field count.
  private static func comment(
    _ field: UnsafeBufferPointer<UInt8>, _ separator: FieldSeparator, isBeyond: Bool, isLast: Bool
  ) -> Int? {
    func isSign(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "%")
        || byte == UInt8(ascii: ";") && separator != .semicolon
    }
    if separator == .blanks {
      return field[0] == UInt8(ascii: "#") || (isBeyond && isSign(field[0])) ? 0 : nil
    }
    guard isLast else { return nil }
    return field.indices.first { index in
      guard index > 0, isBlank(field[index - 1]), isSign(field[index]) else { return false }
      return field[index] == UInt8(ascii: "#")
        || (index + 1 < field.count && isBlank(field[index + 1]))
    }.map { end in
      var end = end
      while end > 0, isBlank(field[end - 1]) { end -= 1 }
      return end
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where a part of the buffer begins.
  fileprivate func offset(of part: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = baseAddress, let start = part.baseAddress else { return nil }
    return start - base
  }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

/// Whether CR LF stands at a place.
private func isPair(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  place + 1 < bytes.count && bytes[place] == carriageReturn && bytes[place + 1] == lineFeed
}
