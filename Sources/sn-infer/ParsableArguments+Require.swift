import ArgumentParser
import Samplers

extension ParsableArguments {
  /// Rejects options that break a rule.
  func require(_ isKept: Bool, _ rule: String) throws {
    if !isKept { throw ValidationError(rule) }
  }

  /// Rejects settings of a sampler that break its rules, in terms of its options.
  func require(_ sampler: some Sampler, options: (SettingRule) -> String) throws {
    for rule in sampler.rules {
      try require(rule.isKept, "\(options(rule)) must be \(rule.rule).")
    }
  }

  /// Rejects a count out of its range.
  func require(_ option: String, _ count: Int?, in range: ClosedRange<Int>) throws {
    try require(
      count.map(range.contains) ?? true,
      "\(option) must be \(range.lowerBound) to \(range.upperBound).")
  }
}
