import Analyses
import ArgumentParser
import Foundation
import Inference
import Reports

/// `sn-infer coverage`: whether intervals hold the truth, at one cosmology.
struct CoverageCommand: AsyncParsableCommand, StudyCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Count how often intervals hold the cosmology that mocks were made with.",
    discussion: """
      Draws data with the catalog's errors at one cosmology, by default the best fit, finds the posterior of each mock, and \
      counts how often its central intervals of 50, 68.3 and 95.4 % hold the truth; prints the bias of the means in σ and the \
      standard deviation of the pulls. Mocks may be made with another model than is fitted, to see what that does. Intervals \
      of a posterior need not hold one cosmology exactly as often as they say, since they do so on average over the prior: \
      sbc tests that. Ends with 10 for a bias of more than 0.2 σ, or where the interval of 68.3 % holds the truth in less than \
      63 or more than 74 % of the mocks, beyond four standard errors. A YAML file may stand in the place of the catalog.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @Option(
    help: ArgumentHelp(
      "A parameter that mocks are made with, such as omega_m=0.3; repeatable. (default: the best fit)",
      valueName: "name=value"))
  var at: [String] = []

  @Option(
    help: ArgumentHelp(
      "The model that mocks are made with, if not the one that is fitted, with its default priors.",
      valueName: "model"))
  var mockModel: String?

  @OptionGroup(title: "Mocks") var mocks: MockOptions
  @OptionGroup(title: "Output") var study: StudyOptions

  var studyFolder: String? { study.table.output }

  mutating func merge(_ folder: String) { study.merge(folder) }

  func validate() throws { _ = try values }

  /// The values of `--at`.
  private var values: [String: Double] {
    get throws {
      var values: [String: Double] = [:]
      for text in at {
        let parts = text.split(separator: "=", maxSplits: 1).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
          throw ValidationError("'--at \(text)' is not name=value, such as omega_m=0.3.")
        }
        try require(
          values.updateValue(value, forKey: parts[0]) == nil,
          "--at gives \(parts[0]) more than once.")
      }
      return values
    }
  }

  func run() async throws {
    let run = study.run
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
    for (name, value) in try values { identity["mocks.at.\(name)"] = "\(value)" }
    let units = try await run.units(
      of: mocks.study(survey, seed: study.table.seed), "coverage", identity: identity)
    let result = CoverageResult(units, of: survey.names)
    try await run.finish(CoverageText(result, units), result.exitStatus)
  }
}
