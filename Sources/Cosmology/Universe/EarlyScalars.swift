import RealModule

/// What the early universe gives to probes: h r_d, r* and ωbc, with z*, as functions of a universe's parameters.
///
/// The tape: ln(1 + z*), then the derivatives of ln(1 + z*), ln r_d and ln r* with respect to ωb, ωbc, N_eff and the
/// neutrino mass, and those of ων with respect to the last two.
final class EarlyScalars: Sendable {
  /// The number of values.
  static let count = 3
  static let tapeCount = 15

  private let content: RelativisticContent
  private let fit: EarlyUniverse.Fit
  /// For neutrinos that do not vary.
  private let massiveDensity: Double?
  private let (matter, hubble, baryons): (Int, Int, Int)
  /// Where N_eff and the mass are among the parameters, if they vary.
  private let (neutrinos, mass): (Int?, Int?)
  private let first: Int

  /// - Parameters:
  ///   - names: the parameters of the universe.
  ///   - first: where the values begin.
  init(_ content: RelativisticContent, _ names: [String], first: Int) {
    func place(_ name: String) -> Int? { names.firstIndex(of: name) }
    self.content = content
    self.first = first
    (matter, hubble, baryons) = (
      place("omega_m") ?? 0, place("h") ?? 0, place("omega_b") ?? 0
    )
    neutrinos = content.effectiveNeutrinos == nil ? place("n_eff") : nil
    mass = content.neutrinoMass == nil ? place("m_nu") : nil
    if let number = content.effectiveNeutrinos, let mass = content.neutrinoMass {
      fit = EarlyUniverse.Fit(fixed: (number, mass))
      massiveDensity = content.massiveDensity(effectiveNeutrinos: number, mass: mass)
    } else {
      fit = EarlyUniverse.Fit()
      massiveDensity = nil
    }
  }

  /// Writes the values and the tape, and returns ln(1 + z*); nil outside the fit.
  func evaluate(
    _ parameters: Span<Double>, _ values: inout MutableSpan<Double>,
    _ tape: inout MutableSpan<Double>
  ) -> Double? {
    let h = parameters[hubble]
    let number = neutrinos.map { parameters[$0] } ?? content.effectiveNeutrinos ?? 0
    let mass = mass.map { parameters[$0] } ?? content.neutrinoMass ?? 0
    var density = massiveDensity ?? 0
    if massiveDensity == nil {
      guard number > 0, mass >= 0 else { return nil }
      let neutrinos = content.neutrinos(number, mass: mass)
      density = neutrinos.massiveDensity
      (tape[13], tape[14]) = (neutrinos.massiveSlopes.neutrinos, neutrinos.massiveSlopes.mass)
    }
    let both = parameters[matter] * h * h - density
    guard
      let logs = fit.values(
        EarlyUniverse.Densities(
          baryons: parameters[baryons], baryonsAndColdMatter: both, effectiveNeutrinos: number,
          neutrinoMass: mass))
    else { return nil }
    values[first] = h * .exp(logs.value[3])
    values[first + 1] = .exp(logs.value[1])
    values[first + 2] = both
    let redshift = Double.exp(logs.value[0])
    let logStretch = Double.log(onePlus: redshift)
    let inStretch = redshift / (1 + redshift)
    tape[0] = logStretch
    for (k, slopes) in [
      logs.byBaryons, logs.byBaryonsAndColdMatter, logs.byNeutrinos, logs.byMass,
    ].enumerated() {
      tape[1 + k] = slopes[0] * inStretch
      tape[5 + k] = slopes[3]
      tape[9 + k] = slopes[1]
    }
    return logStretch
  }

  /// Adds the gradient of a function of the values and of ln(1 + z*).
  func pullBack(
    _ sensitivities: Span<Double>, _ inLogStretch: Double, _ values: Span<Double>,
    _ tape: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    let h = values[hubble]
    let horizon = sensitivities[first] * values[first]
    let atLastScattering = sensitivities[first + 1] * values[first + 1]
    func sum(_ k: Int) -> Double {
      inLogStretch * tape[1 + k] + horizon * tape[5 + k] + atLastScattering * tape[9 + k]
    }
    let both = sum(1) + sensitivities[first + 2]
    gradient[baryons] += sum(0)
    gradient[hubble] += horizon / h + 2 * both * values[matter] * h
    gradient[matter] += both * h * h
    if let neutrinos { gradient[neutrinos] += sum(2) - both * tape[13] }
    if let mass { gradient[mass] += sum(3) - both * tape[14] }
  }
}
