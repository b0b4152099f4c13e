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
    abstract:
      "Fit the same data without each survey, with other cuts, errors and priors, and check the fit by its draws.",
    discussion: """
      Fits the analysis itself, then without the supernovae of each survey in turn, without a tenth and a quarter of them at \
      low and at high redshift, with only those that fulfil each --cut, with Student's t for residuals where errors are \
      independent, with normal priors in the place of flat ones or wider ones of normal ones, and with each --alternative-prior. \
      Prints how far each moves the parameters, in standard deviations of the whole, beside what chance moves them by: the posterior \
      of a part is wider, and its mean moves by about √(σ² of the part − σ² of the whole).

      The draws of the first fit tell the rest: how means move with powers of prior and likelihood; χ² by redshift and survey with \
      PTE, the probability of more; largest pull, skewness and other quantities beside those of replicas of the data; and the ten \
      supernovae that decide most, by importance weights, or by fits where k-hat of the weights is above 0.7.

      Exits with 11 if something moves a parameter by more than three times what chance does, or a χ² cannot be chance \
      (p < 1e-6); with 10 if a fit failed or cannot be trusted.
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

  @Option(
    help: ArgumentHelp(
      "Also fit with this prior, such as 'omega_m=normal(0.3,0.1)', in the place of the parameter's own; in the grammar of --prior; repeatable.",
      valueName: "name=prior"))
  var alternativePrior: [String] = []

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
    (choice.column, choice.conditions, choice.priors) = (by, cut, alternativePrior)
    var sampler = HamiltonianSampler()
    sampler.draws = draws
    var variants = try AnalysisVariants(
      settings.analysis(self, catalog: input.catalog), choice, samplers: [sampler])
    // Which fits there are follows from the draws of the first, which every process therefore makes itself.
    let (first, checks) = try await reference(variants, run.context)
    try checks?.addFits(to: &variants)
    for note in variants.notes { study.table.note(note) }
    let fits = EnsembleStudy(variants.members, first: first)
    let units = try await run.units(
      of: fits, "robustness", identity: fits.identity(version: SNInfer.version))
    let ensemble = Ensemble(fits, units, areParts: true, checks: checks)
    let name = variants.members[0].problem.name
    let text = EnsembleText(ensemble)
    try await run.finish(text, ensemble.exitStatus, text.report("Robustness of \(name)"))
  }

  /// The first fit, and what its draws tell; nothing where it fails, which its unit then reports.
  private func reference(
    _ variants: AnalysisVariants, _ context: RunContext
  ) async throws(SamplingError) -> (findings: Findings?, checks: ReferenceChecks?) {
    do throws(SamplingError) {
      let (findings, sets) = try await variants.members[0].problem.run(in: context)
      return (findings, try await ReferenceChecks(variants, sets, in: context))
    } catch {
      if case .stopped = error { throw error }
      return (nil, nil)
    }
  }
}
