/// The lines of a text of measurements, cut into words at blanks, commas, semicolons and bars; what follows a
/// `#` is a comment.
struct WordLines {
  /// A line that has words.
  struct Row {
    /// Its number in the file, from 1.
    let line: Int
    let words: [String]
  }

  /// The most rows that vectors of data have; a covariance has as many squared.
  static let mostValues = 5_000
  /// The most rows that tables of likelihoods have.
  static let mostPoints = 1_000_000

  let path: String
  /// The comments before the first row.
  let comments: [String]
  private(set) var rows: [Row]

  /// The lines of a file.
  init(_ path: String, upTo limit: Int) throws(CatalogError) {
    guard case .text(let bytes) = try InputFile(path) else {
      throw CatalogError(path, .measurement(.notText))
    }
    try self.init(bytes, path: path, upTo: limit)
  }

  /// The lines of a text.
  ///
  /// - Throws: `CatalogError` for a text without rows, or with more than measurements have.
  init(_ bytes: [UInt8], path: String, upTo limit: Int) throws(CatalogError) {
    let lines = try TextLines(bytes, path: path)
    self.path = path
    comments = lines.leadingComments
    guard lines.data.count <= limit else {
      throw CatalogError(path, .measurement(.tooMany(limit: limit)))
    }
    guard !lines.data.isEmpty else { throw CatalogError(path, .measurement(.noRows)) }
    // Numbers of lines are counted along, as finding one costs a walk through the text.
    let text = Self.counted(lines)
    rows = text.map { line, words in Row(line: line, words: words) }
  }

  private static func counted(_ lines: TextLines) -> [(Int, [String])] {
    var (place, number) = (0, 1)
    return lines.bytes.withUnsafeBufferPointer { bytes in
      lines.data.map { line in
        while place < line.start {
          if isLineEnd(bytes[place]), !isPair(bytes, at: place) { number += 1 }
          place += 1
        }
        let end = line.start + Int(line.length)
        return (number, words(UnsafeBufferPointer(rebasing: bytes[line.start..<end])))
      }
    }
  }

  /// The words of a line, without quotes around them.
  static func words(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
    bytes.prefix { $0 != UInt8(ascii: "#") }
      .split { isBlank($0) || separators.contains($0) }
      .map { String(decoding: $0, as: UTF8.self).trimmed(of: "\"") }
      .filter { !$0.isEmpty }
  }

  private static let separators = Set(",;|\u{FEFF}".utf8)

  /// Takes away the first row, such as a line of names.
  mutating func removeFirst() { rows.removeFirst() }

  /// The finite number that a word is.
  func number(_ place: Int, of row: Row, _ name: String) throws(CatalogError) -> Double {
    var word = row.words[place]
    guard let number = word.withUTF8(decimalNumber) else {
      throw CatalogError(path, row: row.line, column: name, .notANumber(found: row.words[place]))
    }
    guard number.isFinite else {
      throw CatalogError(path, row: row.line, column: name, .notFinite(found: row.words[place]))
    }
    return number
  }

  /// Whether a word is a number.
  static func isNumber(_ word: String) -> Bool {
    var word = word
    return word.withUTF8(decimalNumber) != nil
  }

  /// An error in a row.
  func error(
    _ row: Row, column: String? = nil, _ problem: MeasurementProblem
  ) -> CatalogError {
    CatalogError(path, row: row.line, column: column, .measurement(problem))
  }
}

extension String {
  /// Without a character at both ends.
  fileprivate func trimmed(of character: Character) -> String {
    guard count > 1, first == character, last == character else { return self }
    return String(dropFirst().dropLast())
  }
}
