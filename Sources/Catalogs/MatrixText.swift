import Foundation

/// The numbers of a matrix in a text file, in any number per line, read byte by byte: a published
/// covariance has millions of them.
///
/// Numbers are separated by blanks, tabs, commas and line ends; lines that begin with `#` are
/// comments.
struct MatrixText {
  /// The numbers, with a count before them if there is one; no more than were asked for.
  private(set) var numbers: [Double] = []
  /// How many there are in the text.
  private(set) var count = 0
  /// How many numbers the first line that has any holds.
  private(set) var firstLineCount = 0
  /// What the first comment such as `COVTYPE = SYS` names.
  private(set) var covarianceType: String?
  /// What the first comment such as `BUNIT = mmag2` names.
  private(set) var unit: String?

  /// The numbers that are kept.
  private let limit: Int
  /// The longest decimal expansion of a double has 1075 characters.
  private static let longestWord = 1 << 12
  /// The longest comment that is looked at.
  private static let longestComment = 1 << 10
  private static let keys = [Array("COVTYPE".utf8), Array("BUNIT".utf8)]

  /// Reads all numbers.
  ///
  /// - Parameter limit: how many are kept; others are only counted.
  /// - Throws: `CatalogError` with the line of the first word that is infinite or no number.
  init(_ bytes: [UInt8], path: String, keeping limit: Int) throws(CatalogError) {
    self.limit = limit
    // A number and its separator have two bytes or more.
    numbers.reserveCapacity(min(limit, bytes.count / 2 + 1))
    var mistake: CatalogError?
    bytes.withUnsafeBufferPointer { mistake = read($0, path) }
    if let mistake { throw mistake }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ path: String) -> CatalogError? {
    var line = 1
    var isLineStart = true
    var lastWasComma = false
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func end(of start: Int, where isEnd: (UInt8) -> Bool) -> Int {
      var end = start
      while end < bytes.count, !isEnd(bytes[end]) { end += 1 }
      return end
    }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        let isPair =
          byte == UInt8(ascii: "\r") && index + 1 < bytes.count
          && bytes[index + 1] == UInt8(ascii: "\n")
        index += isPair ? 2 : 1
        line += 1
        (isLineStart, lastWasComma) = (true, false)
        if firstLineCount == 0 { firstLineCount = count }
      case UInt8(ascii: ","):
        if lastWasComma || isLineStart {
          return CatalogError(path, row: line, .notANumber(found: ""))
        }
        lastWasComma = true
        index += 1
      case UInt8(ascii: "#") where isLineStart:
        let end = end(of: index) { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        if covarianceType == nil || unit == nil { note(bytes[index + 1..<end]) }
        index = end
      default:
        // Nearly all words are plain numbers, which are read without a search for their ends.
        var next = index
        if let number = scannedNumber(bytes, &next),
          next == bytes.count || bytes[next] <= UInt8(ascii: " ")
            || bytes[next] == UInt8(ascii: ",")
        {
          if count < limit { numbers.append(number) }
          count += 1
          (isLineStart, lastWasComma) = (false, false)
          index = next
          continue
        }
        let end = end(of: index) { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
        // Other control characters than those above end a word too; they must not be passed over.
        let word = UnsafeBufferPointer(rebasing: bytes[index..<max(end, index + 1)])
        guard word.count <= Self.longestWord, let number = decimalNumber(word) else {
          return CatalogError(path, row: line, .notANumber(found: excerpt(word)))
        }
        guard !number.isInfinite else {
          return CatalogError(path, row: line, .notFinite(found: excerpt(word)))
        }
        if count < limit { numbers.append(number) }
        count += 1
        (isLineStart, lastWasComma) = (false, false)
        index = end
      }
    }
    if firstLineCount == 0 { firstLineCount = count }
    return nil
  }

  /// Keeps what a comment such as `COVTYPE = SYS` says.
  private mutating func note(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    // There may be millions of others.
    let start = bytes.drop(while: isBlank)
    guard bytes.count <= Self.longestComment, Self.keys.contains(where: start.starts(with:)) else {
      return
    }
    let comment = String(decoding: bytes, as: UTF8.self)
    let parts = comment.split(separator: "=").map { $0.split(separator: " ").joined() }
    guard parts.count == 2 else { return }
    switch parts[0] {
    case "COVTYPE": covarianceType = covarianceType ?? parts[1]
    case "BUNIT": unit = unit ?? parts[1]
    default: return
    }
  }

  /// Takes away the first numbers, such as a count.
  mutating func removeFirst(_ count: Int) { numbers.removeFirst(count) }
}
