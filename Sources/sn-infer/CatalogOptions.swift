import Analyses
public import ArgumentParser
public import Catalogs

extension CatalogFormat: ExpressibleByArgument {}
extension CovarianceKind: ExpressibleByArgument {}

/// The options that say what to read.
struct CatalogOptions: ParsableArguments, AnalysisOptions {
  @Argument(
    help:
      "The supernovae: a table in FITS, VOTable or text of any usual kind, a list of files (.dataset), or a release's own file (see --format); - for standard input."
  )
  var catalog: String

  @Option(
    help: ArgumentHelp(
      "Their covariance in mag²: a text matrix, with or without its size or labels, .npy, .npz, or a FITS image.",
      valueName: "file"))
  var covariance: String?

  @Option(
    help:
      "What the matrix is, if its file and its diagonal do not say so: the covariance, the part of it to which the errors of the table are added, its inverse, or correlations of these errors."
  )
  var covarianceKind: CovarianceKind?

  @Option(help: "How the catalog is laid out, if that is not to be recognised by its content.")
  var format: CatalogFormat?

  @Option(help: "Keep only redshifts above this. (default: as the release prescribes)")
  var zMin: Double?

  @Option(help: "Keep only redshifts below this.")
  var zMax: Double?

  @Flag(help: "Keep supernovae with a distance from Cepheids too, at that distance.")
  var calibrators = false

  @Flag(help: "Read light curves even where the table has corrected magnitudes too.")
  var lightCurves = false

  @Flag(help: "Leave out rows in which a value is missing, with their rows of the covariance.")
  var skipMissing = false

  @Flag(help: "Let a list of files (.dataset) name some that are not below its folder.")
  var outsidePaths = false

  @Option(
    help: ArgumentHelp(
      """
      Use a column by its name in the file, as z (redshift), zhel (heliocentric redshift), mu (distance modulus), \
      mb (apparent magnitude) or mu_err (the error of either); repeatable.
      """, valueName: "role=name"))
  var column: [String] = []

  func validate() throws {
    _ = try columns
    try require(!lightCurves || format == nil, "--light-curves is a format; leave out --format.")
    if let zMin, !zMin.isFinite { throw ValidationError("--z-min must be a number.") }
    if let zMax, !zMax.isFinite { throw ValidationError("--z-max must be a number.") }
    try require(zMin ?? -.infinity < zMax ?? .infinity, "--z-min must be below --z-max.")
  }

  /// The catalog as an analysis has it.
  var choice: SupernovaChoice {
    get throws {
      var choice = SupernovaChoice(data: catalog)
      (choice.covariance, choice.covarianceKind) = (covariance, covarianceKind)
      (choice.columns, choice.zMin, choice.zMax) = (try columns, zMin, zMax)
      choice.format = lightCurves ? .lightCurves : format
      (choice.calibrators, choice.skipMissing, choice.outsidePaths) =
        (calibrators, skipMissing, outsidePaths)
      return choice
    }
  }

  func apply(to analysis: inout Analysis) throws {
    analysis.likelihood[Analysis.supernovae] = try choice
  }

  private var columns: [String: String] {
    get throws {
      var columns: [String: String] = [:]
      for assignment in column {
        let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let role = ColumnRole(rawValue: parts[0]) else {
          let roles = ColumnRole.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(
            "'--column \(assignment)' is not role=name with a role of \(roles).")
        }
        try require(
          columns.updateValue(parts[1], forKey: role.rawValue) == nil,
          "The option '--column' names the role '\(role.rawValue)' more than once.")
      }
      if columns[ColumnRole.modulus.rawValue] != nil, columns[ColumnRole.magnitude.rawValue] != nil
      {
        throw ValidationError(
          "--column names both a distance modulus (mu) and a magnitude (mb); give one of them.")
      }
      return columns
    }
  }
}
