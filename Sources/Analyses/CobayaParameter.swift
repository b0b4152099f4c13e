import Inference

/// A parameter as Cobaya has it: sampled or fixed, a formula of others, or a quantity that it asks for.
struct CobayaParameter {
  let name: String
  let role: Role
  /// The entry in this program's words.
  let entry: Tree
  /// Keys that it has and that are not used.
  let idle: [String]

  /// What it is for.
  enum Role: Equatable {
    case input
    /// A formula of the named parameters; the value of a parameter, or a quantity for chains.
    case formula(names: [String], isValue: Bool)
    case wanted
  }

  /// The name of the same parameter in this program.
  var own: String { ParameterAlias(of: name)?.name ?? name }

  /// What parameters are that only other programs have.
  enum Foreign {
    /// The primordial spectrum, growth, reionisation, nuclei: distances do not depend on them.
    case spectra
    /// The density of cold dark matter.
    case coldMatter
    /// The angle of the sound horizon.
    case acousticAngle
    /// Ωb.
    case baryonShare

    private static let names: [(Foreign, Set<String>)] = [
      (
        .spectra,
        [
          "loga", "as", "ln10^10as", "ns", "nrun", "nrunrun", "alphas", "r", "nt", "tau",
          "taureio", "zrei", "zreio", "sigma8", "s8", "yhe", "yheused", "yp", "ypbbn", "dhbbn",
          "a", "clamp", "alens", "al", "fsigma8", "mb", "aplanck",
        ]
      ),
      (.coldMatter, ["omch2", "omegach2", "omegacdm", "omegac", "omegacdmh2", "omc"]),
      (
        .acousticAngle,
        [
          "theta", "thetamc100", "cosmomctheta", "thetastar", "thetastar100", "thetas100",
          "thetas1e2", "100*thetas", "100thetas",
        ]
      ),
      (.baryonShare, ["omegab", "omb", "omegabaryon"]),
    ]

    /// The kind of a name; nil if it is none of these.
    init?(_ name: String) {
      let plain = ParameterAlias.plain(name)
      guard ParameterAlias(of: name)?.name != "omega_b",
        let kind = Self.names.first(where: { $0.1.contains(plain) })
      else { return nil }
      self = kind.0
    }
  }

  /// Reads an entry.
  init(_ name: String, _ given: Tree) {
    self.name = name
    var idle: [String] = []
    var entries: [(key: String, value: Tree)]
    switch given {
    case .null: entries = []
    case .map(let own): entries = own
    case .list(let values) where [2, 4, 5].contains(values.count):
      entries = [("prior", Self.range(values))]
      if values.count > 2 { idle = ["ref", "proposal"].prefix(values.count - 3).map { $0 } }
    case .text(let text) where Self.isFunction(text): entries = [("value", given)]
    default:
      (role, entry, self.idle) = (.input, given, [])
      return
    }
    for key in ["ref", "proposal", "drop", "renames"]
    where entries.contains(where: { $0.key == key }) {
      entries.removeAll { $0.key == key }
      idle.append(key)
    }
    func value(_ key: String) -> Tree? { entries.first { $0.key == key }?.value }
    if case .list(let ends)? = value("prior"), ends.count == 2 {
      entries = entries.map { $0.key == "prior" ? ("prior", Self.range(ends)) : $0 }
    }
    var isValue = false
    if case .text(let text)? = value("value"), Self.isFunction(text) {
      isValue = true
      // The value of a function is also what derived, if it is true or false, speaks of.
      entries.removeAll { $0.key == "derived" || $0.key == "value" }
      entries.append(("derived", .text(text)))
    }
    let isInput = value("prior") != nil || value("value") != nil
    if isInput, value("derived") == .bool(false) { entries.removeAll { $0.key == "derived" } }
    if !isInput, value("derived") == nil || value("derived") == .bool(false) {
      entries.removeAll { $0.key == "derived" }
      entries.append(("derived", .bool(true)))
    }
    if !isInput {
      let keys = ["min", "max"] + (value("derived") == .bool(true) ? ["latex"] : [])
      for key in keys where value(key) != nil {
        entries.removeAll { $0.key == key }
        idle.append(key)
      }
    }
    (entry, self.idle) = (.map(entries), idle)
    if isInput {
      role = .input
    } else if case .text(let text)? = value("derived") {
      let names = (try? Expression(DerivedEntry.body(text)).names) ?? []
      role = .formula(names: names, isValue: isValue)
    } else {
      role = .wanted
    }
  }

  private static func isFunction(_ text: String) -> Bool {
    text.prefixMatch(of: /\s*lambda\s/) != nil
  }

  private static func range(_ ends: [Tree]) -> Tree {
    .map([("min", ends[0]), ("max", ends[1])])
  }

  /// The number that it has, if it is fixed.
  var constant: Double? { entry.number ?? entry["value"]?.number }
}
