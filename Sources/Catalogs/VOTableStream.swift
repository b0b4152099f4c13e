import Foundation

/// The rows of a VOTable in binary: the fields one after the other, the most significant byte first,
/// behind a bit for each that is null if there is a mask.
struct VOTableStream {
  /// The stream ends within a row.
  struct Truncation: Error {}

  private let bytes: [UInt8]
  private let fields: [VOTableField]
  private let hasMask: Bool

  /// Decodes a stream; nil if it is not in base 64.
  init?(base64 text: String, _ fields: [VOTableField], hasMask: Bool) {
    let digits = Data(text.utf8.filter { $0 > UInt8(ascii: " ") })
    guard let data = Data(base64Encoded: digits) else {
      return nil
    }
    bytes = [UInt8](data)
    self.fields = fields
    self.hasMask = hasMask
  }

  /// Gives all rows to a body.
  func read(
    upTo largestCount: Int, _ body: ([VOTableCell]) -> Void
  ) throws(Truncation) {
    var position = 0
    var count = 0
    let maskWidth = hasMask ? (fields.count + 7) / 8 : 0
    while position < bytes.count, count < largestCount {
      let mask = position
      position += maskWidth
      guard position <= bytes.count else { throw Truncation() }
      var row: [VOTableCell] = []
      row.reserveCapacity(fields.count)
      for (index, field) in fields.enumerated() {
        let isNull = hasMask && bytes[mask + index / 8] >> (7 - index % 8) & 1 == 1
        let width = try width(of: field, at: &position)
        guard width <= bytes.count - position else { throw Truncation() }
        row.append(isNull ? .none : content(field, position..<position + width))
        position += width
      }
      guard position > mask else { throw Truncation() }
      body(row)
      count += 1
    }
  }

  /// The bytes of a cell; the position moves behind the count of one that says it.
  private func width(
    of field: VOTableField, at position: inout Int
  ) throws(Truncation) -> Int {
    var count = field.elementCount
    if count == nil {
      guard position + 4 <= bytes.count else { throw Truncation() }
      count = Int(bits(position, 4))
      position += 4
    }
    let elements = count ?? 0
    let (width, overflow) = elements.multipliedReportingOverflow(by: field.elementWidth)
    guard elements >= 0, !overflow else { throw Truncation() }
    return field.isBits ? (elements + 7) / 8 : width
  }

  private func content(_ field: VOTableField, _ place: Range<Int>) -> VOTableCell {
    if let number = number(field, at: place.lowerBound) { return .number(number) }
    guard field.isText else { return .none }
    let bytes = bytes[place]
    // UCS-2 is UTF-16 of single words.
    let text =
      field.elementWidth == 2
      ? String(
        decoding: stride(from: place.lowerBound, to: place.upperBound - 1, by: 2).map {
          UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }, as: UTF16.self)
      : String(decoding: bytes, as: UTF8.self)
    return .word(text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\0")))
  }

  private func number(_ field: VOTableField, at position: Int) -> Double? {
    guard let kind = field.kind else { return nil }
    let bits = bits(position, kind.width)
    let number: Double? =
      switch kind {
      case .boolean:
        switch UInt8(bits) {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "1"), 1: 1
        case UInt8(ascii: "F"), UInt8(ascii: "f"), UInt8(ascii: "0"), 0: 0
        default: nil
        }
      case .unsignedByte: Double(bits)
      case .short: Double(Int16(truncatingIfNeeded: bits))
      case .int: Double(Int32(truncatingIfNeeded: bits))
      case .long: Double(Int64(bitPattern: bits))
      case .float: Double(Float(bitPattern: UInt32(bits)))
      case .double: Double(bitPattern: bits)
      }
    return number == field.null && field.null != nil ? nil : number
  }

  private func bits(_ position: Int, _ width: Int) -> UInt64 {
    bytes[position..<position + width].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
