import Cosmology
import Inference

/// The range of the fit of the sound horizon, outside of which a posterior is zero: what keeps parameters inside, and
/// whether draws come near its edges.
struct SoundHorizonFit {
  private let model: UniverseModel
  private let space: ParameterSpace?
  /// The share of the range at each edge where no draws should be.
  private static let margin = 0.02
  /// The mass of draws there that is too much.
  private static let mostMass = 1e-3
  /// The log probability of a prior within the range below which it counts as outside: six standard deviations.
  private static let leastLogProbability = -20.0

  init(_ model: UniverseModel, _ space: ParameterSpace? = nil) {
    (self.model, self.space) = (model, space)
  }

  private func massive(_ content: RelativisticContent, _ number: Double, _ mass: Double) -> Double {
    content.massiveDensity(effectiveNeutrinos: number, mass: mass)
  }

  /// What keeps parameters inside, as requirements.
  ///
  /// - Parameters:
  ///   - usual: the parameters with their default priors.
  ///   - chosen: those that have others.
  /// - Throws: `AnalysisError` for fixed values and whole priors outside.
  func requirements(
    _ usual: [Parameter], _ chosen: [Parameter]
  ) throws(AnalysisError) -> [String] {
    guard model.soundHorizon == .computed, let content = model.content else { return [] }
    try check(chosen)
    func parameter(_ name: String) -> Parameter? {
      chosen.first { $0.name == name } ?? usual.first { $0.name == name }
    }
    func isFree(_ name: String) -> Bool { parameter(name)?.isFixed == false }
    /// Nothing, where a range holds everywhere within a prior.
    func requirement(
      _ formula: String, _ support: (lower: Double, upper: Double), within range: (Double, Double)
    ) -> [String] {
      support.lower >= range.0 && support.upper <= range.1
        ? [] : ["\(range.0) < \(formula) < \(range.1)"]
    }
    // With neutrinos that vary the widest range; the likelihood knows the exact one.
    let least = massive(content, content.effectiveNeutrinos ?? 2, content.neutrinoMass ?? 0)
    let most = massive(content, content.effectiveNeutrinos ?? 4.2, content.neutrinoMass ?? 0.6)
    var requirements: [String] = []
    for (name, range) in EarlyUniverse.box {
      if name == "omega_bc" {
        guard isFree("omega_m") || isFree("h") else { continue }
        // Rounded inwards.
        let lower = ((range.lowerBound + least) * 1e6).rounded(.up) / 1e6
        let upper = ((range.upperBound + most) * 1e6).rounded(.down) / 1e6
        guard let matter = parameter("omega_m")?.prior, let hubble = parameter("h")?.prior else {
          continue
        }
        let (m, h) = (matter.support, hubble.support)
        if let fixed = matter.fixedValue, fixed > 0 {
          requirements += requirement(
            "h", h,
            within: (
              ((lower / fixed).squareRoot() * 1e6).rounded(.up) / 1e6,
              ((upper / fixed).squareRoot() * 1e6).rounded(.down) / 1e6
            ))
        } else {
          let (least, most) = (hubble.fixedValue ?? h.lower, hubble.fixedValue ?? h.upper)
          requirements += requirement(
            "omega_m*h^2", (max(m.lower, 0) * least * least, m.upper * most * most),
            within: (lower, upper))
        }
      } else if isFree(name), let prior = parameter(name)?.prior,
        name == "omega_b" || chosen.contains(where: { $0.name == name })
      {
        requirements += requirement(
          name, prior.support, within: (range.lowerBound, range.upperBound))
      }
    }
    return requirements
  }

