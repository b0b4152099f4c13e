import Analyses
import ArgumentParser
import Inference
import Logging
import Reports
import Samplers

/// `sn-infer flow sample`: draws rows from a saved flow.
struct FlowSampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw rows from a saved flow, as CSV.")

  @Argument(help: "A flow saved by 'flow train'.")
  var model: String

  @Option(name: [.customShort("n"), .customLong("count")], help: "The number of rows to draw.")
  var count = 1000

  @Option(name: [.short, .long], help: "The file to write. (default: standard output)")
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A number for each column that the density is given, such as z=0.5,c=0.1.",
      valueName: "name=value"))
  var given: [String] = []

  @OptionGroup var options: FlowFileOptions

  func validate() throws {
    try require("--count", count, in: 1...1_000_000_000)
    _ = try givenValues
  }

  private var givenValues: [String: Double] {
    get throws {
      var values: [String: Double] = [:]
      for text in given.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
          throw ValidationError("'--given \(text)' is not name=value.")
        }
        guard values.updateValue(value, forKey: String(parts[0])) == nil else {
          throw ValidationError("--given names \(parts[0]) more than once.")
        }
      }
      return values
    }
  }

  func run() async throws {
    if let output { try FlowFile.check(output, replacing: options.force) }
    let rows = try FlowRowsFile(
      drawnFrom: model, given: givenValues)
    if let output {
      // Stopped, it leaves nothing behind.
      StopRequest.listen(after: nil)
      let stop = StopRequest()
      var context = options.context
      context.stop = StopSignal { stop.isRequested }
      do {
        print("output      \(try await rows.write(count, to: output, in: context))")
      } catch SamplingError.stopped {
        Logger(label: "sn-infer").warning("stopped; \(output) is not written")
        throw ExitCode(stop.exitStatus.rawValue)
      }
    } else {
      try await rows.write(count, in: options.context) { text in
        StandardOutput.write(text)
        return !StandardOutput.isLost
      }
    }
  }
}
