import Analyses
import ArgumentParser
import Catalogs
import Inference
import Reports

/// `sn-infer simulate`: writes mock data.
struct SimulateCommand: ParsableCommand, SurveyCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Write mock data of a cosmology, on a catalog's redshifts and errors or of a survey.",
    discussion: """
      Draws other magnitudes for the supernovae of a catalog, with its covariance, or the supernovae of a survey that need not \
      exist (--survey, --counts). With light curves shapes and colours are drawn, too, unless they have covariance blocks. \
      Other data of a joint analysis (--with) are drawn around what the same universe predicts. What is written can be read by \
      'fit': supernovae as FITS, or as CSV if the name ends with .csv, and each other data set as a YAML file beside them. The \
      same seed gives the same bytes; the true values stand in the header.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Survey") var survey: SurveyOptions
  @OptionGroup(title: "Supernovae") var supernovae: PopulationOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Settings") var settings: SettingOptions

  @OptionGroup(title: "Truth") var truth: TruthOptions

  @Option(
    name: [.short, .long],
    help: "The number of mocks; with several, each has its number before the ending of its name.")
  var number = 1

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The file to write; - for the table of supernovae on standard output.", valueName: "file"))
  var output: String?

  @Flag(name: [.short, .long], help: "Replace files that exist.")
  var force = false

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  func validate() throws {
    try require("--number", number, in: 1...100_000)
    try require(
      input.catalog == nil || !survey.isGiven, "Name a catalog, or describe a survey; not both.")
    try require(output != "-" || number == 1, "--number 1 goes to standard output.")
  }

  func run() throws {
    guard let output else { throw ValidationError("Missing expected argument '--output <file>'") }
    let (analysis, description) = try survey.analysis(self, input, settings, with: model.with)
    let problem = try analysis.forSimulation.problem()
    let values = try problem.truth(truth.at)
    for mock in 1...number {
      let made = try problem.mock(mock, at: values, seed: Seed(seed), survey: description)
      if output == "-" {
        try show(made)
      } else {
        let files = MockFiles(output, number: number > 1 ? mock : nil)
        let written = try files.write(made, replacing: force)
        print("output      \(written.paths.joined(separator: ", "))")
        if mock == 1 { print("fit         sn-infer fit \(written.arguments)") }
      }
    }
  }

  private func show(_ mock: Mock) throws {
    guard mock.data.count == 1, case .supernovae(_, let catalog) = mock.data[0] else {
      throw ValidationError("Several data sets are several files; name the first with --output.")
    }
    print(try catalog.csv(remarks: mock.remarks), terminator: "")
  }
}
