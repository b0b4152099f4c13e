/// The number of fields of a row, and its end if a comment follows.
struct RowCount {
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
          field.bytes, separator, isBeyond: count >= expected, isLast: count == expected - 1),
        // In a cell that holds no number the sign may belong to a name.
        separator == .blanks || Self.isNumber(field.bytes, upTo: end)
          || FieldCutter.count(row, separator) != expected
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

  /// Whether a field is a number, or empty, up to a place.
  private static func isNumber(_ field: UnsafeBufferPointer<UInt8>, upTo end: Int) -> Bool {
    end == 0 || decimalNumber(UnsafeBufferPointer(rebasing: field[..<end])) != nil
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
