import Analyses
import ArgumentParser
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// `sn-infer compare`: tests whether two sets of chains sample the same posterior.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Test whether two sets of chains are from the same posterior.",
    discussion: """
      Reads two roots in GetDist's format, from this program or another: Markov chains, or independent weighted draws. \
      Means, standard deviations and quantiles are compared in units of σ and of their Monte Carlo errors; a difference \
      counts if it is larger than --tolerance and significant (family-wise at the 0.1 % level). The joint distributions \
      are compared by the energy distance of nearly independent draws, with a permutation test, and by a classifier \
      (Fisher's discriminant of parameters, squares and products) trained on one half of the draws to tell the \
      sets apart in the other. Exits with 10 if the posteriors disagree.
      """)

  @Argument(
    help:
      "The root of the first chains, such as chains/jla_binned/hmc, or the folder of a run."
  )
  var first: String

  @Argument(help: "The same for the second.")
  var second: String

  @Option(
    help: ArgumentHelp("The largest difference that is acceptable, in σ.", valueName: "sigma"))
  var tolerance = 0.1

  @OptionGroup var chains: BurnInOption

  @Option(help: "The seed of the permutation test.")
  var seed: UInt64 = 1

  @Flag(help: "Print the comparison as JSON instead of a table.")
  var json = false

  func validate() throws {
    try require(tolerance > 0 && tolerance.isFinite, "--tolerance must be positive.")
  }

  func run() throws {
    let sides = (
      try ComparedChains(first, burnIn: chains.burnIn),
      try ComparedChains(second, burnIn: chains.burnIn)
    )
    let logger = Logger(label: "sn-infer")
    for note in sides.0.notes + sides.1.notes { logger.notice("\(note)") }
    guard
      let comparison = PosteriorComparison(
        of: sides.0.draws, sides.1.draws, tolerance: tolerance, seed: Seed(seed))
    else {
      func list(_ side: ComparedChains) -> String {
        side.draws.summary.parameters.map(\.name).joined(separator: ", ")
      }
      throw ValidationError(
        "\(sides.0.root) and \(sides.1.root) have no parameter in common: \(list(sides.0)) and \(list(sides.1))."
      )
    }
    let text = ComparisonText(comparison, sides.0, sides.1)
    if json {
      print(try text.json(), terminator: "")
    } else {
      print(text)
    }
    if comparison.verdict == .disagreement { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
