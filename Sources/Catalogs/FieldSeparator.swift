/// The separator of the fields of a line.
enum FieldSeparator: Sendable, Equatable {
  case tab, semicolon, pipe, comma
  /// Blanks and tabs, any number of them.
  case blanks
  /// The places of bytes in the line, as a description of the file gives them.
  case places([Range<Int>])

  /// The byte; nil if it is not one.
  var byte: UInt8? {
    switch self {
    case .tab: UInt8(ascii: "\t")
    case .semicolon: UInt8(ascii: ";")
    case .pipe: UInt8(ascii: "|")
    case .comma: UInt8(ascii: ",")
    case .blanks, .places: nil
    }
  }

  /// Those that separate by a byte, in the order in which they are tried: what is rarer inside of
  /// fields first.
  private static let bytes: [FieldSeparator] = [.tab, .semicolon, .pipe, .comma]

  /// Those that stand in a line outside of quotes, and blanks last.
  static func candidates(in line: UnsafeBufferPointer<UInt8>) -> [FieldSeparator] {
    var found: Set<UInt8> = []
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted { found.insert(byte) }
    }
    return bytes.filter { found.contains($0.byte ?? 0) } + [.blanks]
  }
}

/// How a line of names and the rows below it are cut.
///
/// What separates the names separates the rows, and nothing else does; only where the first row has
/// no such separator at all does it follow its own.
struct TableSeparators: Equatable {
  let names: FieldSeparator
  let rows: FieldSeparator
  /// Whether both give as many fields.
  let areEqual: Bool

  /// Decides by the line of names and the first row.
  init(names: UnsafeBufferPointer<UInt8>, row: UnsafeBufferPointer<UInt8>) {
    func count(_ line: UnsafeBufferPointer<UInt8>, _ separator: FieldSeparator) -> Int {
      FieldCutter.count(line, separator)
    }
    let (whole, wholeRow) = (names, row)
    let (names, row) = (Self.withoutComment(names), Self.withoutComment(row))
    let forNames = FieldSeparator.candidates(in: names)
    let forRow = FieldSeparator.candidates(in: row)
    let own = forNames[0]
    if own != .blanks {
      // A sign of a comment may stand inside of a cell.
      let fitsWhole = [count(names, own), count(whole, own)].contains(count(wholeRow, own))
      if forRow.contains(own) || fitsWhole {
        self.init(own, own, fitsWhole || count(names, own) == count(row, own))
        return
      }
    }
    for first in forNames {
      let wanted = count(names, first)
      // One name is not a table, unless that is all there is.
      guard wanted > 1 || first == own else { continue }
      if let second = forRow.first(where: { count(row, $0) == wanted }) {
        self.init(first, second, true)
        return
      }
    }
    self.init(own, forRow[0], false)
  }

  /// A line without what may be a comment behind it.
  private static func withoutComment(
    _ line: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    var isQuoted = false
    for index in line.indices {
      let byte = line[index]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard !isQuoted, index > 0, isBlank(line[index - 1]) else { continue }
      let isAlone = index + 1 == line.count || isBlank(line[index + 1])
      if byte == UInt8(ascii: "#") || (isAlone && "!%;".utf8.contains(byte)) {
        return UnsafeBufferPointer(rebasing: line[..<index])
      }
    }
    return line
  }

  private init(_ names: FieldSeparator, _ rows: FieldSeparator, _ areEqual: Bool) {
    (self.names, self.rows, self.areEqual) = (names, rows, areEqual)
  }
}
