public import ArgumentParser
public import Inference

extension TimeLimit: ExpressibleByArgument {
  /// A time as it is typed.
  public init?(argument: String) { self.init(text: argument) }
}

/// The options of a run that do not change its result: where and how it runs.
struct RunOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The folder for the results. (default: chains/ and the catalog's name)", valueName: "dir"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Change a setting by its key in the file of an analysis, such as sampler.hmc.draws=5000; repeatable.",
      valueName: "key=value"))
  var set: [String] = []

  @Flag(name: [.short, .long], help: "Replace the results of an earlier run in that folder.")
  var force = false

  @Flag(
    name: [.short, .long],
    help:
      "Continue the run in that folder as if it had never stopped; more draws extend it.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Stop after this time, such as 90s, 45m or 3h30m, keeping what there is for --resume.",
      valueName: "time"))
  var maxTime: TimeLimit?

  @Flag(
    name: [.short, .long],
    help: "Print only warnings and errors on standard error, no progress or notes.")
  var quiet = false

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  @Flag(
    help:
      "Only find the best fit, without sampling: χ² with the probability to exceed it (PTE), by probe, and against flat ΛCDM. Writes no files."
  )
  var best = false

  @Flag(help: "Write no report: no report.html, no figures.")
  var noReport = false

  func validate() throws {
    try require(
      !best || !(force || resume || output != nil), "--best writes no files; print it with --json.")
    try require(!(force && resume), "--force starts over and --resume continues; give one of them.")
  }
}
