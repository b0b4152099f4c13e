/// A length of time as typed: `90s`, `45m`, `3h30m`; above 0 and at most 10⁹ seconds.
public struct TimeLimit: Sendable, Equatable {
  /// The same in seconds.
  public let seconds: Double
  /// Thirty years; timers end far beyond that.
  private static let longest = 1e9

  /// Reads a time; nil for what is none, or out of range.
  public init?(text: String) {
    var (seconds, digits) = (0.0, "")
    for character in text {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      guard let unit = ["h": 3600.0, "m": 60, "s": 1][character], let number = Double(digits) else {
        return nil
      }
      seconds += number * unit
      digits = ""
    }
    guard digits.isEmpty, seconds > 0, seconds <= Self.longest else { return nil }
    self.seconds = seconds
  }
}
