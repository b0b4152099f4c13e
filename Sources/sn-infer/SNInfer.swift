import Analyses
import ArgumentParser
import Inference
import Logging

/// The command `sn-infer`.
@main
struct SNInfer: AsyncParsableCommand {
  static let version = Findings.programVersion

  static let configuration = CommandConfiguration(
    commandName: "sn-infer",
    abstract: "Bayesian inference of cosmological parameters from type Ia supernovae.",
    discussion: """
      Results go to standard output, everything else to standard error.

      Exit codes: 0 the result stands, 10 no result can be trusted or a check failed, 11 the result stands but a \
      check failed or completeness is not known, 64 usage error, 65 bad data, \
      66 input missing or unreadable, 70 sampler could not start or internal error, 71 no thread or memory to be had, 73 output exists or cannot be \
      written, 74 standard output lost, 75 stopped and can be resumed, 130 interrupted and can be resumed.
      """,
    version: version,
    subcommands: [
      FitCommand.self, RunCommand.self, ModelsCommand.self, TensionCommand.self,
      ComponentsCommand.self, SBCCommand.self, CoverageCommand.self, AmortiseCommand.self,
      SimulateCommand.self, ForecastCommand.self,
      ReportCommand.self,
      CompareCommand.self, CheckCommand.self, DataCommand.self, DiagnoseCommand.self,
      ValidateCommand.self, ConvertCommand.self, FlowCommand.self,
      RobustnessCommand.self, MergeCommand.self,
      JobCommand.self,
    ])

  // On the main thread, which is there when no other can be had.
  @MainActor static func main() async {
    StandardOutput.prepare()
    LoggingSystem.bootstrap(StandardErrorLogHandler.init)
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      if let name = OptionRepetition.first(
        in: arguments,
        repeatable: [
          "--range", "--rename", "--with", "--between", "--set",
          "--at", "--column", "--counts", "--prior", "--require", "--systematic", "--fix",
          "--derived", "--truth", "--cut", "--alternative-prior", "--scatter-included", "--help",
        ])
      {
        throw ValidationError("The option '\(name)' is given more than once.")
      }
      var command = try parseAsRoot()
      if let asynchronous = command as? any AsyncParsableCommand {
        try Threads.check()
        try await Ranks.run(asynchronous)
      } else {
        try command.run()
      }
    } catch {
      ErrorPresentation.exit(ErrorPresentation.status(after: error))
    }
    ErrorPresentation.exit(0)
  }
}
