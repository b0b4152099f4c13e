/// A rule that a setting of a sampler must satisfy, such as the range of a number.
public struct SettingRule: Sendable {
  /// The key of the setting.
  public let key: String
  /// Whether it is satisfied.
  public let isKept: Bool
  /// What it must be, in words: "1 to 1000".
  public let rule: String

  /// A rule in words.
  public init(_ key: String, _ isKept: Bool, _ rule: String) {
    (self.key, self.isKept, self.rule) = (key, isKept, rule)
  }

  /// The range of a count; nil satisfies it.
  public init(_ key: String, _ count: Int?, in range: ClosedRange<Int>) {
    self.init(
      key, count.map(range.contains) ?? true, "\(range.lowerBound) to \(range.upperBound)")
  }
}
