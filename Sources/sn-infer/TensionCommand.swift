import Analyses
import ArgumentParser
import Inference
import Reports
import Samplers

/// `sn-infer tension`: tests whether data sets agree within a model.
struct TensionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tension",
    abstract: "Test whether data sets agree within a model.",
    discussion: """
      Fits each data set and both together, with the same priors, and prints the shift of what both measure; the ratio of \
      evidences ln R, which depends on the priors; the suspiciousness ln S, which does not; the number of dimensions that \
      both measure; and the probability of data that agree less by chance (Handley and Lemos 2019). A YAML file may stand in \
      the place of the catalog.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @Option(
    help: ArgumentHelp(
      "Two data sets, or several joined by +, such as supernovae,desi_dr2+bbn; repeatable. (default: each with all others)",
      valueName: "first,second"))
  var between: [String] = []

  @OptionGroup(title: "Output") var table: TableOptions

  func run() async throws {
    try table.check(TensionText.self)
    var analysis = try settings.analysis(self, catalog: input.catalog)
    analysis.samplers = [TransportSampler()]
    let problem = try analysis.problem()
    if !table.json { print("\(Introduction(problem, isSampled: false))\n") }
    let progress = table.progress
    let tensions: [Tension]
    do {
      defer { progress.finish() }
      tensions = try await problem.tensions(
        between: between,
        in: RunContext(seed: Seed(table.seed), events: { progress.update($0) })
      ) { names in
        progress.finish()
        table.note("fitting \(names.joined(separator: " + "))")
      }
    }
    try table.finish(
      TensionText(tensions), tensions.map(\.exitStatus).first { $0 != .success } ?? .success)
  }
}
