/// Options given twice, which the argument parser would silently resolve by taking the
/// last.
enum OptionRepetition {
  /// Finds the first option that is repeated and may not be, by its long name.
  static func first(in arguments: [String], repeatable: Set<String>) -> String? {
    var seen: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") {
      for name in names(in: argument)
      where !seen.insert(name).inserted && !repeatable.contains(name) {
        return name
      }
    }
    return nil
  }

  /// The long names in one argument: `--seed=1` has one, `-fo` two.
  private static func names(in argument: String) -> [String] {
    if argument.hasPrefix("--") { return [String(argument.prefix { $0 != "=" })] }
    let longNames: [Character: String] = [
      "f": "--force", "h": "--help", "n": "--count", "o": "--output", "q": "--quiet",
      "r": "--resume",
    ]
    return argument.dropFirst().prefix { $0 != "=" }.compactMap { longNames[$0] }
  }
}
