/// Texts in printable ASCII, which is all that cells of FITS tables may hold: other characters by their numbers, as in `\u{c5}ngstr\u{f6}m`.
enum ASCIIText {
  /// The comment of a column whose texts are written so.
  static let comment = "other characters as \\u{hexadecimal}"

  /// Whether texts cannot stand in a cell as they are.
  static func isNeeded(for texts: [String]) -> Bool {
    texts.contains { $0.unicodeScalars.contains { !isPrintable($0) } }
  }

  /// A text with the numbers of characters beyond printable ASCII, and of backslashes.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      isPrintable(scalar) && scalar != "\\"
        ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }.joined()
  }

  /// The text that `escaped` made this of; what is no such number stays as it is.
  static func plain(_ text: String) -> String {
    let parts = text.split(separator: "\\u{", omittingEmptySubsequences: false)
    return parts.dropFirst().reduce(parts.first.map(String.init) ?? "") { plain, part in
      guard let end = part.firstIndex(of: "}"), let number = UInt32(part[..<end], radix: 16),
        let scalar = Unicode.Scalar(number)
      else { return "\(plain)\\u{\(part)" }
      return plain + String(scalar) + part[part.index(after: end)...]
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    (0x20...0x7E).contains(scalar.value)
  }
}
