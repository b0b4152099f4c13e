/// Cuts one line of a text into fields, from left to right, without a copy of any.
///
/// Fields are separated by commas, or by blanks and tabs if the line has no comma; a field may stand
/// in double quotes, with `""` for a quote inside.
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

    /// The number that the field is; nil if it is none.
    var number: Double? {
      isQuoted && bytes.contains(quote) ? nil : decimalNumber(bytes)
    }
  }

  private let line: UnsafeBufferPointer<UInt8>
  private let hasCommas: Bool
  private var index = 0
  /// Whether a comma was the last that the line has, so that an empty field follows.
  private var endsWithComma = false
  /// What is wrong with the quotes, once that has been met.
  private(set) var mistake: CatalogError.Problem?

  /// A cutter of a line without its end.
  init(_ line: UnsafeBufferPointer<UInt8>) {
    self.line = line
    hasCommas = line.contains(comma)
    skipBlanks()
  }

  /// The next field; nil after the last one, or at a mistake.
  mutating func next() -> Field? {
    guard index < line.count else {
      defer { endsWithComma = false }
      return endsWithComma
        ? Field(bytes: .init(rebasing: line[index..<index]), isQuoted: false) : nil
    }
    let isQuoted = line[index] == quote
    guard let range = isQuoted ? quoted() : plain() else { return nil }
    if hasCommas, index < line.count {
      index += 1
      skipBlanks()
      endsWithComma = index == line.count
    } else {
      skipBlanks()
    }
    return Field(bytes: .init(rebasing: line[range]), isQuoted: isQuoted)
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
    while index < line.count, hasCommas ? line[index] != comma : !isBlank(line[index]) {
      index += 1
    }
  }

  private mutating func skipBlanks() {
    while index < line.count, isBlank(line[index]) { index += 1 }
  }
}

/// The beginning of a text for an error, which shows no more of it.
func excerpt(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  String(decoding: bytes.prefix(200), as: UTF8.self)
}

private let quote = UInt8(ascii: "\"")
private let comma = UInt8(ascii: ",")

/// Whether a byte separates fields of a line without commas.
func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
