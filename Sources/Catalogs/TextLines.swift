/// The lines of a text file that hold data, with the comments before them kept apart.
///
/// Lines end with LF, CR LF or CR; a byte-order mark is skipped. A line that begins with `#` is a
/// comment. What is kept of a line is where it stands: it is cut into fields (`FieldCutter`) again
/// for each use, as a text of many fields may be much smaller than a list of them.
struct TextLines {
  /// A line of data.
  struct Line {
    /// Where its first byte that is no blank stands in the text.
    fileprivate let start: Int
    fileprivate let length: UInt32
    fileprivate let fields: UInt16

    /// How many fields it has.
    var fieldCount: Int { Int(fields) }
  }

  /// The file, for messages.
  let path: String
  private let bytes: [UInt8]
  /// The lines that are neither blank nor comments.
  let data: [Line]
  /// The comments before the first line of data, cut into fields without the `#`; of very many the
  /// last, and none that is longer than names of columns could be.
  let leadingComments: [[String]]

  /// Finds the lines and counts their fields.
  ///
  /// - Parameter largestCount: which limit the number of lines has.
  /// - Throws: `CatalogError` for a quote that is not closed, text between it and the end of the
  ///   field, or more than a table holds (`TextLimit`).
  init(
    _ bytes: [UInt8], path: String, upTo largestCount: TextLimit = .supernovae
  ) throws(CatalogError) {
    self.path = path
    self.bytes = bytes
    var finder = Finder(path: path, limit: largestCount)
    if let mistake = bytes.withUnsafeBufferPointer({ finder.find($0) }) { throw mistake }
    data = finder.data
    leadingComments = bytes.withUnsafeBufferPointer { finder.cutComments($0) }
  }
}

/// A walk through a text that finds its lines.
private struct Finder {
  let path: String
  let limit: TextLimit
  private(set) var data: [TextLines.Line] = []
  /// Where the last comments before the data stand, without the `#`.
  private var comments: [Range<Int>] = []
  private var commentCount = 0

  private static let longestComment = 1 << 14
  private static let mostComments = 1000

  init(path: String, limit: TextLimit) {
    self.path = path
    self.limit = limit
  }

  /// Finds all lines; returns the first mistake.
  mutating func find(_ bytes: UnsafeBufferPointer<UInt8>) -> CatalogError? {
    var number = 0
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, !isLineEnd(bytes[end]) { end += 1 }
      number += 1
      while start < end, isBlank(bytes[start]) { start += 1 }
      if start < end, bytes[start] == UInt8(ascii: "#") {
        commentCount += 1
        guard commentCount <= limit.largest else {
          return CatalogError(path, row: number, .beyond(limit))
        }
        if data.isEmpty { keepComment(start + 1..<end) }
      } else if start < end {
        let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let problem = keep(line, start) { return CatalogError(path, row: number, problem) }
      }
      start = end + (isPair(bytes, at: end) ? 2 : 1)
    }
    return nil
  }

  private mutating func keep(
    _ line: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> CatalogError.Problem? {
    guard line.count <= TextLimit.lineBytes.largest else { return .beyond(.lineBytes) }
    guard data.count < limit.largest else { return .beyond(limit) }
    var cutter = FieldCutter(line)
    var count = 0
    while cutter.next() != nil { count += 1 }
    if let mistake = cutter.mistake { return mistake }
    guard count <= TextLimit.fields.largest else { return .beyond(.fields) }
    data.append(
      TextLines.Line(start: start, length: UInt32(line.count), fields: UInt16(count)))
    return nil
  }

  private mutating func keepComment(_ range: Range<Int>) {
    guard range.count <= Self.longestComment else { return }
    if comments.count == 2 * Self.mostComments { comments.removeFirst(Self.mostComments) }
    comments.append(range)
  }

  /// The fields of the comments that are kept.
  func cutComments(_ bytes: UnsafeBufferPointer<UInt8>) -> [[String]] {
    comments.compactMap { range in
      var cutter = FieldCutter(UnsafeBufferPointer(rebasing: bytes[range]))
      var fields: [String] = []
      while let field = cutter.next() { fields.append(field.text) }
      // An odd quote in a comment is no mistake, so such a comment merely cannot be a header.
      return cutter.mistake == nil ? fields : nil
    }
  }
}

// MARK: - What lines hold

extension TextLines {
  /// The number of a line in the file, from 1; counted anew, for messages.
  func number(of line: Line) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      (0..<line.start).count { isLineEnd(bytes[$0]) && !isPair(bytes, at: $0) } + 1
    }
  }

  /// The fields of a line.
  func fields(of line: Line) -> [String] {
    withCutter(of: line) { cutter in
      var fields: [String] = []
      while let field = cutter.next() { fields.append(field.text) }
      return fields
    }
  }

  /// The first field of a line, which has at least one.
  func firstField(of line: Line) -> String {
    withCutter(of: line) { $0.next()?.text ?? "" }
  }

  /// The numbers in some fields of lines, a list for each field; NaN where one is empty or says that
  /// there is none.
  ///
  /// - Parameters:
  ///   - indices: which fields, no more than all lines have.
  ///   - names: what the fields are called in messages, for each of `indices`.
  /// - Throws: `CatalogError` with the line of the first field that is no number.
  func numbers(
    inFields indices: [Int], _ names: [String], of lines: [Line]
  ) throws(CatalogError) -> [[Double]] {
    var columns = indices.map { _ in [Double](repeating: 0, count: lines.count) }
    // Which lists a field goes to.
    var targets = [[Int]](repeating: [], count: (indices.max() ?? -1) + 1)
    for (target, index) in indices.enumerated() { targets[index].append(target) }
    for (row, line) in lines.enumerated() {
      let wrong: (target: Int, problem: CatalogError.Problem)? = withCutter(of: line) { cutter in
        for targets in targets {
          guard let field = cutter.next() else { return nil }
          for target in targets {
            guard let number = field.number ?? (isGap(field.bytes) ? .nan : nil) else {
              return (target, .notANumber(found: excerpt(field.bytes)))
            }
            columns[target][row] = number
          }
        }
        return nil
      }
      if let wrong {
        throw CatalogError(
          path, row: number(of: line), column: names[wrong.target], wrong.problem)
      }
    }
    return columns
  }

  private func withCutter<Value>(of line: Line, _ body: (inout FieldCutter) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { bytes in
      let range = line.start..<line.start + Int(line.length)
      var cutter = FieldCutter(UnsafeBufferPointer(rebasing: bytes[range]))
      return body(&cutter)
    }
  }
}

/// Whether a field says that there is no value, in the words of pandas, astropy, R and the journals.
private func isGap(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard bytes.count <= 8 else { return false }
  return gaps.contains(String(decoding: bytes, as: UTF8.self).lowercased())
}

private let gaps: Set = [
  "", "-", "--", "---", "...", "…", "na", "n/a", "<na>", "nan", "null", "none", "masked", "nil",
  ".",
  "inde", "indef",
]

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

/// Whether CR LF stands at a place.
private func isPair(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  place + 1 < bytes.count && bytes[place] == carriageReturn && bytes[place + 1] == lineFeed
}
