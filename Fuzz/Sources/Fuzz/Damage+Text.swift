import Foundation
import Inference

/// Damage to numbers, words and lines of text.
extension Damage {
  private static let numbers = [
    "nan", "inf", "-inf", "1e308", "-1e308", "1e309", "4.9e-324", "1e-300", "0", "-0", "-1", "1",
    "9223372036854775807", "-9223372036854775808", "18446744073709551616", "2147483648",
    "4294967295", "1e999999999", "0x1p3", "1_000", "1d5", "1,5", "", "1e", "--1", "0.1.2", "1e-400",
    "99999999999999999999999999", "1000000", "0.0000001", "1e16", "-9",
  ].map { Array($0.utf8) }
  private static let words = [
    "\"", "'", "#", ",", "\t", "\r", "\n", "\r\n", " ", ";", "|", "&a ", "*a", "!!binary ", "- ",
    ": ", "{", "}", "[", "]", "(", ")", "null", "true", "<", "/>", "<!--", "&lt;", "&#0;", "%", "^",
    "`", "\\", "\u{FEFF}", "\u{0}", "\u{200B}", "é", "−", "=", "T", "..", "/", "~", "=chain(",
  ].map { Array($0.utf8) }

  mutating func editTextGently(_ bytes: inout [UInt8]) {
    switch below(10) {
    case 0...5: changeDigit(&bytes)
    case 6:
      guard let number = self.number(in: bytes),
        let value = Double(String(decoding: bytes[number], as: UTF8.self)), value.isFinite
      else { return changeDigit(&bytes) }
      let other = value * (1 + 0.01 * random.nextStandardNormal())
      bytes.replaceSubrange(number, with: "\(other)".utf8)
    case 7: bytes += Array(["\n", "\n\n", " \n", "\t\n"][below(4)].utf8)
    case 8:
      // Lines as other systems end them.
      bytes = bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    default:
      let lines = bytes.indices.filter { bytes[$0] == 0x0a }
      if !lines.isEmpty { bytes.insert(0x20, at: lines[below(lines.count)]) }
    }
  }

  mutating func changeDigit(_ bytes: inout [UInt8]) {
    guard let number = self.number(in: bytes) else { return }
    // Not the first, which often carries the sense.
    let digits = number.dropFirst().filter { (0x30...0x39).contains(bytes[$0]) }
    if digits.isEmpty { return }
    bytes[digits[below(digits.count)]] = UInt8(0x30 + below(10))
  }

  mutating func editText(_ bytes: inout [UInt8]) {
    guard let place = place(in: bytes) else { return }
    switch below(9) {
    case 0...2:
      guard let number = self.number(in: bytes) else { return }
      bytes.replaceSubrange(number, with: Self.numbers[below(Self.numbers.count)])
    case 3: bytes.insert(contentsOf: Self.words[below(Self.words.count)], at: place)
    case 4:
      guard let word = self.word(in: bytes), let other = self.word(in: bytes) else { return }
      bytes.replaceSubrange(word, with: Array(bytes[other]))
    case 5: editLines(&bytes)
    case 6: editColumn(&bytes)
    case 7:
      let word = Self.words[below(Self.words.count)]
      for _ in 0..<length(upTo: 20_000) { bytes.insert(contentsOf: word, at: place) }
    default:
      guard let word = self.word(in: bytes) else { return }
      bytes.removeSubrange(word)
    }
  }

  private mutating func editLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { Array($0) }
    let (first, second) = (below(lines.count), below(lines.count))
    switch below(4) {
    case 0: lines.remove(at: first)
    case 1: lines.swapAt(first, second)
    case 2: lines.insert(lines[first], at: second)
    default:
      let copies = [[UInt8]](repeating: lines[first], count: length(upTo: 3000))
      lines.insert(contentsOf: copies, at: second)
    }
    bytes = Array(lines.joined(separator: [0x0a]))
  }

  /// Removes, doubles or empties a field, of one line or of all.
  private mutating func editColumn(_ bytes: inout [UInt8]) {
    let isSeparated = bytes.prefix(2000).contains(0x2c)
    let separator: UInt8 = isSeparated ? 0x2c : 0x20
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { Array($0) }
    let (column, edit) = (below(8), below(3))
    let rows = chance(0.5) ? Array(lines.indices) : [below(lines.count)]
    for row in rows where lines[row].first != 0x23 {
      var fields = lines[row].split(
        separator: separator, omittingEmptySubsequences: separator == 0x2c
      ).map { Array($0) }
      guard column < fields.count else { continue }
      switch edit {
      case 0: fields.remove(at: column)
      case 1: fields.insert(fields[column], at: column)
      default: fields[column] = []
      }
      lines[row] = Array(fields.joined(separator: [separator]))
    }
    bytes = Array(lines.joined(separator: [0x0a]))
  }

  /// Replaces, removes or doubles one value of a JSON document.
  mutating func editJSON(_ bytes: inout [UInt8]) {
    guard let tree = try? JSONSerialization.jsonObject(with: Data(bytes)),
      let data = try? JSONSerialization.data(
        withJSONObject: edited(tree), options: [.sortedKeys, .fragmentsAllowed])
    else { return }
    bytes = Array(data)
  }

  private mutating func edited(_ value: Any) -> Any {
    switch value {
    case var members as [String: Any] where !members.isEmpty:
      let keys = members.keys.sorted()
      let key = keys[below(keys.count)]
      guard !chance(0.1), let old = members[key] else {
        members[key] = nil
        return members
      }
      members[key] = chance(0.1) ? hostileValue() : edited(old)
      return members
    case var elements as [Any] where !elements.isEmpty:
      let place = below(elements.count)
      switch below(8) {
      case 0: elements.remove(at: place)
      case 1: elements.insert(elements[place], at: place)
      case 2: return hostileValue()
      default: elements[place] = edited(elements[place])
      }
      return elements
    default: return hostileValue()
    }
  }

  private mutating func hostileValue() -> Any {
    let values: [Any] = [
      NSNull(), true, 0, -1, 1, Int.max, Int.min, UInt64.max, 1 << 31, 1e308, -1e308,
      Double.leastNonzeroMagnitude, 0.5,
      1_000_000, 100, "", "NaN", "Infinity", "-Infinity", [Any](), [String: Any](), [1], [[0.5]],
    ]
    return values[below(values.count)]
  }

  // MARK: Places

  /// A number as it stands in a text, found from a random place on.
  private mutating func number(in bytes: [UInt8]) -> Range<Int>? {
    guard let place = place(in: bytes) else { return nil }
    func isPart(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains(byte)
    }
    guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else {
      return nil
    }
    let start = (bytes[..<digit].lastIndex { !isPart($0) } ?? -1) + 1
    let end = bytes[digit...].firstIndex { !isPart($0) } ?? bytes.count
    return start..<end
  }

  private mutating func word(in bytes: [UInt8]) -> Range<Int>? {
    guard let place = place(in: bytes) else { return nil }
    let blanks: Set<UInt8> = [0x20, 0x0a, 0x09, 0x2c, 0x3d, 0x28, 0x29, 0x3a]
    guard let start = bytes[place...].firstIndex(where: { !blanks.contains($0) }) else {
      return nil
    }
    let end = bytes[start...].firstIndex(where: blanks.contains) ?? bytes.count
    return start..<end
  }
}
