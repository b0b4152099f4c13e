import RealModule

/// What surveys measure, as a product of powers of what a universe has: c Π qᵢ^pᵢ.
///
/// Distances over the sound horizon, expansion rates, angles and densities all have this form, so that new
/// data in old or new conventions need no new likelihood.
public struct Observable: Sendable, Hashable {
  /// A quantity of the universe, raised to a power.
  public struct Factor: Sendable, Hashable {
    /// The quantity.
    public let quantity: UniverseQuantity
    /// The power, not zero.
    public let power: Double
  }

  /// The name in tables and residuals, such as `DM_over_rs(0.51)`.
  public let name: String
  /// c, in the units of the data.
  public let coefficient: Double
  /// The quantities with their powers.
  public let factors: [Factor]

  /// A product of powers.
  ///
  /// - Parameters:
  ///   - name: for tables and residuals.
  ///   - coefficient: c, in the units of the data.
  ///   - factors: quantities with their powers.
  public init(
    _ name: String, coefficient: Double = 1,
    _ factors: [(quantity: UniverseQuantity, power: Double)]
  ) {
    self.name = name
    self.coefficient = coefficient
    self.factors = factors.map { Factor(quantity: $0.quantity, power: $0.power) }
  }

  /// The same in other units, or over a fiducial value.
  public func scaled(by factor: Double) -> Observable {
    Observable(
      name, coefficient: coefficient * factor, factors.map { ($0.quantity, $0.power) })
  }

  /// The redshift of its distance or rate; nil where it has none.
  public var redshift: Double? { factors.lazy.compactMap(\.quantity.redshift).first }

  /// The value of the product, from those of the quantities.
  public func value(_ quantity: (UniverseQuantity) -> Double) -> Double {
    factors.reduce(coefficient) { $0 * .pow(quantity($1.quantity), $1.power) }
  }
}

// MARK: - Baryon acoustic oscillations

extension Observable {
  /// D_M/r_d, the transverse comoving distance to z > 0 over the sound horizon at the drag epoch.
  public static func transverseDistance(redshift z: Double) -> Observable {
    Observable(
      "DM_over_rs(\(z))", coefficient: hubbleDistance,
      [(.comovingDistance(redshift: z), 1), (.reducedSoundHorizon, -1)])
  }

  /// D_H/r_d = c/(H r_d) at z.
  public static func radialDistance(redshift z: Double) -> Observable {
    Observable(
      "DH_over_rs(\(z))", coefficient: hubbleDistance,
      [(.inverseRate(redshift: z), 1), (.reducedSoundHorizon, -1)])
  }

  /// D_V/r_d with D_V = (z D_M² D_H)^⅓ at z > 0 (Eisenstein et al. 2005, ApJ 633, 560, eq. 2).
  public static func volumeDistance(redshift z: Double) -> Observable {
    Observable(
      "DV_over_rs(\(z))", coefficient: hubbleDistance * .root(z, 3),
      [
        (.comovingDistance(redshift: z), 2.0 / 3), (.inverseRate(redshift: z), 1.0 / 3),
        (.reducedSoundHorizon, -1),
      ])
  }

  /// H r_d in km/s at z.
  public static func rateTimesSoundHorizon(redshift z: Double) -> Observable {
    Observable(
      "Hz_rs(\(z))", coefficient: 100,
      [(.inverseRate(redshift: z), -1), (.reducedSoundHorizon, 1)])
  }

  /// F_AP = D_M/D_H at z, without the sound horizon (Alcock & Paczyński 1979).
  public static func anisotropy(redshift z: Double) -> Observable {
    Observable(
      "F_AP(\(z))", [(.comovingDistance(redshift: z), 1), (.inverseRate(redshift: z), -1)])
  }

  /// A = √Ωm E^{−⅓} [D_M/z]^⅔ at z, with D_M in units of c/H₀ (Eisenstein et al. 2005, eq. 4).
  public static func acousticParameter(redshift z: Double) -> Observable {
    Observable(
      "A(\(z))", coefficient: .pow(z, -2.0 / 3),
      [
        (.parameter("omega_m"), 0.5), (.comovingDistance(redshift: z), 2.0 / 3),
        (.inverseRate(redshift: z), 1.0 / 3),
      ])
  }
}

// MARK: - Rates, densities and the microwave background

extension Observable {
  /// H in km/s/Mpc at z, 0 for H₀.
  public static func hubbleRate(redshift z: Double) -> Observable {
    z == 0
      ? Observable("H0", coefficient: 100, [(.parameter("h"), 1)])
      : Observable(
        "H(\(z))", coefficient: 100, [(.parameter("h"), 1), (.inverseRate(redshift: z), -1)])
  }

  /// H₀ in km/s/Mpc.
  public static let hubbleConstant = hubbleRate(redshift: 0)

  /// θ* = r*/D_M(z*) in radians, the angle of the sound horizon at last scattering.
  public static let acousticAngle = Observable(
    "theta_star", coefficient: 1 / hubbleDistance,
    [(.soundHorizonAtLastScattering, 1), (.parameter("h"), 1), (.distanceToLastScattering, -1)])

  /// l_A = π/θ* (Komatsu et al. 2009, ApJS 180, 330, eq. 65).
  public static let acousticScale = Observable(
    "l_A", coefficient: .pi * hubbleDistance,
    [(.soundHorizonAtLastScattering, -1), (.parameter("h"), -1), (.distanceToLastScattering, 1)])

  /// R = √(Ωm H₀²) D_M(z*)/c (Komatsu et al. 2009, eq. 69).
  public static let shiftParameter = Observable(
    "R", [(.parameter("omega_m"), 0.5), (.distanceToLastScattering, 1)])

  /// ωbc = (Ωb + Ωc) h², baryons and cold dark matter without neutrinos.
  public static let baryonAndColdDensity = Observable(
    "omega_bc", [(.baryonAndColdDensity, 1)])

  /// The value of a parameter, sampled or fixed.
  public static func parameter(_ name: String) -> Observable {
    Observable(name, [(.parameter(name), 1)])
  }
}
