/// Cuts one line of a text into fields, from left to right, without a copy of any.
///
/// A field may stand in double quotes, with `""` for a quote inside; blanks around it do not count.
struct FieldCutter {
  /// A field where it stands in the line.
  struct Field {
    /// The bytes; of a quoted field those between its quotes, with `""` as they are.
    let bytes: UnsafeBufferPointer<UInt8>
    /// Whether it stands in quotes.
    let isQuoted: Bool

    /// The text, with `"` for `""`.
    var text: String {
      guard isQuoted, bytes.contains(quote) else { return String(decoding: bytes, as: UTF8.self) }
      var kept: [UInt8] = []
      var index = 0
      while index < bytes.count {
        kept.append(bytes[index])
        // The second of two quotes.
        index += bytes[index] == quote ? 2 : 1
      }
      return String(decoding: kept, as: UTF8.self)
    }

    /// The field as a number; nil if it is not one.
    var number: Double? {
      isQuoted && bytes.contains(quote) ? nil : decimalNumber(bytes)
    }
  }

  private let line: UnsafeBufferPointer<UInt8>
  private let separator: FieldSeparator
  /// The byte that separates; 0 for blanks.
  private let byte: UInt8
  private var index = 0
  private var place = 0
  private let hasWideCharacters: Bool
  /// Whether a separator was the last that the line has, so that an empty field follows.
  private var endsWithSeparator = false
  /// What is wrong with the quotes, once that has been met.
  private(set) var mistake: CatalogError.Problem?

  /// A cutter of a line without its end.
  init(_ line: UnsafeBufferPointer<UInt8>, _ separator: FieldSeparator) {
    self.line = line
    self.separator = separator
    byte = separator.byte ?? 0
    hasWideCharacters = if case .places = separator { line.contains { $0 >= 0x80 } } else { false }
    // A separator at the beginning follows an empty field.
    endsWithSeparator = byte != 0 && line.isEmpty
    skipBlanks()
  }

  /// The number of fields, counted up to the first mistake.
  static func count(_ line: UnsafeBufferPointer<UInt8>, _ separator: FieldSeparator) -> Int {
    var cutter = FieldCutter(line, separator)
    var count = 0
    while cutter.next() != nil { count += 1 }
    return count
  }

  /// The next field; nil after the last one, or at a mistake.
  mutating func next() -> Field? {
    if case .places(let places) = separator { return nextPlace(places) }
    guard index < line.count else {
      defer { endsWithSeparator = false }
      return endsWithSeparator
        ? Field(bytes: .init(rebasing: line[line.count..<line.count]), isQuoted: false) : nil
    }
    let isQuoted = line[index] == quote
    guard let range = isQuoted ? quoted() : plain() else { return nil }
    if byte != 0, index < line.count {
      index += 1
      skipBlanks()
      endsWithSeparator = index == line.count
    } else {
      skipBlanks()
    }
    return Field(bytes: .init(rebasing: line[range]), isQuoted: isQuoted)
  }

  private mutating func nextPlace(_ places: [Range<Int>]) -> Field? {
    guard place < places.count else { return nil }
    var range =
      offset(
        ofCharacter: places[place].lowerBound)..<offset(
        ofCharacter: places[place].upperBound)
    place += 1
    while !range.isEmpty, isBlank(line[range.lowerBound]) {
      range = range.lowerBound + 1..<range.upperBound
    }
    while !range.isEmpty, isBlank(line[range.upperBound - 1]) {
      range = range.lowerBound..<range.upperBound - 1
    }
    return Field(bytes: .init(rebasing: line[range]), isQuoted: false)
  }

  /// Where a character stands: programs that call them bytes count characters.
  private func offset(ofCharacter wanted: Int) -> Int {
    guard hasWideCharacters else { return min(wanted, line.count) }
    var (character, offset) = (0, 0)
    while offset < line.count {
      let isContinuation = line[offset] & 0xC0 == 0x80
      if !isContinuation {
        if character == wanted { break }
        character += 1
      }
      offset += 1
    }
    return offset
  }

  private mutating func plain() -> Range<Int> {
    let start = index
    skipToSeparator()
    var end = index
    while end > start, isBlank(line[end - 1]) { end -= 1 }
    return start..<end
  }

  private mutating func quoted() -> Range<Int>? {
    index += 1
    let start = index
    while true {
      while index < line.count, line[index] != quote { index += 1 }
      guard index < line.count else {
        mistake = .unterminatedQuote
        return nil
      }
      guard index + 1 < line.count, line[index + 1] == quote else { break }
      index += 2
    }
    let range = start..<index
    index += 1
    let rest = index
    skipToSeparator()
    guard line[rest..<index].allSatisfy(isBlank) else {
      mistake = .textAfterQuote(found: excerpt(UnsafeBufferPointer(rebasing: line[rest..<index])))
      return nil
    }
    return range
  }

  private mutating func skipToSeparator() {
    if byte == 0 {
      while index < line.count, !isBlank(line[index]) { index += 1 }
    } else {
      while index < line.count, line[index] != byte { index += 1 }
    }
  }

  /// Blanks and tabs, but no tab that separates.
  private mutating func skipBlanks() {
    while index < line.count, isBlank(line[index]), line[index] != byte { index += 1 }
  }
}

/// The beginning of a text for an error, which shows no more of it.
func excerpt(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  String(decoding: bytes.prefix(200), as: UTF8.self)
}

private let quote = UInt8(ascii: "\"")

/// Whether a byte is a blank or a tab.
func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
