import Analyses
import ArgumentParser

/// Settings of a command that takes the YAML file of an analysis in the place of a catalog.
struct SettingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With a YAML file in the place of the catalog: change a setting by its key there, such as params.w.prior.min=-2; repeatable.",
      valueName: "key=value"))
  var set: [String] = []

  /// The analysis of a YAML file, which has all data and the model, or that of the options of a command.
  func analysis<Command: ParsableCommand>(
    _ command: Command, catalog: String?
  ) throws -> Analysis {
    var analysis = try Analysis(options: command)
    guard let file = catalog, AnalysisFile.isName(file) else {
      try require(set.isEmpty, "--set changes what a YAML file in the place of the catalog says.")
      return analysis
    }
    let choice = analysis.likelihood.removeValue(forKey: Analysis.supernovae)
    try require(
      analysis == Analysis(options: try Command.parse([])) && choice == SupernovaChoice(data: file),
      "Data, model and priors are those of \(file); change them with --set.")
    return try AnalysisFile.read(file, setting: set)
  }
}
