import Analyses
import ArgumentParser
import Validation

/// `sn-infer validate`: compares the distances with an independent quadrature.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Compare the distances with GSL's adaptive quadrature, and with Pen's fit.",
    discussion: """
      Luminosity distances in Mpc for h = 1 in flat ΛCDM, then the largest errors in the other models. Exits with 10 \
      unless the default agrees with GSL everywhere to a relative error of 1e-10.
      """)

  func run() throws {
    let report = try DistanceReport()
    print(report)
    if !report.isPassed { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
