/// Names that other programs give to the same cosmological parameters.
///
/// The one table of the whole program: CosmoMC, Cobaya, CAMB, CLASS, Astropy, MontePython and CosmoSIS, whose names
/// have a section before two hyphens. Case, underscores and backslashes do not count.
public struct ParameterAlias: Sendable, Equatable {
  /// The name that this program uses.
  public let name: String
  private let spellings: Set<String>

  // Ωb is not among them: CLASS calls Ωb h² omega_b, and others Ωb.
  private static let all = [
    ParameterAlias(
      name: "omega_m",
      spellings: [
        "omegam", "omm", "om", "om0", "omegam0", "omegamatter", "omegammatter", "matterdensity",
      ]),
    ParameterAlias(name: "h", spellings: ["h", "h0", "hubble", "hubble0", "littleh", "h100"]),
    ParameterAlias(
      name: "omega_k", spellings: ["omegak", "omk", "ok", "ok0", "omegak0", "omegacurvature"]),
    ParameterAlias(
      name: "omega_lambda",
      spellings: ["omegalambda", "omegal", "oml", "ol", "ode", "ode0", "omegade", "omegav"]),
    ParameterAlias(name: "w0", spellings: ["w", "w0", "wde", "w0de", "w0fld", "wx"]),
    ParameterAlias(name: "wa", spellings: ["wa", "wafld", "wade", "w1"]),
    ParameterAlias(
      name: "omega_b", spellings: ["ombh2", "omegabh2", "obh2", "wb"]),
    ParameterAlias(name: "omega_m_h2", spellings: ["omegamh2", "ommh2", "omh2"]),
    ParameterAlias(
      name: "h_rd", spellings: ["hrd", "hrdrag", "rdragh", "rdh", "hrs", "hrsdrag"]),
    ParameterAlias(name: "r_d", spellings: ["rd", "rdrag", "rsd", "rsdrag"]),
    ParameterAlias(name: "n_eff", spellings: ["neff", "nnu"]),
    ParameterAlias(
      name: "m_nu", spellings: ["mnu", "mncdm", "summnu", "sumnu", "mnutot"]),
    ParameterAlias(name: "age", spellings: ["age"]),
    ParameterAlias(name: "sigma8", spellings: ["sigma8", "sig8"]),
    ParameterAlias(name: "s8", spellings: ["s8"]),
    ParameterAlias(name: "n_s", spellings: ["ns", "scalarspectralindex"]),
    ParameterAlias(name: "alpha", spellings: ["alpha", "alphajla"]),
    ParameterAlias(name: "beta", spellings: ["beta", "betajla"]),
  ]

  /// The parameter that a name stands for; nil where it is not in the table.
  public init?(of name: String) {
    let plain = Self.plain(name)
    guard
      let alias = Self.all.first(where: { $0.name == name || $0.spellings.contains(plain) })
    else { return nil }
    self = alias
  }

  /// The place of the one column that is known to be the same parameter as another; nil if there is none, or
  /// more than one.
  ///
  /// - Parameters:
  ///   - name: the parameter.
  ///   - columns: the names to search.
  ///   - taken: names that stand for themselves.
  package static func place(
    of name: String, among columns: [String], except taken: [String] = []
  ) -> Int? {
    guard let alias = ParameterAlias(of: name) else { return nil }
    let alike = columns.indices.filter {
      ParameterAlias(of: columns[$0]) == alias && !taken.contains(columns[$0])
    }
    return alike.count == 1 ? alike.first : nil
  }

  private init(name: String, spellings: Set<String>) {
    (self.name, self.spellings) = (name, spellings)
  }

  /// A name without its section, in small letters, without underscores and LaTeX's signs.
  package static func plain(_ name: String) -> String {
    var name = name.lowercased()
    if let hyphens = name.firstRange(of: "--") { name = String(name[hyphens.upperBound...]) }
    return name.filter { !"_\\{}$ ".contains($0) }
  }

  /// What a column has to be multiplied by for another of the same parameter.
  ///
  /// Only the Hubble constant has two units: in km/s/Mpc its numbers are above 5, in 100 km/s/Mpc below,
  /// whatever the column is called.
  ///
  /// - Parameters:
  ///   - value: a typical number of the column.
  ///   - other: a typical number of the other.
  public func factor(from value: Double, to other: Double) -> Double {
    guard name == "h" else { return 1 }
    switch (abs(value) > 5, abs(other) > 5) {
    case (true, false): return 0.01
    case (false, true): return 100
    default: return 1
    }
  }
}
