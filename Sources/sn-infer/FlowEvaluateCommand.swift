import Analyses
import ArgumentParser
import Foundation
import Inference
import Reports
import Samplers

/// `sn-infer flow evaluate`: the density of rows under a saved flow.
struct FlowEvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate the log density of rows under a saved flow, by two lower bounds.",
    discussion: """
      The first bound (ELBO) is what training with a single momentum maximises; the second averages over K momenta \
      (importance-weighted, Burda et al. 2016) and is tight for large K. Both are for the density of the columns as they are in the file, in nats.
      """)

  @Argument(help: "A flow saved by 'flow train'.")
  var model: String

  @Argument(help: "A table with the flow's columns, or the root of chains in GetDist's format.")
  var samples: String

  @Option(name: [.short, .long], help: "A CSV file for the bounds of every row.")
  var output: String?

  @Option(help: ArgumentHelp("The number of momenta per row.", valueName: "K"))
  var draws = 1000

  @OptionGroup var chains: BurnInOption

  @OptionGroup var options: FlowFileOptions

  func validate() throws {
    try require("--draws", draws, in: 1...1_000_000)
  }

  func run() async throws {
    if let output { try FlowFile.check(output, replacing: options.force) }
    let saved = try FlowFile.read(model)
    let samples = try FlowSamples(
      samples, columns: saved.columns, burnIn: chains.burnIn, seed: Seed(options.seed))
    let text = FlowDensityText(
      try await HamiltonianMap(saved.flow, precision: .single).densityBounds(
        at: saved.standardisation.standardise(samples.rows.rows), draws: draws,
        in: options.context),
      of: samples.path, momentumCount: draws, saved.standardisation)
    if let output { try FlowFile.write(Data(text.csv.utf8), to: output) }
    print(text)
    if let output { print("output      \(output)") }
    if text.lostCount > 0 {
      print(
        "note        \(text.lostCount) \(text.lostCount == 1 ? "row is" : "rows are") so far out that the density there is 0, and left out above"
      )
      throw ExitCode(ExitStatus.failedCheck.rawValue)
    }
  }
}
