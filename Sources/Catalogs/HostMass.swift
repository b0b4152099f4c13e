/// The masses of host galaxies in a table, as the logarithms of solar masses.
struct HostMass {
  /// The column.
  let column: Int
  /// The logarithms, NaN where the mass is not known.
  let logarithms: [Double]

  /// The names of the column in JLA's table, in SNANA's and in those of ZTF and simulations; case and underscores are ignored.
  private static let names = [
    "3rdvar", "host_logmass", "hostgal_logmass", "logmass", "hostmass", "host_mass", "globalmass",
    "logmstar", "host_logmstar", "host_log_mstar", "log_host_mass", "mass_host",
  ]
  /// No galaxy lies outside.
  private static let possible = 3.0...15

  /// Reads them; nil if there is no such column.
  ///
  /// - Throws: `CatalogError` if there are two, or they are masses instead of their logarithms.
  init?(_ table: some CatalogTable) throws(CatalogError) {
    guard let column = try table.column(named: Self.names) else { return nil }
    let values = try table.numbersWithGaps(inColumns: [column])[0]
    if let row = values.firstIndex(where: { $0 > 1e5 && !MissingValue.isMark($0) }) {
      throw table.error(row: row, column: column, .lightCurves(.notALogarithm(found: values[row])))
    }
    self.column = column
    // 9.9 is a mass, and 99 a mark.
    logarithms = values.map {
      MissingValue.isMark($0) && !Self.possible.contains($0) ? .nan : $0
    }
  }
}
