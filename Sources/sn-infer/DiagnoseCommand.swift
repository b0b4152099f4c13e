import Analyses
import ArgumentParser
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// `sn-infer diagnose`: the convergence of chains on disk.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Diagnose the convergence of chains in GetDist's format.",
    discussion: """
      Reads ROOT.1.txt, … (or ROOT_1.txt, …) and ROOT.paramnames, from this program or another, and prints moments, quantiles, \
      effective sample sizes and R-hat; for chains of this program also E-BFMI, divergences, and trees of maximum \
      depth. Exits with 10 if an R-hat is 1.01 or more, a bulk or tail effective sample size 400 or less, an \
      E-BFMI 0.3 or less, or if a transition diverged.
      """)

  @Argument(
    help:
      "The root of the chains, such as chains/jla_binned/hmc; several are diagnosed one by one."
  )
  var roots: [String]

  @OptionGroup var chains: BurnInOption

  func run() throws {
    let logger = Logger(label: "sn-infer")
    var allPassed = true
    for root in roots {
      let read = try GetDistReader(root: root).read()
      for warning in read.warnings { logger.warning("\(root): \(warning)") }
      let prepared = try PreparedChains(read.chains, root, burnIn: chains.burnIn)
      for note in prepared.notes { logger.notice("\(root): \(note)") }
      let (chains, summary) = (prepared.draws.chains, prepared.draws.summary)
      print(
        "\(root): \(chains.count) chains of \(chains[0].count) draws\n\n\(SummaryTable(summary))")
      if !summary.energyFractions.isEmpty {
        let fractions = summary.energyFractions.map { String(format: "%.2f", $0) }
        print(
          """

          E-BFMI            \(fractions.joined(separator: " "))
          divergences       \(summary.divergenceCount)
          saturated trees   \(summary.saturatedTreeCount)
          """)
      }
      print()
      for note in summary.notes { logger.notice("\(root): \(note)") }
      for failure in summary.failedGates { logger.warning("\(root): \(failure)") }
      allPassed = allPassed && summary.failedGates.isEmpty
    }
    if !allPassed { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
