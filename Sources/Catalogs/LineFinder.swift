import Foundation

/// A walk through a text that finds its lines.
struct LineFinder {
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

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

/// Whether CR LF stands at a place.
func isPair(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  place + 1 < bytes.count && bytes[place] == carriageReturn && bytes[place + 1] == lineFeed
}
