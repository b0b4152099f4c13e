import Analyses
import ArgumentParser

/// `sn-infer run`: runs the analysis of a file.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the analysis described by a Cobaya-style YAML file.",
    discussion: """
      The file has the keys likelihood, theory, params, joint, require, sampler, seed and output; all but the data may be left out. \
      The analysis.yaml that fit and run write to their folder is such a file, with every default spelled out. Files and \
      exit codes are those of fit.
      """)

  @Argument(help: "The file, such as analysis.yaml.")
  var file: String

  @OptionGroup(title: "Run") var options: RunOptions

  func run() async throws {
    StopRequest.listen(after: options.maxTime)
    let analysis = try AnalysisFile.read(file, setting: options.set)
    try await AnalysisRun(try analysis.problem(), options).run()
  }
}
