import Analyses
import ArgumentParser
import Inference
import Reports

/// `sn-infer coverage`: whether intervals hold the truth, at one cosmology.
struct CoverageCommand: UnitCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Count how often intervals hold the cosmology that mocks were made with.",
    discussion: """
      Draws data with the catalog's errors at one cosmology, by default the best fit, finds the posterior of each mock, and \
      counts how often its central intervals of 50, 68.3 and 95.4 % hold the truth; prints the bias of the means in σ and the \
      standard deviation of the pulls. Mocks may be made with another model than is fitted, to see what that does. Intervals \
      of a posterior need not hold one cosmology exactly as often as they say, since they do so on average over the prior: \
      sbc tests that. Ends with 10 for a bias of more than 0.2 σ, or where the interval of 68.3 % holds the truth in less than \
      63 or more than 74 % of the mocks, beyond four standard errors. With --output the numbers of each mock and a figure are \
      written. A YAML file may stand in the place of the catalog.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @OptionGroup(title: "Truth") var truth: TruthOptions

  @Option(
    help: ArgumentHelp(
      "The model that mocks are made with, if not the one that is fitted, with its default priors.",
      valueName: "model"))
  var mockModel: String?

  @OptionGroup(title: "Mocks") var mocks: MockOptions
  @OptionGroup(title: "Output") var study: StudyOptions

  func run() async throws {
    let run = study.begin()
    let values = try Truth.assignments(truth.at)
    let analysis = try settings.analysis(self, catalog: input.catalog)
    let problem = try analysis.problem()
    if run.isPrinting, !run.isJSON { print("\(Introduction(problem, isSampled: false))\n") }
    let maker = try mockModel.map { name in
      var other = problem.analysis
      other.theory.model = name
      (other.params, other.joint, other.require, other.derived) = ([], [], [], [])
      other.sampled = nil
      return try other.problem()
    }
    let survey = try problem.survey(
      at: values, madeBy: maker, errorScale: mocks.errorScale)
    var identity = mocks.identity(problem)
    identity["mocks.model"] = mockModel
    for (name, value) in values { identity["mocks.at.\(name)"] = "\(value)" }
    let units = try await run.units(
      of: mocks.study(survey, run), "coverage", identity: identity)
    let result = CoverageResult(units, of: survey.names)
    let report = Report(
      title: "Coverage of \(problem.name)",
      galleries: [.init("Intervals", [CoveragePlot(result)])])
    try await run.finish(CoverageText(result, units), result.exitStatus, report)
  }
}
