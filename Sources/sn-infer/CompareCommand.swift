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
      Reads chains of this program or another (GetDist, Cobaya, CosmoSIS, CmdStan and others): Markov chains, or independent \
      weighted draws. Names of other programs (omegam, H0 = 100 h) are known; --rename tells others. \
      Means, standard deviations and quantiles are compared in units of σ and of their Monte Carlo errors; a difference \
      counts if it is larger than --tolerance and significant (family-wise at the 0.1 % level). The joint distributions \
      are compared by the energy distance of nearly independent draws, with a permutation test, and by a classifier \
      (Fisher's discriminant of parameters, squares and products) trained on one half of the draws to tell the \
      sets apart in the other. Exits with 10 if the posteriors disagree, or if draws are copies of others.
      """)

  @Argument(
    help:
      "The root of the first chains, such as chains/jla_binned/hmc, one of their files, or their folder."
  )
  var first: String

  @Argument(help: "The same for the second.")
  var second: String

  @Option(
    help: ArgumentHelp("The largest difference that is acceptable, in σ.", valueName: "sigma"))
  var tolerance = 0.1

  @OptionGroup var chains: ChainOptions

  @Option(help: "The seed of the permutation test.")
  var seed: UInt64 = 1

  @Flag(help: "Print the comparison as JSON instead of a table.")
  var json = false

  func validate() throws {
    try require(tolerance > 0 && tolerance.isFinite, "--tolerance must be positive.")
  }

  func run() throws {
    let sides = try ComparedChains.pair(
      first, second, burnIn: chains.burnIn, renames: chains.renames)
    let logger = Logger(label: "sn-infer")
    for note in sides.0.notes + sides.1.notes { logger.notice("\(note)") }
    let failures = sides.0.failures + sides.1.failures
    for failure in failures { logger.warning("\(failure)") }
    guard
      let comparison = PosteriorComparison(
        of: sides.0.draws, sides.1.draws, tolerance: tolerance, seed: Seed(seed))
    else { return }
    let text = ComparisonText(comparison, sides.0, sides.1)
    if json {
      print(try text.json(), terminator: "")
    } else {
      print(text)
    }
    if comparison.verdict == .disagreement || !failures.isEmpty {
      throw ExitCode(ExitStatus.failedCheck.rawValue)
    }
  }
}
