import Analyses
import ArgumentParser
import Inference
import Reports
import Samplers

/// How the full posterior of a forecast is sampled.
enum ForecastSampler: String, ExpressibleByArgument, CaseIterable {
  case map, hmc, none
}

/// `sn-infer forecast`: what a survey will measure.
struct ForecastCommand: AsyncParsableCommand, SurveyCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract:
      "Forecast what a survey will measure, by the Fisher matrix and by the full posterior.",
    discussion: """
      Takes the redshifts and errors of a catalog, or of a survey that need not exist (--survey, --counts), and prints the \
      standard deviation of each parameter by the Fisher matrix and by the full posterior of data without noise; the figure of \
      merit 1/√det of the covariance of w0 and wa, with the area that holds 68.3 %; the pivot redshift; the figure of merit \
      without each part of the errors or data; and how much one more supernova would add to it at each redshift. A limiting magnitude \
      of the survey is not part of it: counts are of what is found. With --output it is written to a folder, with \
      figures. Ends with 10 where the draws of the posterior are not to be used.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Survey") var survey: SurveyOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @OptionGroup(title: "Truth") var truth: TruthOptions

  @Option(
    help: ArgumentHelp(
      "The parameters of the figure of merit. (default: w0,wa, or those of interest)",
      valueName: "names"))
  var merit: String?

  @Option(
    help:
      "The full posterior by map: weighted draws of a fitted map; hmc: chains (NUTS); none: the Fisher matrix alone."
  )
  var sampler = ForecastSampler.map

  @Option(help: "The number of mocks with noise, for the scatter of the figure of merit.")
  var mocks = 0

  @OptionGroup(title: "Output") var table: TableOptions

  func validate() throws {
    try require("--mocks", mocks, in: 0...100_000)
    try require(
      input.catalog == nil || !survey.isGiven, "Name a catalog, or describe a survey; not both.")
    try require(mocks == 0 || sampler != .none, "--mocks needs a sampler.")
  }

  func run() async throws {
    try table.check(ForecastText.self)
    var (analysis, description) = try survey.analysis(self, input, settings, with: model.with)
    analysis.samplers = [TransportSampler()]
    let problem = try analysis.problem()
    if !table.json { print("\(Introduction(problem, isSampled: false))\n") }
    if description?.limit != nil {
      table.note("the limiting magnitude is not part of a forecast: counts are of what is found")
    }
    var choice = ForecastSettings()
    choice.merit = merit?.split(separator: ",").map(String.init)
    choice.mocks = mocks
    switch sampler {
    case .map: break
    case .hmc: choice.sampler = HamiltonianSampler()
    case .none: choice.sampler = nil
    }
    let progress = table.progress
    var forecast: Forecast
    let draws: SampleSet?
    do {
      defer { progress.finish() }
      (forecast, draws) = try await problem.forecast(
        at: problem.truth(truth.at), survey: description, choice,
        in: RunContext(seed: Seed(table.seed), events: { progress.update($0) }))
    }
    if let draws { forecast = forecast.measuringArea(of: draws) }
    if let output = table.output {
      for note in try await forecast.writeFigures(to: output, draws) { table.note(note) }
    }
    try table.finish(ForecastText(forecast), forecast.exitStatus)
  }
}
