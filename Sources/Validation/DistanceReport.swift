import Cosmology
import Foundation

/// The comparison of the distances of all models with GSL's adaptive quadrature, as text.
public struct DistanceReport: CustomStringConvertible, Sendable {
  /// The tables.
  public let description: String
  /// Whether the default agrees with GSL everywhere to a relative error of 1e-10, or to what a model with kinks says.
  public let isPassed: Bool

  private static let bound = 1e-10

  /// Compares distances at the check points of all models.
  ///
  /// - Throws: `QuadratureError` if GSL does not converge.
  public init() throws(QuadratureError) {
    let redshifts = [0.001, 0.01, 0.1, 0.3, 0.5, 1, 1.5, 2, 3]
    let comparison = try DistanceComparison(
      redshifts: redshifts, omegaMatter: [0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 0.98])
    var lines = [
      "  omega_m      z       default (Mpc)           GSL (Mpc)    Pen 1999 (Mpc)   default     Pen"
    ]
    lines += comparison.rows.map { row in
      String(
        format: "%9.2f  %5g  %18.10f  %18.10f  %16.8f  %8.1e %7.1e", row.omegaMatter,
        row.redshift, row.exact, row.gsl, row.pen, row.exactError, row.penError)
    }
    lines.append(
      String(
        format: "\nlargest relative error against GSL: default %.1e (bound %.0e), Pen 1999 %.1e",
        comparison.largestExactError, Self.bound, comparison.largestPenError))
    var isPassed = comparison.largestExactError <= Self.bound
    for model in Models.all.dropFirst() {
      let points = model.checkPoints
      let error = try DistanceComparison.largestError(
        of: model.init(radiation: .none), at: points, redshifts: redshifts)
      lines.append(
        "\(model.name): ".padding(toLength: 15, withPad: " ", startingAt: 0)
          + String(format: "%.1e at %d points", error, points.count * redshifts.count))
      let accuracy = model.init(radiation: .none).distanceAccuracy
      isPassed = isPassed && error <= max(Self.bound, accuracy)
    }
    description = lines.joined(separator: "\n")
    self.isPassed = isPassed
  }
}
