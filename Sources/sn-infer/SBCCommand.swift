import Analyses
import ArgumentParser
import Inference
import Reports

/// `sn-infer sbc`: whether posteriors are right, by mocks of the prior.
struct SBCCommand: UnitCommand {
  static let configuration = CommandConfiguration(
    commandName: "sbc",
    abstract:
      "Test by mocks of the prior whether posteriors are right (simulation-based calibration).",
    discussion: """
      Draws parameters from the prior and data with the catalog's errors there, finds the posterior of each mock, and where \
      in it the parameters are: their ranks are uniform if simulation, likelihood, priors and sampler belong together (Talts \
      et al. 2018), and so are those of log L, which a posterior that ignores data fails. Prints χ² of the ranks, and mean and \
      variance of the pulls, which see the smallest faults: errors that are 5 % too small need 10,000 mocks. A mock costs as \
      much for a million supernovae as for thirty. With --output the numbers of each mock and a figure are written. Ends with \
      10 where a test fails that calibrated posteriors, all tests together, fail in one of a thousand studies, or where more \
      than 1 % of the mocks have no posterior. A YAML file may stand in the place of the catalog.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions
  @OptionGroup(title: "Mocks") var mocks: MockOptions
  @OptionGroup(title: "Output") var study: StudyOptions

  func run() async throws {
    let run = study.begin()
    let problem = try settings.analysis(self, catalog: input.catalog).problem()
    if run.isPrinting, !run.isJSON { print("\(Introduction(problem, isSampled: false))\n") }
    let survey = try problem.survey(errorScale: mocks.errorScale)
    let units = try await run.units(
      of: mocks.study(survey, run), "sbc", identity: mocks.identity(problem))
    let result = CalibrationResult(units, of: survey.names)
    let report = Report(
      title: "Calibration of \(problem.name)",
      galleries: [.init("Ranks", [CalibrationPlot(result)])])
    try await run.finish(CalibrationText(result, units), result.exitStatus, report)
  }
}
