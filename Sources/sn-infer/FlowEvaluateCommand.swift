import ArgumentParser
import Foundation
import Inference
import Reports
import Samplers

/// `sn-infer flow evaluate`: the density of rows under a saved flow.
struct FlowEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Tell the log density of rows under a saved flow, by two lower bounds.",
    discussion: """
      The first bound is the one that training by one momentum raises (ELBO); the second averages over K momenta \
      (importance-weighted, Burda et al. 2016), and is right for large K. Both are of the density of the columns as they are in the file, in nats.
      """)

  @Argument(help: "A flow that 'flow train' has saved.")
  var model: String

  @Argument(help: "A table with the flow's columns, or the root of chains in GetDist's format.")
  var samples: String

  @Option(name: [.short, .long], help: "A CSV file to write the bounds of every row to.")
  var output: String?

  @Option(help: ArgumentHelp("The momenta for each row.", valueName: "K"))
  var draws = 1000

  @Option(help: ArgumentHelp("The fraction of each chain to leave out.", valueName: "fraction"))
  var burnIn = 0.0

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Flag(name: [.short, .long], help: "Replace the output if it exists.")
  var force = false

  func validate() throws {
    guard (1...1_000_000).contains(draws) else {
      throw ValidationError("--draws must be from 1 to 1000000.")
    }
    guard (0..<1).contains(burnIn) else {
      throw ValidationError("--burn-in must be at least 0 and below 1.")
    }
  }

  func run() throws {
    if let output { try FlowFile.check(output, replacing: force) }
    let saved = try FlowFile.read(model)
    let samples = try FlowSamples(samples, columns: saved.columns, burnIn: burnIn, seed: Seed(seed))
    let rows = saved.standardisation.standardise(samples.rows.rows).map { Float($0) }
    let volume = saved.standardisation.logVolume
    let bounds = FlowMap<Float>(saved.flow).densityBounds(at: rows, draws: draws, seed: Seed(seed))
    let (evidence, importance) = (bounds.evidence, bounds.importance)
    if let output {
      var text = "elbo,importance,efficiency\n"
      for n in evidence.indices {
        text += "\(evidence[n] - volume),\(importance[n] - volume),\(bounds.efficiency[n])\n"
      }
      try FlowFile.write(Data(text.utf8), to: output)
    }
    let reached = importance.indices.filter { importance[$0].isFinite }
    let lost = samples.rows.count - reached.count
    print("rows        \(samples.rows.count) of \(samples.path)")
    if !reached.isEmpty {
      let efficiency = reached.reduce(0) { $0 + bounds.efficiency[$1] } / Double(reached.count)
      print(
        """
        ELBO        \(mean(reached.map { evidence[$0] }, less: volume)) nats a row
        density     \(mean(reached.map { importance[$0] }, less: volume)) nats a row, with \(draws) momenta each
        momenta     \(String(format: "%.3f", efficiency)) of them count on average
        """)
    }
    if let output { print("output      \(output)") }
    if lost > 0 {
      print(
        "note        \(lost) \(lost == 1 ? "row is" : "rows are") so far out that the density there is 0, and left out above"
      )
      throw ExitCode(ExitStatus.failedCheck.rawValue)
    }
  }

  private func mean(_ values: [Double], less volume: Double) -> String {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return String(format: "%.4f ± %.4f", mean - volume, (variance / count).squareRoot())
  }
}
