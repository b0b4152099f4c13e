import Analyses
import ArgumentParser
import Cosmology
import Foundation
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
    let redshifts = [0.001, 0.01, 0.1, 0.3, 0.5, 1, 1.5, 2, 3]
    let comparison = try DistanceComparison(
      redshifts: redshifts,
      omegaMatter: [0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 0.98])
    print(
      "  omega_m      z       default (Mpc)           GSL (Mpc)    Pen 1999 (Mpc)   default     Pen"
    )
    for row in comparison.rows {
      print(
        String(
          format: "%9.2f  %5g  %18.10f  %18.10f  %16.8f  %8.1e %7.1e", row.omegaMatter,
          row.redshift, row.exact, row.gsl, row.pen, row.exactError, row.penError))
    }
    let bound = 1e-10
    print(
      String(
        format: "\nlargest relative error against GSL: default %.1e (bound %.0e), Pen 1999 %.1e",
        comparison.largestExactError, bound, comparison.largestPenError))
    var isPassed = comparison.largestExactError <= bound
    for model in Models.all.dropFirst() {
      let all = model.checkPoints
      let error = try DistanceComparison.largestError(
        of: model.init(radiation: .none), at: all, redshifts: redshifts)
      print(
        "\(model.name): ".padding(toLength: 15, withPad: " ", startingAt: 0)
          + String(format: "%.1e at %d points", error, all.count * redshifts.count))
      isPassed = isPassed && error <= max(bound, model.init(radiation: .none).distanceAccuracy)
    }
    if !isPassed { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }
}
