/// What a column of a catalog means to a likelihood.
public enum ColumnRole: String, Sendable, CaseIterable {
  /// The redshift corrected for the motion of the Sun and, where the release does so, for peculiar motions.
  case redshift = "z"
  /// The redshift in the frame of the Sun.
  case heliocentricRedshift = "zhel"
  /// A distance modulus.
  case modulus = "mu"
  /// A standardised apparent magnitude.
  case magnitude = "mb"
  /// The standard deviation of the modulus or magnitude.
  case error = "mu_err"

  /// What it is called in sentences.
  var meaning: String {
    switch self {
    case .redshift: "redshift"
    case .heliocentricRedshift: "heliocentric redshift"
    case .modulus: "distance modulus"
    case .magnitude: "apparent magnitude"
    case .error: "error of the modulus or magnitude"
    }
  }

  /// The names that published tables use, the preferred first; case and underscores do not count.
  var synonyms: [String] {
    switch self {
    case .redshift: ["zHD", "zcmb", "z", "redshift"]
    case .heliocentricRedshift: ["zhel", "zhelio"]
    case .modulus: ["mu", "DLMAG", "MUDIF", "distance_modulus"]
    case .magnitude: ["m_b_corr", "mb", "mag"]
    case .error:
      [
        "mu_err", "MUERR_FINAL", "sigma_mu", "dmu", "DLMAGERR", "MUDIFERR", "m_b_corr_err",
        "mb_err", "dmb", "magerr",
      ]
    }
  }

  /// The column of a table that plays this role: the one that the user names, else the first synonym found, else nil.
  ///
  /// - Throws: `CatalogError` if the user's name is not among the columns, or the name found stands twice.
  func column(
    in table: some CatalogTable, chosen: [ColumnRole: String]
  ) throws(CatalogError) -> Int? {
    let names = table.columnNames
    if let name = chosen[self] {
      guard let exact = names.firstIndex(where: { $0 == name }) ?? Self.index(of: name, in: names)
      else { throw missing(from: table, lookingFor: [name]) }
      return try unique(exact, in: table)
    }
    for synonym in synonyms {
      if let index = Self.index(of: synonym, in: names) { return try unique(index, in: table) }
    }
    return nil
  }

  /// The error for a table without the column.
  func missing(from table: some CatalogTable, lookingFor names: [String]) -> CatalogError {
    CatalogError(
      table.path,
      .missingColumn(
        role: self, names: names, available: table.columnNames,
        nearest: nearestName(to: names, among: table.columnNames)))
  }

  private func unique(_ index: Int, in table: some CatalogTable) throws(CatalogError) -> Int {
    let name = table.columnNames[index]
    guard table.columnNames.count(where: { $0 == name }) == 1 else {
      throw CatalogError(table.path, column: name, .duplicateColumn)
    }
    return index
  }

  private static func index(of name: String, in names: [String]) -> Int? {
    names.firstIndex { plain($0) == plain(name) }
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}
