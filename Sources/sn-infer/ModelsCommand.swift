import Analyses
import ArgumentParser
import Cosmology
import Inference
import Reports

/// `sn-infer models`: fits several models to the same data.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Fit all cosmological models to the same data, and compare them.",
    discussion: """
      Prints for each model the evidence ln Z and the Bayes factor ln B against flat ΛCDM from weighted draws of fitted maps, \
      χ² at the best fit with its probability to be exceeded (PTE), Δχ² against flat ΛCDM and the number of standard \
      deviations that it is worth, the information criteria AIC and BIC, and ln B again by the Savage–Dickey density \
      ratio. Data and priors are those of fit, or of a YAML file in the place of the catalog; what is said about parameters of some \
      models does not hold for others. Exit codes are those of fit for the least trusted model.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @Option(
    help: ArgumentHelp(
      "The models to fit beside flat_lcdm, such as flat_wcdm,flat_w0wacdm. (default: all)",
      valueName: "names"))
  var models: String?

  @OptionGroup(title: "Output") var table: TableOptions

  func validate() throws {
    try require(model.model == FlatLambdaCDM.name, "Name models with --models instead of --model.")
  }

  func run() async throws {
    try table.check(ModelsText.self)
    let names = models?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let progress = table.progress
    let comparison: ModelComparison
    do {
      defer { progress.finish() }
      comparison = try await ModelComparison(
        settings.analysis(self, catalog: input.catalog), models: names,
        in: RunContext(seed: Seed(table.seed), events: { progress.update($0) })
      ) { problem, index in
        progress.finish()
        if index == 0, !table.json { print("\(Introduction(problem).data)\n") }
        table.note("fitting \(problem.analysis.theory.model)")
      }
    }
    try table.finish(ModelsText(comparison), comparison.exitStatus)
  }
}
