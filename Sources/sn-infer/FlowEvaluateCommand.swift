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

  @Argument(help: "A table with the flow's columns, or chains of any program.")
  var samples: String

  @Option(name: [.short, .long], help: "A CSV file for the bounds of every row.")
  var output: String?

  @Option(help: ArgumentHelp("The number of momenta per row.", valueName: "K"))
  var draws = 1000

  @OptionGroup var chains: ChainOptions

  @OptionGroup var options: FlowFileOptions

  func validate() throws {
    try require("--draws", draws, in: 1...1_000_000)
  }

  func run() async throws {
    if let output { try FlowFile.check(output, replacing: options.force) }
    let saved = try FlowFile.read(model)
    var choice = FlowSamples.Choice()
    (choice.columns, choice.burnIn, choice.knowsAliases) = (saved.columns, chains.burnIn, true)
    choice.given = saved.givenColumns
    choice.renames = try chains.renames
    let samples = try FlowSamples(samples, choice, seed: Seed(options.seed))
    for note in samples.notes { print("note        \(note)") }
    let text = try await FlowDensityText(
      of: samples, under: saved, momentumCount: draws, in: options.context)
    if let output { try FlowFile.write(Data(text.csv.utf8), to: output) }
    print(text)
    if let output { print("output      \(output)") }
    for note in text.notes { print("note        \(note)") }
    if !text.notes.isEmpty { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
