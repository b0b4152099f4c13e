import Analyses
import ArgumentParser
import Catalogs
import Inference
import Reports
import Samplers

/// `sn-infer robustness`: what referees ask of a fit.
struct RobustnessCommand: UnitCommand {
  static let configuration = CommandConfiguration(
    commandName: "robustness",
    abstract: "Fit the same data without each survey, with other cuts, and with Student's t.",
    discussion: """
      Fits the analysis itself, then without the supernovae of each survey in turn, without a tenth and a quarter of them at \
      low and at high redshift, with only those that fulfil each --cut, and with Student's t for residuals where errors are \
      independent. Prints how far each moves the parameters, in standard deviations of the whole, beside what chance moves them by: the posterior \
      of a part is wider, and its mean moves by about √(σ² of the part − σ² of the whole). Exits with 11 if something moves a parameter by \
      more than three times that; with 10 if a fit failed or cannot be trusted.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Supernovae") var supernovae: PopulationOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @Option(
    help: ArgumentHelp(
      "Leave out the supernovae of each value of this column in turn. (default: the surveys of the table)",
      valueName: "column"))
  var by: String?

  @Option(
    help: ArgumentHelp(
      "Also fit only rows that fulfil this, such as 'x1 < 2 and c < 0.1'; repeatable.",
      valueName: "condition"))
  var cut: [String] = []

  @Option(help: "The number of draws of each of four chains.")
  var draws = 1000

  @OptionGroup(title: "Output") var study: StudyOptions

  func validate() throws {
    try require("--draws", draws, in: 100...1_000_000)
    for condition in cut {
      try require(
        RowCondition(condition) != nil,
        "--cut \(condition) is no condition; write one such as 'x1 < 2', several with 'and' between them."
      )
    }
  }

  func run() async throws {
    let run = study.begin()
    var choice = AnalysisVariants.Choice()
    (choice.column, choice.conditions) = (by, cut)
    var sampler = HamiltonianSampler()
    sampler.draws = draws
    let variants = try AnalysisVariants(
      settings.analysis(self, catalog: input.catalog), choice, samplers: [sampler])
    for note in variants.notes { study.table.note(note) }
    let fits = EnsembleStudy(variants.members)
    let units = try await run.units(
      of: fits, "robustness", identity: fits.identity(version: SNInfer.version))
    let ensemble = Ensemble(fits, units, areParts: true)
    let name = variants.members[0].problem.name
    let text = EnsembleText(ensemble)
    try await run.finish(text, ensemble.exitStatus, text.report("Robustness of \(name)"))
  }
}
