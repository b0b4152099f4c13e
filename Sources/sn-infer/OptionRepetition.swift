import ArgumentParser

/// An option given twice: a slip that the argument parser would resolve in silence by taking the last.
enum OptionRepetition {
  /// - Throws: `ValidationError` naming the option, unless it may be repeated.
  static func check(_ arguments: [String], repeatable: Set<String>) throws {
    let longNames = ["-o": "--output", "-f": "--force"]
    var seen: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") {
      let written = argument.prefix { $0 != "=" }
      let name = longNames[String(written)] ?? String(written)
      guard seen.insert(name).inserted || repeatable.contains(name) else {
        throw ValidationError("The option '\(name)' is given more than once.")
      }
    }
  }
}
