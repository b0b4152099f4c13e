/// A number that a universe has at given parameters, and that probes may ask for.
public enum UniverseQuantity: Sendable, Hashable {
  /// A parameter by its name, such as `omega_m` and `h`.
  case parameter(String)
  /// D_M, the transverse comoving distance to a redshift above 0, in units of c/H₀.
  case comovingDistance(redshift: Double)
  /// 1/E = H₀/H at a redshift.
  case inverseRate(redshift: Double)
  /// h r_d in Mpc, with the sound horizon at the drag epoch.
  case reducedSoundHorizon
  /// r* in Mpc, the sound horizon at last scattering.
  case soundHorizonAtLastScattering
  /// D_M(z*) in units of c/H₀.
  case distanceToLastScattering
  /// ωbc = (Ωb + Ωc) h².
  case baryonAndColdDensity

  /// The redshift of a distance or rate.
  public var redshift: Double? {
    switch self {
    case .comovingDistance(let z), .inverseRate(let z): z
    default: nil
    }
  }
}
