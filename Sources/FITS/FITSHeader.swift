/// The header of one unit: cards up to END, in blocks of 2880 bytes.
///
/// A keyword that is used must be spelled as the standard requires and must not have two
/// different values; unused cards may be anything.
struct FITSHeader: Sendable, Equatable {
  static let blockLength = 2880

  /// The bytes of the file with those of the header; the file's own storage, not a copy.
  private let bytes: ArraySlice<UInt8>
  /// The number of cards, END included.
  let cardCount: Int
  /// The indices of the cards of each keyword.
  private let places: [String: [Int]]

  /// Reads the header at the beginning of some bytes.
  ///
  /// - Parameter limit: how many cards it may have.
  init(_ bytes: ArraySlice<UInt8>, limit: Int) throws(FITSFault) {
    var places: [String: [Int]] = [:]
    var count = 0
    while true {
      let start = bytes.startIndex + count * FITSCard.length
      guard start + FITSCard.length <= bytes.endIndex else { throw .noEnd }
      guard count < limit else { throw .tooManyCards(limit: limit) }
      let card = FITSCard(bytes[start..<start + FITSCard.length])
      count += 1
      if card.isEnd { break }
      if !["", "COMMENT", "HISTORY"].contains(card.keyword) {
        places[card.keyword, default: []].append(count - 1)
      }
    }
    self.bytes = bytes
    self.places = places
    cardCount = count
  }

  /// The number of bytes in whole blocks.
  var length: Int { Self.padded(cardCount * FITSCard.length) }

  /// A number of bytes filled up to whole blocks.
  static func padded(_ count: Int) -> Int {
    (count + blockLength - 1) / blockLength * blockLength
  }

  private func card(_ index: Int) -> FITSCard {
    let start = bytes.startIndex + index * FITSCard.length
    return FITSCard(bytes[start..<start + FITSCard.length])
  }

  /// Checks that a card is where the standard requires it.
  func expect(_ key: String, at index: Int) throws(FITSFault) {
    let found = index < cardCount ? card(index) : nil
    guard let found, found.keyword == key else {
      throw .misplaced(expected: key, found: found?.text ?? "")
    }
    guard found.isRegular else { throw .misspelled(card: found.text) }
  }
}

// MARK: - Values

extension FITSHeader {
  /// The value of a keyword; nil if it is missing.
  private func value(_ key: String) throws(FITSFault) -> FITSCard.Value? {
    guard let first = try values(key).first else { return nil }
    for other in try values(key) where other != first {
      guard let integer = first.integer, integer == other.integer else { throw .contradiction(key) }
    }
    return first
  }

  private func values(_ key: String) throws(FITSFault) -> [FITSCard.Value] {
    var values: [FITSCard.Value] = []
    for index in places[key, default: []] {
      let card = card(index)
      guard card.isRegular else { throw .misspelled(card: card.text) }
      values.append(card.value)
    }
    return values
  }

  /// A whole number; nil if the keyword is missing.
  func integer(
    _ key: String, in range: ClosedRange<Int> = Int.min...Int.max
  ) throws(FITSFault) -> Int? {
    guard let value = try value(key) else { return nil }
    guard let integer = value.integer, range.contains(integer) else {
      let expected =
        switch (range.lowerBound, range.upperBound) {
        case (.min, _): "a whole number"
        case (let lower, .max): "a whole number from \(lower)"
        case (let lower, let upper) where lower == upper: "\(lower)"
        case (let lower, let upper): "a whole number from \(lower) to \(upper)"
        }
      throw .wrongValue(key, found: value.shown, expected: expected)
    }
    return integer
  }

  /// A whole number that must be there.
  func required(_ key: String, in range: ClosedRange<Int>) throws(FITSFault) -> Int {
    guard let integer = try integer(key, in: range) else { throw .missing(key) }
    return integer
  }

  /// A finite number; nil if the keyword is missing.
  func number(_ key: String) throws(FITSFault) -> Double? {
    guard let value = try value(key) else { return nil }
    guard let number = value.number else {
      throw .wrongValue(key, found: value.shown, expected: "a number")
    }
    return number
  }

  /// Whether a keyword is there and says T.
  func flag(_ key: String) throws(FITSFault) -> Bool {
    guard let value = try value(key) else { return false }
    guard [.bare("T"), .bare("F")].contains(value) else {
      throw .wrongValue(key, found: value.shown, expected: "T or F")
    }
    return value == .bare("T")
  }

  /// The characters of a value; nil if the keyword is missing.
  func string(_ key: String) throws(FITSFault) -> String? { try value(key)?.string }

  /// What follows the value of a keyword after a slash; empty if there is nothing.
  func comment(_ key: String) -> String {
    guard let index = places[key]?.first else { return "" }
    let text = card(index).text
    var isQuoted = false
    guard
      let slash = text.firstIndex(where: {
        if $0 == "'" { isQuoted.toggle() }
        return $0 == "/" && !isQuoted
      })
    else { return "" }
    let comment = text[text.index(after: slash)...].drop { $0 == " " }
    return String(comment.reversed().drop { $0 == " " }.reversed())
  }

  /// A word without the blanks around it, in capitals; nil if the keyword is missing.
  func word(_ key: String) throws(FITSFault) -> String? {
    try string(key).map { String($0.drop { $0 == " " }).uppercased() }
  }

  /// A free text: the first, if there are several, with its CONTINUE cards.
  func text(_ key: String) throws(FITSFault) -> String? {
    guard var text = try values(key).first?.string, var index = places[key]?.first else {
      return nil
    }
    while text.hasSuffix("&"), index + 1 < cardCount {
      index += 1
      let next = card(index)
      guard next.keyword == "CONTINUE", case .text(let more) = next.value else { break }
      text = text.dropLast() + more
    }
    return text
  }
}
