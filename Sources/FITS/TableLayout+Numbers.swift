extension TableLayout {
  /// The numbers of a column whose cells are single ones, of truth values 1 and 0; undefined cells come
  /// as NaN.
  func numbers(
    _ field: TableField, in bytes: [UInt8], _ header: FITSHeader
  ) throws(FITSFault) -> [Double] {
    var scaling = Scaling(
      factor: try header.number("TSCAL\(field.number)") ?? 1,
      zero: try header.number("TZERO\(field.number)") ?? 0)
    switch field.kind {
    case .binary(let format):
      if format.isInteger { scaling.null = try header.integer("TNULL\(field.number)") }
      return format.numbers(
        in: bytes, from: rowBytes.lowerBound + field.offset, stride: rowWidth, count: rows, scaling)
    case .digits(let decimals):
      let null = try header.string("TNULL\(field.number)")
      var numbers: [Double] = []
      numbers.reserveCapacity(rows)
      for row in 0..<rows {
        let cell = String(decoding: bytes[cell(field, row: row)], as: UTF8.self)
        if let null, Self.withoutEnd(cell) == Self.withoutEnd(null) {
          numbers.append(.nan)
        } else if let number = Self.number(cell, decimals: decimals) {
          numbers.append(scaling.value(number))
        } else {
          throw .notANumber(row: row + 1, found: cell)
        }
      }
      return numbers
    case .logical:
      let place = rowBytes.lowerBound + field.offset
      return (0..<rows).map { row in
        switch bytes[place + row * rowWidth] {
        case UInt8(ascii: "T"): 1
        case UInt8(ascii: "F"): 0
        default: .nan
        }
      }
    case .reference, .text, .other:
      return []
    }
  }

  /// The texts of a column, without the blanks at their ends; none if its cells are not texts.
  func texts(_ field: TableField, in bytes: [UInt8]) -> [String] {
    guard field.kind == .text else { return [] }
    return (0..<rows).map { row in
      // A zero byte ends a text.
      let cell = bytes[cell(field, row: row)].prefix { $0 != 0 }
      return String(Self.withoutEnd(String(decoding: cell, as: UTF8.self)))
    }
  }

  private static func withoutEnd(_ text: String) -> Substring {
    var text = text[...]
    while text.last == " " { text.removeLast() }
    return text
  }

  /// The number in a cell of an ASCII table: blanks mean nothing, a blank cell is 0, and where there
  /// is no point, so many of the last digits are decimals.
  private static func number(_ cell: String, decimals: Int) -> Double? {
    let characters = cell.filter { $0 != " " }.uppercased().replacing("D", with: "E")
    guard !characters.isEmpty else { return 0 }
    let parts = characters.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
    guard characters.utf8.allSatisfy({ Array("0123456789+-.E".utf8).contains($0) }) else {
      return nil
    }
    var exponent = 0
    if parts.count == 2 {
      guard let written = Int(parts[1]), abs(written) < 100_000 else { return nil }
      exponent = written
    }
    if !parts[0].contains(".") { exponent -= decimals }
    guard let number = Double("\(parts[0])E\(exponent)"), number.isFinite else { return nil }
    return number
  }

  /// The numbers in the heap to which a cell refers: their format, place and count; nil if the
  /// column has none.
  ///
  /// - Throws: `outside` if they lie beyond the heap.
  func reference(
    _ field: TableField, row: Int, in bytes: [UInt8], orThrow outside: FITSFault
  ) throws(FITSFault) -> (format: NumberFormat, start: Int, count: Int)? {
    guard case .reference(let format?, let isWide) = field.kind, field.width > 0 else { return nil }
    let cell = cell(field, row: row)
    let pair = (isWide ? NumberFormat.long : .int).integers(in: bytes[cell])
    // Those of four bytes are meant without a sign.
    let count = isWide ? pair[0] : Int(UInt32(truncatingIfNeeded: pair[0]))
    let place = isWide ? pair[1] : Int(UInt32(truncatingIfNeeded: pair[1]))
    let (size, overflow) = count.multipliedReportingOverflow(by: format.width)
    guard count >= 0, place >= 0, !overflow, place <= heap.count, size <= heap.count - place
    else { throw outside }
    return (format, heap.lowerBound + place, count)
  }
}
