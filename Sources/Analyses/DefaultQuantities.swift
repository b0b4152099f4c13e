import Cosmology
import Inference

/// What chains carry beside the parameters: Ω_Λ and q0, and where a probe measures h also H0, Ωm h², r_d, h r_d and the
/// age.
struct DefaultQuantities {
  /// In an order in which each uses only those before it.
  private(set) var all: [DerivedQuantity] = []

  private let fixed: Set<String>

  /// - Parameters:
  ///   - space: the parameters, sampled or fixed.
  ///   - measuresHubble: whether h is the universe's, and not a zero point.
  init(_ model: UniverseModel, _ space: ParameterSpace, measuresHubble: Bool = true) {
    let names = space.parameters.map(\.name)
    fixed = Set(names).subtracting(space.free.map(\.name))
    let shape = model.expansion.parameterNames
    let hasMatter = shape.first == "omega_m"
    if hasMatter {
      let hasCurvature = shape.contains("omega_k")
      add("omega_lambda", #"\Omega_\Lambda"#, hasCurvature ? ["omega_m", "omega_k"] : ["omega_m"]) {
        1 - $0.reduce(0, +)
      }
    }
    let background = model.backgroundNames
    if hasMatter, background.allSatisfy(names.contains) {
      let deceleration = Deceleration(model)
      add("q0", "q_0", background) { deceleration($0) }
    }
    guard measuresHubble, names.contains("h") else { return }
    add("H0", "H_0", ["h"]) { 100 * $0[0] }
    if hasMatter {
      add("omega_m_h2", #"\Omega_\mathrm{m} h^2"#, ["omega_m", "h"]) { $0[0] * $0[1] * $0[1] }
    }
    switch model.soundHorizon {
    case .computed where names.contains("omega_b"):
      let arguments = ["omega_m", "h", "omega_b", "n_eff", "m_nu"]
      guard arguments.allSatisfy(names.contains), let content = model.content else { break }
      add("r_d", #"r_\mathrm{d}"#, arguments) { values in
        let massive = content.massiveDensity(effectiveNeutrinos: values[3], mass: values[4])
        return EarlyUniverse(
          EarlyUniverse.Densities(
            baryons: values[2],
            baryonsAndColdMatter: values[0] * values[1] * values[1] - massive,
            effectiveNeutrinos: values[3], neutrinoMass: values[4]))?.soundHorizonAtDrag ?? .nan
      }
      if all.last?.name == "r_d" {
        add("h_rd", #"h r_\mathrm{d}"#, ["h", "r_d"]) { $0[0] * $0[1] }
      }
    case .free where names.contains("r_d"):
      add("h_rd", #"h r_\mathrm{d}"#, ["h", "r_d"]) { $0[0] * $0[1] }
    case .reduced where names.contains("h_rd"):
      add("r_d", #"r_\mathrm{d}"#, ["h", "h_rd"]) { $0[1] / $0[0] }
    default: break
    }
    if hasMatter, (background + ["h"]).allSatisfy(names.contains) {
      let arguments = background.contains("h") ? background : background + ["h"]
      let (place, age) = (arguments.firstIndex(of: "h") ?? 0, Age(model))
      add("age", #"t_0 / \mathrm{Gyr}"#, arguments) { values in
        age(Array(values.prefix(background.count)), h: values[place])
      }
    }
  }

  private mutating func add(
    _ name: String, _ label: String, _ arguments: [String],
    _ value: @escaping @Sendable ([Double]) -> Double
  ) {
    // What does not vary is no column.
    guard !fixed.isSuperset(of: arguments) else { return }
    all.append(DerivedQuantity(name, label: label, from: arguments, value))
  }
}
