public import Inference
import RealModule

/// An expansion without matter or dark energy, by its deceleration and jerk today: `q0`, `j0`.
///
/// ln E = (1 + q0) u + ½ (j0 − q0 − 2 q0²) u² with u = ln(1+z), the series to second order, which keeps E positive; it follows
/// from dlnE/du = 1 + q and dq/du = j − q − 2q² (Visser 2004, CQG 21, 2603). For supernovae and distances at low redshift:
/// it says nothing of the early universe.
public struct Cosmography: NamedModel {
  /// "cosmography".
  public static let name = "cosmography"
  /// "cosmography in q0 and j0".
  public static let title = "cosmography in q0 and j0"
  /// q0 in (−2, 1) and j0 in (−5, 10).
  public static let parameters = [
    Parameter("q0", label: "q_0", prior: .uniform(lower: -2, upper: 1)),
    Parameter("j0", label: "j_0", prior: .uniform(lower: -5, upper: 10)),
  ]
  /// `q0`, `j0`.
  public let parameterNames = ["q0", "j0"]

  /// The model; it has no place for radiation.
  public init(radiation: Radiation = .none) {}

  /// E².
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    let u = epoch.logStretch
    let bend = p[1] - p[0] - 2 * p[0] * p[0]
    return Scalar.exp(2 * u * (1 + p[0]) + bend * (u * u))
  }
}
