/// The lines of a text file that hold data, cut into fields, with comments kept apart.
///
/// Lines end with LF, CR LF or CR; a byte-order mark is skipped. A line that begins with `#` is a
/// comment. Fields are separated by commas, or by blanks and tabs if the line has no comma; a field
/// may stand in double quotes, with `""` for a quote inside.
struct TextLines {
  struct Line {
    /// The number of the line in the file, from 1.
    let number: Int
    let fields: [String]
  }

  /// The lines that are neither blank nor comments.
  private(set) var data: [Line] = []
  /// The comments before the first line of data, cut into fields without the `#`.
  private(set) var leadingComments: [Line] = []

  /// Cuts a text into lines and fields.
  ///
  /// - Throws: `CatalogError` for a quote that is not closed, or text between it and the end of the
  ///   field.
  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    var number = 0
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != lineFeed, bytes[end] != carriageReturn { end += 1 }
      number += 1
      try append(bytes[start..<end], number, path)
      let isPair =
        end + 1 < bytes.count && bytes[end] == carriageReturn && bytes[end + 1] == lineFeed
      start = end + (isPair ? 2 : 1)
    }
  }

  private mutating func append(
    _ line: ArraySlice<UInt8>, _ number: Int, _ path: String
  ) throws(CatalogError) {
    guard let first = line.firstIndex(where: { !isBlank($0) }) else { return }
    if line[first] == UInt8(ascii: "#") {
      // An odd quote in a comment is no mistake, so such a comment merely cannot be a header.
      if data.isEmpty, case .success(let fields) = Self.fields(line[(first + 1)...]) {
        leadingComments.append(Line(number: number, fields: fields))
      }
      return
    }
    switch Self.fields(line[first...]) {
    case .success(let fields): data.append(Line(number: number, fields: fields))
    case .failure(let mistake): throw CatalogError(path, row: number, mistake.problem)
    }
  }

  /// What is wrong with the quotes of a line.
  private struct Mistake: Error {
    let problem: CatalogError.Problem
  }

  /// Cuts a line into fields.
  private static func fields(_ line: ArraySlice<UInt8>) -> Result<[String], Mistake> {
    let quote = UInt8(ascii: "\"")
    let hasCommas = line.contains(UInt8(ascii: ","))
    var fields: [String] = []
    var index = line.startIndex
    func skipBlanks() { while index < line.endIndex, isBlank(line[index]) { index += 1 } }
    func isSeparator(_ byte: UInt8) -> Bool {
      hasCommas ? byte == UInt8(ascii: ",") : isBlank(byte)
    }

    skipBlanks()
    while index < line.endIndex {
      if line[index] == quote {
        var field: [UInt8] = []
        index += 1
        while true {
          guard index < line.endIndex else { return .failure(Mistake(problem: .unterminatedQuote)) }
          if line[index] == quote {
            index += 1
            guard index < line.endIndex, line[index] == quote else { break }
          }
          field.append(line[index])
          index += 1
        }
        fields.append(String(decoding: field, as: UTF8.self))
        let rest = line[index...].prefix { !isSeparator($0) }
        guard rest.allSatisfy(isBlank) else {
          let text = String(decoding: rest, as: UTF8.self)
          return .failure(Mistake(problem: .textAfterQuote(found: text)))
        }
        index = rest.endIndex
      } else {
        let start = index
        while index < line.endIndex, !isSeparator(line[index]) { index += 1 }
        var end = index
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        fields.append(String(decoding: line[start..<end], as: UTF8.self))
      }
      if hasCommas, index < line.endIndex {
        index += 1
        skipBlanks()
        if index == line.endIndex { fields.append("") }
      } else {
        skipBlanks()
      }
    }
    return .success(fields)
  }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
