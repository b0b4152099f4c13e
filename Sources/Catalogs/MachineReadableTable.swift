import Foundation

/// A machine-readable table of the journals, in the layout of the CDS: a description of the file byte by
/// byte, a line of dashes, and the rows.
///
/// Source: Standards for Astronomical Catalogues, version 2.0, section 3.
struct MachineReadableTable {
  /// What it says of the rows.
  let header: TextHeader

  /// Reads the description; nil if there is none.
  ///
  /// - Throws: `CatalogError` if no rows stand behind it, as in a ReadMe, or a column has bytes that no
  ///   line has.
  init?(_ lines: TextLines) throws(CatalogError) {
    let title = "byte-by-byte description"
    guard
      let start = lines.data.prefix(Self.mostLines).firstIndex(where: { line in
        lines.withBytes(of: line) { bytes in
          bytes.count < 200
            && String(decoding: bytes, as: UTF8.self).lowercased().contains(title)
        }
      })
    else { return nil }
    var places: [Range<Int>] = []
    var headings: [ColumnHeading] = []
    var nulls: [Double?] = []
    var end: Int?
    var isClosed = false
    for index in start..<min(start + Self.mostLines, lines.data.count) {
      let text = lines.withBytes(of: lines.data[index]) { String(decoding: $0, as: UTF8.self) }
      if text.count > 20, text.allSatisfy({ $0 == "-" }) {
        end = index
        isClosed = !places.isEmpty
      }
      // What follows the columns is notes and rows.
      guard !isClosed, let match = text.wholeMatch(of: Self.column) else { continue }
      guard let last = Int(match.2), let first = match.1.map({ Int($0) }) ?? last,
        first > 0, first <= last, last < TextLimit.lineBytes.largest
      else {
        throw CatalogError(
          lines.path, row: lines.number(of: lines.data[index]), column: String(match.4),
          .impossibleBytes(found: "\(match.1.map { "\($0)-" } ?? "")\(match.2)"))
      }
      places.append(first - 1..<last)
      headings.append(ColumnHeading(name: String(match.4), unit: String(match.3)))
      nulls.append(match.5?.firstMatch(of: Self.null).flatMap { Double($0.1) })
    }
    guard let end, !places.isEmpty else { return nil }
    guard end + 1 < lines.data.count else { throw CatalogError(lines.path, .descriptionAlone) }
    header = TextHeader(
      headings, nulls: nulls, firstRow: end + 1, .places(places), .machineReadable)
  }

  /// Checks that no column ends inside a number: an adjacent digit outside all columns was meant
  /// to be part of it.
  static func checkPlaces(_ lines: TextLines, _ header: TextHeader) throws(CatalogError) {
    guard case .places(let places) = header.separator else { return }
    var isCovered: [Bool] = []
    for place in places {
      let gap = place.upperBound + 1 - isCovered.count
      if gap > 0 { isCovered += [Bool](repeating: false, count: gap) }
      for index in place { isCovered[index] = true }
    }
    for line in lines.data[header.firstRow...] {
      let column: Int? = lines.withBytes(of: line) { bytes in
        func isDigit(_ index: Int) -> Bool {
          bytes.indices.contains(index) && (0x30...0x39).contains(bytes[index])
        }
        func isOfNumber(_ index: Int) -> Bool {
          isDigit(index) || (bytes.indices.contains(index) && bytes[index] == UInt8(ascii: "."))
        }
        func isLost(_ index: Int) -> Bool {
          isDigit(index) && !(isCovered.indices.contains(index) && isCovered[index])
        }
        // Where characters have more than one byte, places are not those of bytes.
        guard !bytes.contains(where: { $0 >= 0x80 }) else { return nil }
        return places.firstIndex { place in
          (isLost(place.upperBound) && isOfNumber(place.upperBound - 1))
            || (isLost(place.lowerBound - 1) && isOfNumber(place.lowerBound))
        }
      }
      if let column {
        throw CatalogError(
          lines.path, row: lines.number(of: line), column: header.headings[column].name,
          .cutNumber(first: places[column].lowerBound + 1, last: places[column].upperBound))
      }
    }
  }

  /// Notes may be long.
  private static let mostLines = 5000

  /// Bytes, format, units, label and explanation.
  nonisolated(unsafe) private static let column =
    /\s*(?:(\d+)\s*-\s*)?(\d+)\s+[AIFED]\d+(?:\.\d+)?\s+(\S+)\s+(\S+)(?:\s+(.*))?/
    .matchingSemantics(.unicodeScalar)
  /// What stands for no value.
  nonisolated(unsafe) private static let null = /\?=\s*([-+]?[0-9.]+(?:[eE][-+]?\d+)?)/
}
