import RealModule

/// Photons and neutrinos whose share of the critical density follows h: two massless neutrino states and a massive
/// one.
///
/// ωγ is that of the microwave background, a massless state has ωγ (7/8)(4/11)^{4/3} N_eff/3, and the massive one
/// that times I(y), y = m a/(k T_ν), T_ν = T (4/11)^{1/3} (N_eff/3)^{1/4}: it is radiation at first, and part of Ωm
/// today.
public struct RelativisticContent: Sendable, Equatable {
  /// The temperature of the microwave background in kelvin, positive.
  public var temperature: Double
  /// N_eff; nil if it is the parameter `n_eff`.
  public var effectiveNeutrinos: Double?
  /// The mass of the massive state in eV; nil if it is the parameter `m_nu`.
  public var neutrinoMass: Double?

  /// 2.7255 K (Fixsen 2009), 3.044 (Bennett et al. 2021) and 0.06 eV.
  public static let standard = RelativisticContent()

  /// The standard content, unless other values are given.
  public init(
    temperature: Double = 2.7255, effectiveNeutrinos: Double? = 3.044,
    neutrinoMass: Double? = 0.06
  ) {
    self.temperature = temperature
    (self.effectiveNeutrinos, self.neutrinoMass) = (effectiveNeutrinos, neutrinoMass)
  }

  /// The parameters of the content that vary.
  var parameterNames: [String] {
    (effectiveNeutrinos == nil ? ["n_eff"] : []) + (neutrinoMass == nil ? ["m_nu"] : [])
  }

  /// ωγ = Ωγ h²: 2.4728e-5 at 2.7255 K, with the constants of the Boltzmann code behind `EarlyUniverse`.
  public var photonDensity: Double { 2.4728e-5 * .pow(temperature / 2.7255, 4) }

  /// The neutrinos at values of N_eff and the mass.
  func neutrinos(_ effectiveNeutrinos: Double, mass: Double) -> Neutrinos {
    Neutrinos(photonDensity, temperature: temperature, effectiveNeutrinos, mass: mass)
  }

  /// ων, today's density of the massive state times h², which is part of Ωm h².
  public func massiveDensity(effectiveNeutrinos: Double, mass: Double) -> Double {
    neutrinos(effectiveNeutrinos, mass: mass).massiveDensity
  }
}

/// Neutrinos at one value of N_eff and of the mass, with derivatives with respect to both.
struct Neutrinos: Sendable {
  /// ωr of photons and massless states.
  let radiationDensity: Double
  /// ∂ωr/∂N_eff.
  let radiationSlope: Double
  /// ων today.
  let massiveDensity: Double
  let massiveSlopes: (neutrinos: Double, mass: Double)

  /// ω of a massless state.
  private let stateDensity: Double
  private let effectiveNeutrinos: Double
  /// y today, and dy/dm.
  private let massRatio: (value: Double, slope: Double)

  init(
    _ photonDensity: Double, temperature: Double, _ effectiveNeutrinos: Double, mass: Double
  ) {
    let perNeutrino = photonDensity * (7.0 / 8) * .pow(4.0 / 11, 4.0 / 3) / 3
    stateDensity = perNeutrino * effectiveNeutrinos
    self.effectiveNeutrinos = effectiveNeutrinos
    radiationDensity = photonDensity + 2 * stateDensity
    radiationSlope = 2 * perNeutrino
    // k in eV/K: CODATA 2018.
    let thermal =
      8.617333262e-5 * temperature * .pow(4.0 / 11, 1.0 / 3)
      * .pow(effectiveNeutrinos / 3, 0.25)
    massRatio = (mass / thermal, 1 / thermal)
    let today = FermiDiracDensity.ratio(massRatio.value)
    massiveDensity = stateDensity * today.value
    massiveSlopes = (
      neutrinos: perNeutrino * today.value
        - stateDensity * today.slope * massRatio.value / (4 * effectiveNeutrinos),
      mass: stateDensity * today.slope * massRatio.slope
    )
  }

  /// What relativistic content adds to E² h² above its value today, beyond what Ωm (1+z)³ counts:
  /// ωr [(1+z)⁴ − 1] + ων(z) − ων (1+z)³, with its derivatives.
  func growth(at epoch: Epoch) -> (value: Double, byNeutrinos: Double, byMass: Double) {
    let (fourth, third) = (epoch.radiationGrowth + 1, epoch.matterGrowth + 1)
    let scaleFactor = 1 - epoch.fractionOfScaleFactor
    let y = massRatio.value * scaleFactor
    let then = FermiDiracDensity.ratio(y)
    let state = stateDensity * fourth
    return (
      radiationDensity * epoch.radiationGrowth + state * then.value - massiveDensity * third,
      radiationSlope * epoch.radiationGrowth
        + state / effectiveNeutrinos * (then.value - 0.25 * y * then.slope)
        - massiveSlopes.neutrinos * third,
      state * then.slope * massRatio.slope * scaleFactor - massiveSlopes.mass * third
    )
  }
}

/// The energy density of a massive fermion gas relative to a massless one,
/// I(y) = 120/(7π⁴) ∫ x² √(x² + y²) / (eˣ + 1) dx.
enum FermiDiracDensity {
  /// Cubic Hermite interpolation in t = ln(1 + y), from y = 0 to 2e4.
  private static let step = 1.0 / 64
  private static let table: [(value: Double, slope: Double)] = (0...640).map { n in
    let stretch = Double.exp(Double(n) * step)
    let ratio = integral(stretch - 1)
    // d/dt = (1 + y) d/dy.
    return (ratio.value, ratio.slope * stretch)
  }

  /// I(y) and dI/dy for y ≥ 0, to 1e-10.
  static func ratio(_ y: Double) -> (value: Double, slope: Double) {
    let t = Double.log(onePlus: y)
    let place = min(t / step, 639.5)
    let n = Int(place)
    let s = t / step - Double(n)
    let (a, b) = (table[n], table[n + 1])
    let (r, q) = (1 - s, s)
    let value =
      (1 + 2 * q) * r * r * a.value + q * q * (3 - 2 * q) * b.value
      + step * (q * r * r * a.slope - q * q * r * b.slope)
    let slope =
      6 * q * r * (b.value - a.value) / step + r * (r - 2 * q) * a.slope
      + q * (q - 2 * r) * b.slope
    return (value, slope / (1 + y))
  }

  private static let rule = GaussLegendre(count: 16)

  /// The integral by Gauss–Legendre panels, which end where nothing is left.
  static func integral(_ y: Double) -> (value: Double, slope: Double) {
    var (value, slope) = (0.0, 0.0)
    for panel in 0..<12 {
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let x = 4 * (Double(panel) + node)
        let root = (x * x + y * y).squareRoot()
        let occupied = 4 * weight * x * x / (.exp(x) + 1)
        value += occupied * root
        if root > 0 { slope += occupied * y / root }
      }
    }
    let factor = 120 / (7 * Double.pi * .pi * .pi * .pi)
    return (factor * value, factor * slope)
  }
}