  /// Refuses fixed values and whole priors outside.
  func check(_ parameters: [Parameter]) throws(AnalysisError) {
    guard model.soundHorizon == .computed else { return }
    for (name, range) in EarlyUniverse.box {
      guard let parameter = parameters.first(where: { $0.name == name }) else { continue }
      if let value = parameter.prior.fixedValue {
        guard range.contains(value) else {
          throw .universe(.outsideFit(name, value: value, range: range))
        }
      } else if !parameter.prior.isImproper {
        let support = parameter.prior.support
        let lower = max(support.lower, range.lowerBound)
        let upper = min(support.upper, range.upperBound)
        guard lower < upper,
          parameter.prior.density.logProbability(from: lower, to: upper) > Self.leastLogProbability
        else {
          throw .outsideFit(name, prior: parameter.prior.text, range: range)
        }
      }
    }
  }

  /// What lies near the edges at one point, as a sentence; nil if nothing does.
  func sentence(at values: [String: Double]) -> String? {
    guard model.soundHorizon == .computed, let content = model.content else { return nil }
    let near = EarlyUniverse.box.filter { edge in
      let value: Double
      switch edge.name {
      case "omega_bc":
        guard let matter = values["omega_m"], let hubble = values["h"] else { return false }
        value =
          matter * hubble * hubble
          - massive(
            content, content.effectiveNeutrinos ?? values["n_eff"] ?? 3.044,
            content.neutrinoMass ?? values["m_nu"] ?? 0.06)
      case "n_eff", "m_nu": return false
      default:
        guard let own = values[edge.name] else { return false }
        value = own
      }
      let margin = Self.margin * (edge.range.upperBound - edge.range.lowerBound)
      return value < edge.range.lowerBound + margin || value > edge.range.upperBound - margin
    }
    guard let edge = near.first else { return nil }
    return
      "\(edge.name) within 2 % of an edge of the fit of the sound horizon, \(edge.range.lowerBound) to \(edge.range.upperBound): no data measure it"
  }

  /// Whether draws come near the edges.
  func witnesses(_ chains: [Chain]) -> [Verdict.Witness] {
    guard model.soundHorizon == .computed, let content = model.content, let space else { return [] }
    var (near, total) = ([Double](repeating: 0, count: EarlyUniverse.box.count), 0.0)
    let known = space.values([], of: [])
    for chain in chains {
      let columns = chain.columns.map(\.name)
      func place(_ name: String) -> (Int?, Double) {
        (columns.firstIndex(of: name), known[name] ?? .nan)
      }
      let (matter, hubble) = (place("omega_m"), place("h"))
      let (neutrinos, mass) = (place("n_eff"), place("m_nu"))
      let others = EarlyUniverse.box.map { place($0.name) }
      for (draw, weight) in chain.weights.enumerated() {
        let values = chain.draw(draw)
        func value(_ place: (index: Int?, constant: Double)) -> Double {
          place.index.map { values[$0] } ?? place.constant
        }
        let (number, mass) = (
          content.effectiveNeutrinos ?? value(neutrinos), content.neutrinoMass ?? value(mass)
        )
        total += weight
        for (place, edge) in EarlyUniverse.box.enumerated() {
          let own: Double =
            switch edge.name {
            case "omega_bc":
              value(matter) * value(hubble) * value(hubble) - massive(content, number, mass)
            // A mass of zero is an edge of nature.
            case "m_nu": max(mass, 0.02)
            case "n_eff": number
            default: value(others[place])
            }
          let (lower, upper) = (edge.range.lowerBound, edge.range.upperBound)
          let margin = Self.margin * (upper - lower)
          if own < lower + margin || own > upper - margin { near[place] += weight }
        }
      }
    }
    return zip(EarlyUniverse.box, near).compactMap { edge, mass in
      guard mass > Self.mostMass * total else { return nil }
      return Verdict.Witness(
        "sound horizon", .failed,
        "\(percent(mass / total)) of the draws have \(edge.name) within 2 % of the edges of the fit of the sound horizon, \(edge.range.lowerBound) to \(edge.range.upperBound)",
        advice: ["omega_b", "omega_bc"].contains(edge.name)
          ? "a probe or prior that measures it, or h_rd in its place"
          : "a probe or prior that measures it")
    }
  }

  private func percent(_ share: Double) -> String {
    "\((1000 * share).rounded() / 10) %"
  }
}
