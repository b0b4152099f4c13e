/// One card of a header: 80 characters with a keyword, and mostly a value and a comment.
struct FITSCard {
  static let length = 80

  /// The keyword in capitals, also if it is misspelled; of a HIERARCH card what follows that word.
  let keyword: String
  /// Whether the keyword stands in capitals in columns 1 to 8, followed by `= `.
  let isRegular: Bool
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    let start = bytes.prefix(8)
    var name = start.prefix { $0 != UInt8(ascii: "=") }
    if name.elementsEqual(Array("HIERARCH".utf8)) {
      name = bytes.dropFirst(8).prefix { $0 != UInt8(ascii: "=") }
    }
    keyword = Self.text(name).uppercased()
    isRegular =
      Self.hasExactly(keyword, start) && bytes.dropFirst(8).starts(with: [0x3d, 0x20])
  }

  /// Whether eight columns hold a keyword as it should be: from the first, filled up with blanks.
  private static func hasExactly(_ keyword: String, _ columns: ArraySlice<UInt8>) -> Bool {
    keyword.utf8.count <= 8 && columns.starts(with: keyword.utf8)
      && columns.dropFirst(keyword.utf8.count).allSatisfy { $0 == UInt8(ascii: " ") }
  }

  /// Whether this is the last card of a header.
  var isEnd: Bool { Self.hasExactly("END", bytes.prefix(8)) }

  /// The whole card without the blanks around it.
  var text: String { Self.text(bytes) }

  /// The value field, columns 11 to 80 without the comment.
  enum Value: Equatable {
    /// A text in quotes, without the blanks at its end.
    case text(String)
    /// Anything else, without the blanks around it.
    case bare(String)

    /// The characters.
    var string: String {
      switch self {
      case .text(let string), .bare(let string): string
      }
    }

    /// The value as a card shows it.
    var shown: String {
      switch self {
      case .text(let string): "'\(string)'"
      case .bare(let string): string
      }
    }
  }

  var value: Value {
    let field = bytes.dropFirst(10).drop { $0 == UInt8(ascii: " ") }
    let quote = UInt8(ascii: "'")
    guard field.first == quote else {
      return .bare(Self.text(field.prefix { $0 != UInt8(ascii: "/") }))
    }
    var characters: [UInt8] = []
    var rest = field.dropFirst()
    // Two quotes stand for one; a text that is never closed ends with its card.
    while let character = rest.popFirst() {
      if character == quote, rest.popFirst() != quote { break }
      characters.append(character)
    }
    while characters.last == UInt8(ascii: " ") { characters.removeLast() }
    return .text(String(decoding: characters, as: UTF8.self))
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes.drop { $0 <= 0x20 }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension FITSCard.Value {
  /// The whole number that is meant, in any spelling that FITS allows; nil if none is, or it has
  /// more than 64 bits.
  var integer: Int? {
    guard case .bare(let string) = self else { return nil }
    return Int(string)
  }

  /// The finite number that is meant, the exponent after E or D; nil if none is.
  var number: Double? {
    guard case .bare(let string) = self,
      string.utf8.allSatisfy({ Array("0123456789+-.eEdD".utf8).contains($0) }),
      let number = Double(string.replacing("D", with: "E").replacing("d", with: "e")),
      number.isFinite
    else { return nil }
    return number
  }
}
