import Cosmology
import Inference

extension CobayaFile {
  /// Parameters in this program's words; in a file of Cobaya's those that likelihoods here depend on, with the model
  /// that has them.
  mutating func parameters(
    _ given: [(key: String, value: Tree)], _ model: inout String?
  ) -> Tree {
    var all = given.map { name, value in
      // The absolute magnitude of supernovae with Cepheid distances.
      CobayaParameter(name == "Mb" && reach.includesCalibrators ? "M" : name, value)
    }
    for constant in constants.map({ CobayaParameter($0.key, $0.value) })
    where !all.contains(where: { $0.own == constant.own && $0.role == .input }) {
      all.append(constant)
    }
    for key in ["ref", "proposal", "drop", "renames", "min", "max", "latex"] {
      let names = all.filter { $0.idle.contains(key) }.map(\.name)
      if !names.isEmpty { note("params: \(key) of \(Self.list(names)) is not used") }
    }
    if isForeign {
      leaveOutUnneeded(&all)
      if !hasModel { model = takeModel(&all) }
      leaveOutUncomputed(&all)
    }
    // What is asked for without a formula comes by itself, if there is such a quantity.
    let known = isForeign ? all : all.filter { Self.quantities.contains($0.own) }
    wanted = known.filter { $0.role == .wanted }.map(\.name)
    all.removeAll { wanted.contains($0.name) && $0.role == .wanted }
    return .map(all.map { ($0.name, $0.entry) })
  }

  /// Quantities that chains can have without being asked.
  private static let quantities = [
    "omega_m", "omega_k", "omega_lambda", "w", "w0", "wa", "h", "H0", "omega_b", "omega_m_h2",
    "q0", "r_d", "h_rd", "age", "n_eff", "m_nu",
  ]

  // MARK: What nothing depends on

  private mutating func leaveOutUnneeded(_ all: inout [CobayaParameter]) {
    let inputs = all.filter { $0.role == .input }
    let own = Set(inputs.map(\.own))
    let hasMatter = own.contains("omega_m")
    var idle: [String] = []
    all.removeAll { parameter in
      let place = "params.\(parameter.name)"
      switch parameter.role {
      case .wanted, .formula(_, isValue: false): return false
      case .formula(_, isValue: true):
        guard Self.inputs.contains(parameter.own) else { return false }
      case .input: break
      }
      let isNeeded: Bool
      switch CobayaParameter.Foreign(parameter.name) {
      case .spectra: isNeeded = false
      case .coldMatter:
        if !hasMatter {
          refuse(
            place,
            "Ωm is sampled here, not the density of cold dark matter, and a prior of one is not a prior of the other; write omega_m: {prior: {min: 0.01, max: 0.99}} in its place"
          )
        }
        isNeeded = false
      case .acousticAngle:
        if isHubbleNeeded(own), !own.contains("h") {
          refuse(
            place,
            "h is sampled here, not an angle of the microwave background; write H0: {prior: {min: 20, max: 100}} in its place"
          )
        }
        isNeeded = false
      case .baryonShare:
        if isNeededHere("omega_b", own) {
          refuse(
            place,
            "ωb = Ωb h² is sampled here; write ombh2: {prior: {min: 0.005, max: 0.1}} in its place")
        }
        isNeeded = false
      case nil: isNeeded = isNeededHere(parameter.own, own)
      }
      if isNeeded, parameter.role != .input {
        refuse(place, "a parameter cannot follow from a formula of others here; give it a prior")
      }
      if !isNeeded { idle.append(parameter.name) }
      return !isNeeded
    }
    note(
      idle, "params", verb: "is left out: no likelihood here depends on it",
      "are left out: no likelihood here depends on them")
  }

  /// The parameters of universes.
  private static let inputs = [
    "omega_m", "omega_k", "w0", "wa", "h", "omega_b", "n_eff", "m_nu", "r_d", "h_rd",
  ]

  private func isHubbleNeeded(_ own: Set<String>) -> Bool {
    if reach.includesHubble { return true }
    return reach.isBeyondSupernovae && !own.contains("h_rd")
      && !own.isDisjoint(with: ["omega_b", "r_d"])
  }

  /// Whether anything depends on a parameter, beside others that are sampled or fixed.
  private func isNeededHere(_ name: String, _ own: Set<String>) -> Bool {
    let hasBaryons =
      reach.includesBaryons
      || reach.isBeyondSupernovae && own.contains("omega_b") && !own.contains("h_rd")
    switch name {
    case "h": return isHubbleNeeded(own)
    case "omega_b", "n_eff", "m_nu": return hasBaryons
    case "h_rd", "r_d": return reach.isBeyondSupernovae
    default: return true
    }
  }

  // MARK: The model

  /// The model that has the parameters; values that say what it says already are taken out.
  private mutating func takeModel(_ all: inout [CobayaParameter]) -> String {
    func input(_ name: String) -> CobayaParameter? {
      all.first { $0.own == name && $0.role == .input }
    }
    func isOther(_ name: String, than value: Double) -> Bool {
      input(name).map { $0.constant != value } ?? false
    }
    let isCurved = isOther("omega_k", than: 0)
    let evolves = isOther("wa", than: 0)
    let varies = evolves || isOther("w0", than: -1)
    let darkEnergy = evolves ? W0WaCDM.name : varies ? WCDM.name : LambdaCDM.name
    let model = isCurved ? darkEnergy : "flat_\(darkEnergy)"
    let constants = [("omega_k", isCurved), ("wa", evolves), ("w0", varies)]
    all.removeAll { parameter in
      parameter.role == .input && constants.contains { $0.0 == parameter.own && !$0.1 }
    }
    if evolves, !all.contains(where: { $0.own == "w0" && $0.role == .input }) {
      all.append(CobayaParameter("w0", .number(-1)))
    }
    note("the model is \(model), as its parameters say")
    return model
  }

  // MARK: What cannot be computed

  /// Formulas of what is not computed here, and quantities that nobody here knows.
  private mutating func leaveOutUncomputed(_ all: inout [CobayaParameter]) {
    let inputs = Set(all.filter { $0.role == .input }.map(\.own))
    var computed = inputs.union(["omega_m"])
    if reach.isBeyondSupernovae { computed.formUnion(["omega_lambda", "q0"]) }
    if isHubbleNeeded(inputs) {
      computed.formUnion(["h", "omega_m_h2", "age"])
      if reach.isBeyondSupernovae { computed.formUnion(["r_d", "h_rd"]) }
    }
    let formulas = Set(all.filter { $0.role != .input && $0.role != .wanted }.map(\.name))
    var idle: [String] = []
    while true {
      let lost = all.filter { parameter in
        switch parameter.role {
        case .input: false
        case .wanted: !Self.quantities.contains(parameter.own)
        case .formula(let names, _):
          names.contains { name in
            idle.contains(name)
              || !formulas.contains(name)
                && !computed.contains(ParameterAlias(of: name)?.name ?? name)
          }
        }
      }.map(\.name)
      if lost.isEmpty { break }
      idle += lost
      all.removeAll { lost.contains($0.name) && $0.role != .input }
    }
    note(
      idle, "params", verb: "is left out: it is not computed here",
      "are left out: they are not computed here")
  }
}
