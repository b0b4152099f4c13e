import ArgumentParser

extension ParsableArguments {
  /// Refuses options that break a rule.
  func require(_ isKept: Bool, _ rule: String) throws {
    if !isKept { throw ValidationError(rule) }
  }

  /// Refuses a count out of its range.
  func require(_ option: String, _ count: Int?, in range: ClosedRange<Int>) throws {
    try require(
      count.map(range.contains) ?? true,
      "\(option) must be \(range.lowerBound) to \(range.upperBound).")
  }
}
