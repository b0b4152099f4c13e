import Foundation

/// A file of draws as text: its comments, the line of names, if it has one, and its rows, without a copy
/// of the whole.
struct ChainText {
  /// The file.
  let path: String
  /// Lines that begin with `#`, without that sign.
  private(set) var comments: [String] = []
  /// Whether the first line is a comment.
  private(set) var beginsWithComment = false
  /// The first line that is no comment, if it does not begin with a number.
  private(set) var names: String?
  /// The first row of numbers.
  private(set) var firstRow: String?
  /// Whether the last line ends as the others do.
  let isWhole: Bool
  private let data: Data

  /// The maximum number of bytes of a file, of a line, and of its columns.
  static let largestFile = 1 << 31
  static let longestLine = 4 << 20
  static let mostColumns = 4096
  private static let mostComments = 200_000

  /// Opens a file.
  init(_ path: String) throws(ChainFileError) {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ChainFileError(path: path, .missing)
    }
    if isFolder.boolValue {
      throw ChainFileError(path: path, .unreadable(reason: "this is a directory"))
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    else { throw ChainFileError(path: path, .unreadable(reason: "the file cannot be read")) }
    guard data.count <= Self.largestFile else {
      throw ChainFileError(
        path: path, .unreadable(reason: "the file has more than 2 GiB; thin the chain"))
    }
    let isASCII = data.withUnsafeBytes { $0.allSatisfy { $0 < 0x80 } }
    guard isASCII || String(validating: data, as: UTF8.self) != nil else {
      throw ChainFileError(path: path, .unreadable(reason: "this is not text in UTF-8"))
    }
    self.data = data
    isWhole = data.last == UInt8(ascii: "\n") || data.isEmpty
    var (comments, first, names, row) = ([String](), false, String?.none, String?.none)
    try forEachLine { line, number throws(ChainFileError) in
      if line.first == UInt8(ascii: "#") {
        if number == 1 { first = true }
        if comments.count < Self.mostComments {
          comments.append(String(decoding: line.dropFirst(), as: UTF8.self))
        }
      } else if row == nil {
        let text = String(decoding: line, as: UTF8.self)
        if Self.isRow(text) {
          row = text
        } else if names == nil {
          names = text
        } else {
          row = text
        }
      }
    }
    (self.comments, beginsWithComment, self.names, firstRow) = (comments, first, names, row)
  }

  /// Whether a line begins with a number.
  private static func isRow(_ text: String) -> Bool {
    let word = text.prefix { !", \t;".contains($0) }
    return Double(word) != nil
  }

  /// Whether its own names say what its columns are.
  var isRecognised: Bool {
    ChainLayout.kinds.contains { $0.recognises(self) }
  }

  /// Calls a closure with each line that is not blank, and its number from 1.
  func forEachLine(
    _ body: (UnsafeBufferPointer<UInt8>, Int) throws(ChainFileError) -> Void
  ) throws(ChainFileError) {
    let failure = data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) -> ChainFileError? in
      let bytes = raw.bindMemory(to: UInt8.self)
      guard let base = bytes.baseAddress else { return nil }
      var (start, number) = (0, 0)
      while start < bytes.count {
        let found = memchr(base + start, 0x0a, bytes.count - start)
        var end = found.map { $0 - UnsafeMutableRawPointer(mutating: base) } ?? bytes.count
        let next = end + 1
        number += 1
        if end - start > Self.longestLine {
          return ChainFileError(path: path, line: number, .lineTooLong)
        }
        while start < end, Self.isBlank(base[start]) { start += 1 }
        while start < end, Self.isBlank(base[end - 1]) { end -= 1 }
        if start < end {
          do throws(ChainFileError) {
            try body(UnsafeBufferPointer(rebasing: bytes[start..<end]), number)
          } catch {
            return error
          }
        }
        start = next
      }
      return nil
    }
    if let failure { throw failure }
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

/// The numbers of lines, parsed without strings.
final class NumberLine {
  private let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 64)
  private(set) var numbers: [Double] = []
  /// The first field that is not a number.
  private(set) var mistake: String?

  deinit { buffer.deallocate() }

  /// Parses a line of fields between commas or blanks.
  func parse(_ line: UnsafeBufferPointer<UInt8>, byCommas: Bool) {
    numbers.removeAll(keepingCapacity: true)
    mistake = nil
    var start = 0
    while start < line.count {
      var end = start
      if byCommas {
        while end < line.count, line[end] != UInt8(ascii: ",") { end += 1 }
      } else {
        while start < line.count, ChainText.isBlank(line[start]) { start += 1 }
        end = start
        while end < line.count, !ChainText.isBlank(line[end]) { end += 1 }
        if start == end { break }
      }
      let field = UnsafeBufferPointer(rebasing: line[start..<end])
      let number = number(field)
      if number.isNaN, mistake == nil {
        mistake = String(decoding: field.prefix(40), as: UTF8.self)
      }
      numbers.append(number)
      start = end + 1
    }
    if byCommas, line.last == UInt8(ascii: ",") {
      numbers.append(.nan)
      mistake = mistake ?? ""
    }
  }

  /// A number; NaN for what is none.
  private func number(_ field: UnsafeBufferPointer<UInt8>) -> Double {
    guard field.count < 64, !field.isEmpty, field[0] > 0x20 else {
      return Double(
        String(decoding: field, as: UTF8.self).trimmingCharacters(in: .whitespaces)) ?? .nan
    }
    for (index, byte) in field.enumerated() { buffer[index] = CChar(bitPattern: byte) }
    buffer[field.count] = 0
    var end: UnsafeMutablePointer<CChar>?
    let value = strtod(buffer, &end)
    return end == buffer + field.count ? value : .nan
  }
}
