import Analyses
import ArgumentParser
import Logging
import Reports

/// `sn-infer diagnose`: the convergence of chains on disk.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Diagnose the convergence of chains of this or another program.",
    discussion: """
      Reads chains of GetDist, CosmoMC, MontePython, Cobaya, CosmoSIS, CmdStan, nested samplers and this program, \
      named by their root, by one of their files, or by their folder, and prints moments, quantiles, effective sample \
      sizes and R-hat; for Hamiltonian samplers also E-BFMI, divergences, and trees of maximum depth. What \
      ROOT.properties.ini says of temperature and burn-in is heeded. Exits with 10 if an R-hat is 1.01 or more, a bulk \
      or tail effective sample size 400 or less, an E-BFMI 0.3 or less, if a transition diverged, or if draws are copies \
      of others.
      """)

  @Argument(
    help:
      "The root of the chains, such as chains/jla_binned/hmc, one of their files, or their folder; several are diagnosed one by one."
  )
  var roots: [String]

  @OptionGroup var chains: ChainOptions

  func run() throws {
    let logger = Logger(label: "sn-infer")
    var allPassed = true
    for root in roots {
      let text = try DiagnosisText(of: root, burnIn: chains.burnIn, renames: chains.renames)
      for warning in text.warnings { logger.warning("\(warning)") }
      for note in text.notes { logger.notice("\(note)") }
      print("\(text)\n")
      for failure in text.failures { logger.warning("\(failure)") }
      allPassed = allPassed && text.failures.isEmpty
    }
    if !allPassed { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
