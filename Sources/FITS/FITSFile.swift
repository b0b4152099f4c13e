/// A FITS file in memory.
///
/// The headers are parsed once, and whatever they announce is checked against the bytes that are
/// there; all that is read later comes from the same bytes. Nothing here is unsafe, so that a file
/// of any content gives numbers or an error.
public struct FITSFile: Sendable {
  /// The file.
  public let path: String
  /// Its units in their order.
  public let units: [FITSUnit]
  private let bytes: [UInt8]

  /// The maximum number of cards in a file.
  static let largestCardCount = 1_000_000

  /// Parses the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: all of them, not compressed.
  ///   - path: where they come from, for errors.
  /// - Throws: `FITSError` if a header is damaged, announces what is impossible, or the file ends
  ///   before the data.
  public init(_ bytes: [UInt8], path: String) throws(FITSError) {
    self.path = path
    self.bytes = bytes
    var units: [FITSUnit] = []
    var (position, cards) = (0, 0)
    while try Self.hasUnit(bytes, at: position, path, units.count + 1) {
      do {
        let header = try FITSHeader(bytes[position...], limit: Self.largestCardCount - cards)
        cards += header.cardCount
        let unit = try FITSUnit(
          header, index: units.count + 1, dataFrom: position + header.length, to: bytes.count)
        units.append(unit)
        position = unit.byteRange.lowerBound + FITSHeader.padded(unit.byteRange.count)
      } catch {
        throw FITSError(path: path, unit: units.count + 1, error)
      }
    }
    self.units = units
  }

  /// Whether a unit begins at a place, rather than the file ending or what editors and tapes put
  /// behind it.
  private static func hasUnit(
    _ bytes: [UInt8], at position: Int, _ path: String, _ index: Int
  ) throws(FITSError) -> Bool {
    let rest = bytes[position...]
    guard index > 1 else {
      guard rest.starts(with: "SIMPLE".utf8) else { throw FITSError(path: path, unit: 1, .notFITS) }
      return true
    }
    guard !rest.starts(with: "XTENSION".utf8) else { return true }
    guard let first = rest.first, first != 0, first != UInt8(ascii: "\n"),
      !rest.allSatisfy({ $0 == UInt8(ascii: " ") })
    else { return false }
    let found = String(decoding: rest.prefix(20), as: UTF8.self)
    throw FITSError(path: path, unit: index, .unexpectedRecord(found: found))
  }

  /// Reads a column of single numbers from a table; undefined cells (TNULL, NaN) come as NaN.
  ///
  /// Integers and floating-point numbers of any width are converted, TSCAL and TZERO applied; truth
  /// values are 1 and 0.
  public func numbers(inColumn column: Int, of unit: FITSUnit) throws(FITSError) -> [Double] {
    guard case .table(let table) = unit.storage,
      table.fields[column].column.isNumeric || table.fields[column].column.isLogical
    else { return [] }
    return try inUnit(unit) { () throws(FITSFault) in
      try table.numbers(table.fields[column], in: bytes, unit.header)
    }
  }

  /// Reads a column of texts from a table, without the blanks at their ends; none if its cells hold
  /// anything else.
  public func texts(inColumn column: Int, of unit: FITSUnit) -> [String] {
    guard case .table(let table) = unit.storage else { return [] }
    return table.texts(table.fields[column], in: bytes)
  }

  /// Reads all pixels of an image, the first axis fastest; undefined pixels come as NaN.
  public func pixels(of unit: FITSUnit) throws(FITSError) -> [Double] {
    try inUnit(unit) { () throws(FITSFault) in
      switch unit.storage {
      case .image(let image): try image.pixels(in: bytes, unit.header)
      case .compressedImage(let image): try image.pixels(in: bytes, unit.header)
      case .table, .other: []
      }
    }
  }

  /// The value of a text keyword of a unit, without the blanks at its end; nil if there is none.
  public func text(ofKey key: String, in unit: FITSUnit) throws(FITSError) -> String? {
    try inUnit(unit) { () throws(FITSFault) in try unit.header.text(key) }
  }

  private func inUnit<Value>(
    _ unit: FITSUnit, _ body: () throws(FITSFault) -> Value
  ) throws(FITSError) -> Value {
    do {
      return try body()
    } catch {
      throw FITSError(path: path, unit: unit.index, error)
    }
  }
}
