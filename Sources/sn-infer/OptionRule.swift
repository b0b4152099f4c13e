import ArgumentParser

extension ParsableArguments {
  /// Refuses options that break a rule.
  func require(_ isKept: Bool, _ rule: String) throws {
    if !isKept { throw ValidationError(rule) }
  }
}
