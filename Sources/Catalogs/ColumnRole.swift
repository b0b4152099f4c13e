import Inference
/// The role of a column of a catalog in a likelihood.
public enum ColumnRole: String, Sendable, CaseIterable {
  /// The redshift corrected for the motion of the Sun and, where the release does so, for peculiar
  /// motions.
  case redshift = "z"
  /// The redshift in the frame of the Sun.
  case heliocentricRedshift = "zhel"
  /// A distance modulus.
  case modulus = "mu"
  /// A standardised apparent magnitude.
  case magnitude = "mb"
  /// The standard deviation of the modulus or magnitude.
  case error = "mu_err"

  /// The names in published tables, the preferred first; case and underscores are ignored.
  ///
  /// A column of errors is known by the column that it belongs to: see `errorNames(of:)`.
  var synonyms: [String] {
    switch self {
    case .redshift: ["zHD", "zcmb", "z", "redshift", "cz", "cz_cmb"]
    case .heliocentricRedshift: ["zhel", "zhelio", "cz_hel", "cz_helio"]
    case .modulus: ["mu", "DLMAG", "MUDIF", "moduli", "mu_sn", "distmod", "distance_modulus"]
    case .magnitude: Self.standardisedMagnitudes + ["mb", "mag"]
    case .error: []
    }
  }

  /// Names that only magnitudes have that are corrected for shape and colour.
  static let standardisedMagnitudes = ["m_b_corr", "mBeff"]

  /// Names of shapes and colours, by which magnitudes are still to be corrected.
  static let shapesAndColors = [
    "x1", "s", "st", "sbv", "stretch", "dm15", "deltam15", "delta", "c", "color", "colour", "ebv",
    "e(b-v)", "ebmv", "b-v", "av",
  ]

  /// The names that the errors of a column may have, such as `mu_err`, `e_mu`, `MUERR_FINAL` or `dmu`
  /// for `mu`.
  static func errorNames(of column: String) -> [String] {
    let after = [
      "err", "err_final", "error", "unc", "uncertainty", "sigma", "sig", "std", "stddev", "sd",
    ]
    let before = ["e_", "d", "sigma_", "sig_", "err_", "error_", "unc_", "std_", "sd_", "s_"]
    let names = after.map { "\(column)_\($0)" } + before.map { "\($0)\(column)" }
    // Riess et al. 2004.
    return matches(column, ["moduli"]) ? names + ["sigma"] : names
  }

  /// The column that looks most like the errors of a column, and not like those of another; nil if
  /// none does.
  static func nearestError(of column: String, among columns: [String]) -> String? {
    let others = columns + ["mb", "x0", "x1", "c", "z"]
    let candidates = columns.filter { name in
      name != column && !plain(name).contains("var")
        && !others.contains {
          plain($0) != plain(column) && matches(name, errorNames(of: $0))
        }
    }
    let similar = candidates.filter { name in
      ["err", "unc", "sig", "std"].contains { plain(name).contains($0) }
    }
    // Names that may mean other things are proposed, not used.
    let proposals = ["\(column)_e", "delta_\(column)", "\(column)_delta", "\(column)_s"]
    return candidates.first { matches($0, proposals) }
      ?? nearestName(to: errorNames(of: column), among: candidates)
      ?? candidates.first { plain($0).hasPrefix(plain("\(column)_err")) }
      ?? (similar.count == 1 ? similar[0] : nil)
  }

  /// Whether a name is one of a list; case and underscores are ignored.
  static func matches(_ name: String, _ names: [String]) -> Bool {
    names.contains { plain($0) == plain(name) }
  }

  /// The column of a table with this role: the one that the user names, else the first of the
  /// usual names, else nil.
  ///
  /// - Throws: `CatalogError` if the user's name is not among the columns, or more than one column has
  ///   the name.
  func column(
    in table: some CatalogTable, chosen: [ColumnRole: String], names: [String]? = nil
  ) throws(CatalogError) -> Int? {
    guard let name = chosen[self] else { return try table.column(named: names ?? synonyms) }
    let exact = table.columnNames.indices.filter { table.columnNames[$0] == name }
    if exact.count == 1 { return exact[0] }
    // The name may be given with its unit, as it stands in the file.
    for name in [name, ColumnHeading(name).name] {
      if let index = try table.column(named: name) { return index }
    }
    throw Self.missing([self], from: table, lookingFor: [name])
  }

  /// The required column of a table with this role.
  func required(
    in table: some CatalogTable, chosen: [ColumnRole: String]
  ) throws(CatalogError) -> Int {
    guard let column = try column(in: table, chosen: chosen) else {
      throw Self.missing([self], from: table)
    }
    return column
  }

  /// Whether a name is one of those that are looked for, errors included.
  static func isUsual(_ name: String) -> Bool {
    let usual = allCases.flatMap(\.synonyms)
    return matches(name, usual + shapesAndColors + usual.flatMap(errorNames))
  }

  /// Whether columns are those of supernovae: a redshift, and a magnitude of any kind.
  static func areSupernovae(_ columns: [String], chosen: [ColumnRole: String]) -> Bool {
    func has(_ names: [String]) -> Bool { columns.contains { matches($0, names) } }
    func names(_ role: ColumnRole) -> [String] {
      chosen[role].map { [$0, ColumnHeading($0).name] } ?? role.synonyms
    }
    return has(names(.redshift))
      && has(names(.modulus) + names(.magnitude) + LightCurveColumns.amplitudes)
  }

  /// The error for a table without a column for any of some roles.
  static func missing(
    _ roles: [ColumnRole], from table: some CatalogTable, lookingFor names: [String]? = nil
  ) -> CatalogError {
    let isUsual = names == nil
    let names = names ?? roles.flatMap(\.synonyms)
    return CatalogError(
      table.path,
      .missingColumn(
        roles: roles, names: names, available: table.columnNames,
        nearest: nearestName(to: names, among: table.columnNames)
          ?? (isUsual && roles.contains(.modulus)
            ? table.columnNames.first(where: isLikeModulus) : nil)))
  }

  /// Whether a name is one that people give to distance moduli, and to other things.
  private static func isLikeModulus(_ name: String) -> Bool {
    let plain = plain(name)
    return plain == "dm" || plain.hasPrefix("mu") || plain.contains("modulus")
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}
