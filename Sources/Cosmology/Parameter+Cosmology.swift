public import Inference

extension Parameter {
  /// Ωm, the matter density today: `omega_m`, uniform in (0, 1).
  public static let omegaMatter = Parameter(
    "omega_m", label: #"\Omega_\mathrm{m}"#, prior: .uniform(lower: 0, upper: 1))

  /// Ωk, the curvature: `omega_k`, uniform in (−0.8, 0.8).
  public static let omegaCurvature = Parameter(
    "omega_k", label: #"\Omega_k"#, prior: .uniform(lower: -0.8, upper: 0.8))

  /// w, the equation of state of dark energy: `w`, uniform in (−3, 0.3).
  public static let w = Parameter("w", label: "w", prior: .uniform(lower: -3, upper: 0.3))

  /// w0, the equation of state of dark energy today: `w0`, uniform in (−3, 1).
  public static let w0 = Parameter("w0", label: "w_0", prior: .uniform(lower: -3, upper: 1))

  /// wa, its evolution w = w0 + wa z/(1+z): `wa`, uniform in (−3, 2).
  public static let wa = Parameter("wa", label: "w_a", prior: .uniform(lower: -3, upper: 2))

  /// h, the Hubble constant in units of 100 km/s/Mpc: `h`, uniform in (0, 1).
  public static let hubble = Parameter("h", label: "h", prior: .uniform(lower: 0, upper: 1))

  /// Δμ, the zero point of distance moduli for h = 0.7: `delta_mu`, uniform in (−3, 3) mag.
  public static let moduliZeroPoint = Parameter(
    "delta_mu", label: #"\Delta\mu"#, prior: .uniform(lower: -3, upper: 3))

  /// M, the absolute magnitude of a standardised supernova for h = 0.7: `M`, uniform in (−30, 0).
  public static let absoluteMagnitude = Parameter(
    "M", label: "M", prior: .uniform(lower: -30, upper: 0))

  /// α, the coefficient of light-curve shape: `alpha`, uniform in (0, 3).
  public static let shapeCoefficient = Parameter(
    "alpha", label: #"\alpha"#, prior: .uniform(lower: 0, upper: 3))

  /// β, the coefficient of colour: `beta`, uniform in (0, 6).
  public static let colorCoefficient = Parameter(
    "beta", label: #"\beta"#, prior: .uniform(lower: 0, upper: 6))

  /// ΔM, how much brighter supernovae in massive hosts are: `delta_M`, uniform in (−1, 1).
  public static let massStep = Parameter(
    "delta_M", label: #"\Delta_M"#, prior: .uniform(lower: -1, upper: 1))

  /// The parameter of this module with a name, with its default prior; for any other name one that is
  /// uniform in (0, 1).
  public static func usual(_ name: String) -> Parameter {
    let all = [
      omegaMatter, omegaCurvature, w, w0, wa, hubble, moduliZeroPoint, absoluteMagnitude,
      shapeCoefficient,
      colorCoefficient, massStep,
    ]
    return all.first { $0.name == name }
      ?? Parameter(name, prior: .uniform(lower: 0, upper: 1))
  }
}
