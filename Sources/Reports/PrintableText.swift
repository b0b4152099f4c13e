extension StringProtocol {
  /// The text made safe for a terminal: control characters, and those that change the direction
  /// of text, become dots; line ends and tabs stay.
  public var printable: String {
    guard unicodeScalars.contains(where: \.commandsTerminals) else { return String(self) }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(scalar.commandsTerminals ? "·" : scalar) }
    return String(text)
  }
}

extension Unicode.Scalar {
  fileprivate var commandsTerminals: Bool {
    if isASCII { return (value < 0x20 && value != 0x09 && value != 0x0A) || value == 0x7F }
    return properties.generalCategory == .control || properties.generalCategory == .format
  }
}
