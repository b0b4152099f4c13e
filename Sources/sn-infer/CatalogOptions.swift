import Analyses
public import ArgumentParser
public import Catalogs

extension CatalogFormat: ExpressibleByArgument {}
extension CovarianceKind: ExpressibleByArgument {}

/// The options of the data.
struct CatalogOptions: ParsableArguments, AnalysisOptions {
  @Argument(
    help:
      "The supernovae: a table in FITS, VOTable or any common text format, a CosmoMC .dataset, or a release's own file (see --format); - for standard input."
  )
  var catalog: String?

  @Option(
    help: ArgumentHelp(
      "Their covariance in mag²: a text matrix, with or without its size or labels, .npy, .npz, or a FITS image.",
      valueName: "file"))
  var covariance: String?

  @Option(
    help:
      "What the matrix is, if neither its file nor its diagonal shows it: the total covariance, its systematic part (the table's errors are added), its inverse, or the correlations of the table's errors."
  )
  var covarianceKind: CovarianceKind?

  @Option(help: "The catalog's format. (default: recognised by its content)")
  var format: CatalogFormat?

  @Option(help: "Keep only redshifts above this value. (default: as the release prescribes)")
  var zMin: Double?

  @Option(help: "Keep only redshifts below this value.")
  var zMax: Double?

  @Option(
    help: ArgumentHelp(
      "Keep only rows that fulfil this, such as 'IDSURVEY != 15 and z > 0.02'.",
      valueName: "condition"))
  var select: String?

  @Flag(help: "Also use supernovae in Cepheid hosts, at the Cepheid distances.")
  var calibrators = false

  @Flag(help: "Read light curves even if the table also has corrected magnitudes.")
  var lightCurves = false

  @Flag(help: "Leave out rows with missing values, also from the covariance.")
  var skipMissing = false

  @Flag(help: "Allow a .dataset to name files outside its own folder.")
  var outsidePaths = false

  @Option(
    help: ArgumentHelp(
      """
      Choose a column by its name in the file, as z (redshift), zhel (heliocentric redshift), mu (distance modulus), \
      mb (apparent magnitude) or mu_err (the error of either); repeatable.
      """, valueName: "role=name"))
  var column: [String] = []

  func validate() throws {
    _ = try columns
    try require(
      select.map { RowCondition($0) != nil } ?? true,
      "--select \(select ?? "") is no condition; write one such as 'IDSURVEY != 15', several with 'and' between them."
    )
    try require(!lightCurves || format == nil, "--light-curves is a format; leave out --format.")
    if let zMin, !zMin.isFinite { throw ValidationError("--z-min must be a number.") }
    if let zMax, !zMax.isFinite { throw ValidationError("--z-max must be a number.") }
    try require(zMin ?? -.infinity < zMax ?? .infinity, "--z-min must be below --z-max.")
  }

  /// The catalog as an analysis has it.
  var choice: SupernovaChoice {
    get throws {
      guard let catalog else { throw ValidationError("Missing expected argument '<catalog>'") }
      var choice = SupernovaChoice(data: catalog)
      (choice.covariance, choice.covarianceKind) = (covariance, covarianceKind)
      (choice.columns, choice.zMin, choice.zMax) = (try columns, zMin, zMax)
      choice.select = select
      choice.format = lightCurves ? .lightCurves : format
      (choice.calibrators, choice.skipMissing, choice.outsidePaths) =
        (calibrators, skipMissing, outsidePaths)
      return choice
    }
  }

  func apply(to analysis: inout Analysis) throws {
    if catalog != nil { analysis.likelihood[Analysis.supernovae] = try choice }
  }

  private var columns: [String: String] {
    get throws {
      var columns: [String: String] = [:]
      for assignment in column {
        let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let role = ColumnRole(rawValue: parts[0]) else {
          let roles = ColumnRole.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(
            "'--column \(assignment)' is not role=name, where the role is one of \(roles).")
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
