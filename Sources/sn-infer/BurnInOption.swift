import ArgumentParser

/// The option that says what part of a chain does not count.
struct BurnInOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The fraction of each Markov chain to leave out at its beginning.", valueName: "fraction"))
  var burnIn = 0.0

  func validate() throws {
    try require((0..<1).contains(burnIn), "--burn-in must be at least 0 and below 1.")
  }
}
