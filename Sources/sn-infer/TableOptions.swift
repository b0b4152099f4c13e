import Analyses
import ArgumentParser
import Inference
import Logging
import Reports

/// The options of commands whose result is a table.
struct TableOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Also write the result to this folder, as JSON and CSV.", valueName: "dir"))
  var output: String?

  @Flag(name: [.short, .long], help: "Replace the files of an earlier result there.")
  var force = false

  @Flag(help: "Print the result as JSON instead of tables.")
  var json = false

  @Flag(name: [.short, .long], help: "Print only warnings and errors on standard error.")
  var quiet = false

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  func check(_ type: (some PrintedResult).Type) throws {
    if let output { try type.check(output, replacing: force) }
  }

  /// Notes on standard error what is being done.
  func note(_ text: String) {
    if !quiet { Logger(label: "sn-infer").notice("\(text)") }
  }

  /// Progress of the fits behind the result.
  var progress: Progress { Progress(isQuiet: quiet) }

  /// Prints and writes a result.
  func finish(_ result: some PrintedResult, _ status: ExitStatus) throws {
    print(json ? try result.json() : "\(result)\n", terminator: "")
    if let output { try result.write(to: output, replacing: force) }
    if status != .success { throw ExitCode(status.rawValue) }
  }
}
