import ArgumentParser
import Reports

/// The options of all commands that read chains.
struct ChainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The fraction of each Markov chain to discard as burn-in.", valueName: "fraction"))
  var burnIn = 0.0

  @Option(
    help: ArgumentHelp(
      "Another name for a column, such as omegamh2=omega_m_h2; repeatable.", valueName: "old=new"))
  var rename: [String] = []

  func validate() throws {
    try require((0..<1).contains(burnIn), "--burn-in must be at least 0 and below 1.")
    _ = try renames
  }

  var renames: ParameterRenames {
    get throws {
      var names: [String: String] = [:]
      for text in rename {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        try require(parts.count == 2, "'--rename \(text)' is not old=new.")
        try require(
          names.updateValue(parts[1], forKey: parts[0]) == nil,
          "--rename names \(parts[0]) more than once.")
      }
      return ParameterRenames(names)
    }
  }
}
