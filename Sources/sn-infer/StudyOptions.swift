public import ArgumentParser
import Analyses
import Inference
public import Studies

extension WorkerPlace: ExpressibleByArgument {
  /// A place as it is typed.
  public init?(argument: String) { self.init(argument) }
}

/// A command that computes numbered units in a folder.
protocol StudyCommand: AsyncParsableCommand {
  /// The folder; nil if this process is alone.
  var studyFolder: String? { get }

  /// Whether the ranks that a launcher starts share its units.
  var isShared: Bool { get }

  /// Becomes the command that puts together what is in a folder.
  mutating func merge(_ folder: String)
}

/// One whose options are `StudyOptions`.
protocol UnitCommand: StudyCommand {
  var study: StudyOptions { get set }
}

extension UnitCommand {
  var studyFolder: String? { study.table.output }

  var isShared: Bool { study.sharing.part == nil }

  mutating func merge(_ folder: String) {
    (study.table.output, study.table.force, study.sharing.part) = (folder, false, .alone)
  }
}

/// The options of commands that compute numbered units, alone or together with other processes.
struct StudyOptions: ParsableArguments {
  @OptionGroup var table: TableOptions
  @OptionGroup var sharing: SharingOptions

  @Option(help: "The number of threads. (default: one per core)")
  var threads: Int?

  @Flag(
    name: [.short, .long],
    help: "Go on in that folder, as happens anyway if it has the same study.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Stop after this time, such as 90s, 45m or 3h30m; the same command goes on.",
      valueName: "time"))
  var maxTime: TimeLimit?

  func validate() throws {
    try sharing.check(output: table.output, isReplacing: table.force)
    try require("--threads", threads, in: 1...1024)
    try require(
      !(table.force && resume), "--force starts over and --resume continues; give one of them.")
  }

  /// Begins to listen for signals, and returns this process's share.
  func begin() -> StudyRun {
    StopRequest.listen(after: maxTime)
    return StudyRun(
      output: table.output, isReplacing: table.force, part: sharing.part, isQuiet: table.quiet,
      isJSON: table.json, seed: table.seed, threads: threads)
  }
}

/// How processes share units.
struct SharingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The part of the work that this process begins with, such as 3/64 for the fourth of 64 that share --output. (default: what srun or mpirun says)",
      valueName: "i/n"))
  var part: WorkerPlace?

  func check(output: String?, isReplacing: Bool) throws {
    try require(
      part == nil || output != nil, "--part needs an --output that all processes share.")
    try require(
      part == nil || !isReplacing,
      "--force would remove what other processes do; remove the folder, or begin without --part.")
  }
}
