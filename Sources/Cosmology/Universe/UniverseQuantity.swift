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

  /// What it is in words.
  var words: String {
    switch self {
    case .parameter(let name): name
    case .comovingDistance(let z): "the distance to z = \(z)"
    case .inverseRate(let z): "the expansion rate at z = \(z)"
    case .reducedSoundHorizon: "the sound horizon at the drag epoch"
    case .soundHorizonAtLastScattering: "the sound horizon at last scattering"
    case .distanceToLastScattering: "the distance to last scattering"
    case .baryonAndColdDensity: "the density of baryons and cold dark matter"
    }
  }

  /// The redshift of a distance or rate.
  public var redshift: Double? {
    switch self {
    case .comovingDistance(let z), .inverseRate(let z): z
    default: nil
    }
  }
}
