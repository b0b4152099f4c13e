public import Inference

extension Parameter {
  /// Ωm, the matter density today: `omega_m`, uniform in (0, 1).
  public static let omegaMatter = Parameter(
    "omega_m", label: #"\Omega_\mathrm{m}"#, prior: .uniform(lower: 0, upper: 1))

  /// h, the Hubble constant in units of 100 km/s/Mpc: `h`, uniform in (0, 1).
  public static let hubble = Parameter("h", label: "h", prior: .uniform(lower: 0, upper: 1))

  /// M, the absolute magnitude of a standardised supernova for h = 0.7: `M`, uniform in (−30, 0).
  public static let absoluteMagnitude = Parameter(
    "M", label: "M", prior: .uniform(lower: -30, upper: 0))
}
