import Inference
/// What a column of a catalog means to a likelihood.
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

  /// The names that published tables use, the preferred first; case and underscores do not count.
  ///
  /// A column of errors is known by the column that it belongs to: see `errorNames(of:)`.
  var synonyms: [String] {
    switch self {
    case .redshift: ["zHD", "zcmb", "z", "redshift"]
    case .heliocentricRedshift: ["zhel", "zhelio"]
    case .modulus: ["mu", "DLMAG", "MUDIF", "moduli"]
    case .magnitude: ["m_b_corr", "mb", "mag", "mBeff"]
    case .error: []
    }
  }

  /// The names that the errors of a column may have, such as `mu_err`, `MUERR_FINAL` or `dmu` for
  /// `mu`.
  static func errorNames(of column: String) -> [String] {
    let names = [
      "\(column)_err", "\(column)_err_final", "\(column)_error", "d\(column)", "sigma_\(column)",
    ]
    // Riess et al. 2004.
    return matches(column, ["moduli"]) ? names + ["sigma"] : names
  }

  /// Whether a name is one of a list; case and underscores do not count.
  static func matches(_ name: String, _ names: [String]) -> Bool {
    names.contains { plain($0) == plain(name) }
  }

  /// The column of a table that plays this role: the one that the user names, else the first of the
  /// usual names, else nil.
  ///
  /// - Throws: `CatalogError` if the user's name is not among the columns, or the name found stands
  ///   twice.
  func column(
    in table: some CatalogTable, chosen: [ColumnRole: String], names: [String]? = nil
  ) throws(CatalogError) -> Int? {
    if let name = chosen[self] {
      let exact = table.columnNames.firstIndex { $0 == name }
      guard let index = exact ?? table.column(named: name) else {
        throw Self.missing([self], from: table, lookingFor: [name])
      }
      return try Self.unique(index, in: table)
    }
    return try table.column(named: names ?? synonyms).map { index throws(CatalogError) in
      try Self.unique(index, in: table)
    }
  }

  /// The column of a table that plays this role and must be there.
  func required(
    in table: some CatalogTable, chosen: [ColumnRole: String]
  ) throws(CatalogError) -> Int {
    guard let column = try column(in: table, chosen: chosen) else {
      throw Self.missing([self], from: table)
    }
    return column
  }

  /// The error for a table without a column for any of some roles.
  static func missing(
    _ roles: [ColumnRole], from table: some CatalogTable, lookingFor names: [String]? = nil
  ) -> CatalogError {
    let names = names ?? roles.flatMap(\.synonyms)
    return CatalogError(
      table.path,
      .missingColumn(
        roles: roles, names: names, available: table.columnNames,
        nearest: nearestName(to: names, among: table.columnNames)))
  }

  private static func unique(_ index: Int, in table: some CatalogTable) throws(CatalogError) -> Int
  {
    let name = table.columnNames[index]
    guard table.columnNames.count(where: { $0 == name }) == 1 else {
      throw CatalogError(table.path, column: name, .duplicateColumn)
    }
    return index
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}
