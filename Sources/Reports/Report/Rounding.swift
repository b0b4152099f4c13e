import Foundation

/// Numbers with as many digits as their uncertainty warrants.
enum Rounding {
  /// How many decimals show a number of a size with a number of significant digits.
  static func decimals(for size: Double, digits: Int) -> Int {
    guard size > 0, size.isFinite else { return digits }
    return max(0, min(15, digits - 1 - Int(log10(size).rounded(.down))))
  }

  /// A number with a number of decimals, with a real minus sign.
  static func number(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let text = String(format: "%.\(decimals)f", value)
    // No minus zero.
    let isZero = !text.contains { "123456789".contains($0) }
    return isZero ? text.replacing("-", with: "") : text.replacing("-", with: "−")
  }

  /// A number with significant digits.
  static func number(_ value: Double, digits: Int) -> String {
    number(value, decimals: decimals(for: abs(value), digits: digits))
  }
}
