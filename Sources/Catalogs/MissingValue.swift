/// Numbers that stand for a missing value: nines without end, and what masked cells are filled with.
enum MissingValue {
  /// Whether a number may be a mark; it is one where it cannot be a measurement.
  static func isMark(_ value: Double) -> Bool {
    let size = abs(value)
    if value.isNaN || value == 0 || (size >= 1e15 && size < .infinity) { return true }
    // Single precision has seven digits.
    return nines.contains { abs(size - $0) <= 1e-6 * $0 }
  }

  private static let nines: [Double] =
    [9, 99, 999, 9999, 99999].flatMap { whole in [whole, whole + 0.9, whole + 0.99, whole + 0.999] }
    + [9.9999]
}
