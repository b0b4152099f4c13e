import Analyses
public import ArgumentParser
public import Cosmology

extension HierarchicalModel.Noise: ExpressibleByArgument {}

/// The options of what is taken for granted about supernovae: populations, scatter, noise, selection.
struct PopulationOptions: ParsableArguments, AnalysisOptions {
  @Option(
    help: ArgumentHelp(
      "The populations of true shapes and colours of light curves: one, one for each survey, one for each word of a column, or none, which fits by χ² alone. (default: survey where the table has surveys, else one)",
      valueName: "populations"))
  var populations: String?

  @Flag(
    inversion: .prefixedNo,
    help:
      "Let the mean shape and colour of a population be linear in redshift, or constant. (default: linear, constant with --selection)"
  )
  var drift: Bool?

  @Option(
    help: ArgumentHelp(
      "Intrinsic scatter: one, one for each survey, or none. (default: one for light curves, none for magnitudes)",
      valueName: "scatter"))
  var scatter: String?

  @Option(
    help: ArgumentHelp(
      "The intrinsic scatter in mag that a survey's errors hold already, such as 2=0.108, to be taken out of them; repeatable. (default: JLA's, and that of a .dataset)",
      valueName: "survey=value"))
  var scatterIncluded: [String] = []

  @Option(
    help: ArgumentHelp(
      "The distribution of residuals: normal, Student's t (student), or with a fraction of outliers.",
      valueName: "noise"))
  var noise: HierarchicalModel.Noise?

  @Option(
    help: ArgumentHelp(
      "A column of probabilities to be of type Ia: others are contaminant_offset fainter, with more scatter.",
      valueName: "column"))
  var contamination: String?

  @Flag(
    help:
      "Supernovae were found only if brighter than a limit of their survey, m_limit, which is a parameter; --fix m_limit_SURVEY=24.3 for a known one."
  )
  var selection = false

  @Option(
    help: ArgumentHelp(
      "A table of systematic errors, one row for each supernova: columns mb_NAME, x1_NAME and c_NAME have what one standard deviation of NAME adds.",
      valueName: "file"))
  var systematics: String?

  @Option(
    help: ArgumentHelp(
      "A covariance of light curves, without the table's errors: rows 3i, 3i+1 and 3i+2 are mb, x1 and c of supernova i, from 0. Its main axes become parameters sys_mode_N.",
      valueName: "file"))
  var systematicCovariance: String?

  func apply(to analysis: inout Analysis) throws {
    guard var choice = analysis.likelihood[Analysis.supernovae] else { return }
    choice.populations = populations
    choice.drift = drift
    choice.scatter = scatter
    choice.noise = noise
    choice.contamination = contamination
    if selection { choice.selection = true }
    choice.systematics = systematics
    choice.systematicCovariance = systematicCovariance
    for assignment in scatterIncluded {
      let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]), value >= 0, value.isFinite else {
        throw ValidationError(
          "'--scatter-included \(assignment)' is not survey=value with a scatter in mag.")
      }
      choice.scatterIncluded = (choice.scatterIncluded ?? [:]).merging([parts[0]: value]) { $1 }
    }
    analysis.likelihood[Analysis.supernovae] = choice
  }
}
