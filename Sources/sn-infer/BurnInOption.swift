import ArgumentParser

/// The option for the burn-in of chains.
struct BurnInOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The fraction of each Markov chain to discard as burn-in.", valueName: "fraction"))
  var burnIn = 0.0

  func validate() throws {
    try require((0..<1).contains(burnIn), "--burn-in must be at least 0 and below 1.")
  }
}
