import Analyses
import ArgumentParser
import Inference
import Reports
import Samplers

/// `sn-infer amortise`: one flow for all data that a survey may see.
struct AmortiseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amortise",
    abstract: "Train one flow for the posteriors of all data with the catalog's errors.",
    discussion: """
      Simulates magnitudes at the catalog's redshifts, with its covariance, at draws of the prior, and trains a flow whose \
      density is given the mode of the posterior and its widths. It then has the exact posterior of the data, or of mocks, in \
      a few milliseconds: its draws are weighted by the true likelihood. Prints the posterior of the data, the share of \
      mocks whose intervals hold what they were made with, and the efficiency of the weights beside that of the normal density at \
      the mode. Ends with 10 where weights are not to be used, or more than 5 % of the mocks have an efficiency below a half.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @Option(help: "The number of simulations to learn from.")
  var simulations = AmortisedPosterior.Settings().simulationCount

  @Option(help: "The number of training steps.")
  var steps = AmortisedPosterior.Settings().stepCount

  @Option(help: "The number of mocks to try it on.")
  var mocks = 1000

  @Option(help: "The number of draws of each posterior.")
  var draws = 1000

  @Option(
    help: ArgumentHelp(
      "The file for the trained flow, as JSON, or the one to use if it is there.", valueName: "path"
    ))
  var flow: String?

  @OptionGroup(title: "Output") var table: TableOptions

  func validate() throws {
    try require("--simulations", simulations, in: 1000...10_000_000)
    try require("--steps", steps, in: 1...1_000_000)
    try require("--mocks", mocks, in: 1...1_000_000)
    try require("--draws", draws, in: 100...1_000_000)
  }

  func run() async throws {
    try table.check(AmortisationText.self)
    let problem = try settings.analysis(self, catalog: input.catalog).problem()
    if !table.json { print("\(Introduction(problem, isSampled: false))\n") }
    let progress = table.progress
    let context = RunContext(seed: Seed(table.seed), events: { progress.update($0) })
    let amortised: AmortisedPosterior
    if let flow, FlowFile.isThere(flow) {
      table.note("using \(flow)")
      amortised = try FlowFile.amortised(flow)
    } else {
      defer { progress.finish() }
      if let flow { try FlowFile.check(flow, replacing: false) }
      table.note("training on \(simulations) simulations")
      var choice = AmortisedPosterior.Settings()
      (choice.simulationCount, choice.stepCount) = (simulations, steps)
      amortised = try await AmortisedPosterior.train(for: problem, choice, in: context)
      if let flow { try FlowFile.write(amortised.flow.json(), to: flow) }
    }
    progress.finish()
    let result = try await problem.amortisation(
      by: amortised, mocks: mocks, draws: draws, in: context)
    try table.finish(AmortisationText(result), result.exitStatus)
  }
}
