import ArgumentParser
import Catalogs

/// The options that say what to read.
struct CatalogOptions: ParsableArguments {
  @Argument(help: "The supernovae: a FITS table, or text separated by commas or blanks.")
  var catalog: String

  @Option(
    help: ArgumentHelp(
      "Their covariance in mag²: a text matrix, with or without its size first, or a FITS image.",
      valueName: "file"))
  var covariance: String?

  @Option(
    help: ArgumentHelp(
      """
      Use a column by its name in the file, as z (redshift), zhel (heliocentric redshift), mu (distance modulus), \
      mb (apparent magnitude) or mu_err (the error of either); repeatable.
      """, valueName: "role=name"))
  var column: [String] = []

  func validate() throws { _ = try columns }

  func read() throws -> Catalog {
    try Catalog(reading: catalog, covariance: covariance, columns: try columns)
  }

  private var columns: [ColumnRole: String] {
    get throws {
      var columns: [ColumnRole: String] = [:]
      for assignment in column {
        let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let role = ColumnRole(rawValue: parts[0]) else {
          let roles = ColumnRole.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(
            "'--column \(assignment)' is not role=name with a role of \(roles).")
        }
        guard columns.updateValue(parts[1], forKey: role) == nil else {
          throw ValidationError(
            "The option '--column' names the role '\(role.rawValue)' more than once.")
        }
      }
      if columns[.modulus] != nil, columns[.magnitude] != nil {
        throw ValidationError(
          "--column names both a distance modulus (mu) and a magnitude (mb); give one of them.")
      }
      return columns
    }
  }
}
