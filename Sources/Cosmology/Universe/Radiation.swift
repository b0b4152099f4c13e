import RealModule

/// Photons of the microwave background and massless neutrinos.
public struct Radiation: Sendable, Equatable {
  /// Ωr, the density today in units of the critical density.
  public let density: Double

  /// No radiation, which at the redshifts of supernovae is an error of a few 1e-4 in the distance.
  public static let none = Radiation(density: 0)

  /// Radiation of a known density.
  public init(density: Double) { self.density = density }

  /// Ωr = Ωγ [1 + (7/8) (4/11)^{4/3} N_eff] with Ωγ = (8π G / 3 H₀²) (π² k⁴ / 15 ħ³ c⁵) T⁴.
  ///
  /// - Parameters:
  ///   - temperature: of the microwave background today in kelvin, 2.7255 (Fixsen 2009).
  ///   - effectiveNeutrinos: N_eff, 3.044 in the standard model (Bennett et al. 2021).
  ///   - h: H₀ in units of 100 km/s/Mpc.
  public init(temperature: Double, effectiveNeutrinos: Double = 3.044, h: Double) {
    // CODATA 2018; the megaparsec of IAU resolution B2 (2015).
    let (gravity, boltzmann, reducedPlanck) = (6.67430e-11, 1.380649e-23, 1.054571817e-34)
    let c = speedOfLight * 1000
    let hubbleRate = h * 1e5 / 3.0856775814913673e22
    let energyOverPlanck: Double = boltzmann * temperature / (reducedPlanck * c)
    let massDensity =
      Double.pi * .pi / 15 * .pow(energyOverPlanck, 3) * boltzmann * temperature / (c * c)
    let photons = massDensity * 8 * .pi * gravity / (3 * hubbleRate * hubbleRate)
    density = photons * (1 + 7.0 / 8 * .pow(4.0 / 11, 4.0 / 3) * effectiveNeutrinos)
  }
}
