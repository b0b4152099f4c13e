import Catalogs
import Cosmology
import Foundation
import Inference
public import Samplers

/// What referees ask of a fit: the same analysis without each survey, with other redshift cuts, with other conditions on rows,
/// with Student's t for residuals, and with other priors.
public struct AnalysisVariants: Sendable {
  /// Which variants there are.
  public struct Choice: Sendable, Equatable {
    /// A column; without the supernovae of each of its values in turn. If nil, the surveys of the table, if it has some.
    public var column: String?
    /// Conditions on rows, a variant each.
    public var conditions: [String] = []
    /// Shares of the supernovae that cuts at low and at high redshift leave out.
    public var cutShares = [0.1, 0.25]
    /// Priors in the place of the analysis' own, such as `w0=normal(-1,0.2)`, a variant each.
    public var priors: [String] = []
    /// Whether flat and normal priors are also varied without being asked: see `AlternativePrior`.
    public var variesPriors = true

    /// The surveys, redshift cuts and usual priors.
    public init() {}
  }

  /// The fits, the analysis itself first.
  public internal(set) var members: [(name: String, problem: Problem)] = []
  /// What could not be varied, and why, in sentences.
  public internal(set) var notes: [String] = []
  /// The table of the supernovae, with the column that divides them as its populations, if one was chosen.
  let catalog: Catalog
  /// The name of the column that divides them.
  let groupColumn: String
  /// The analysis itself.
  let analysis: Analysis

  /// The most values that a column may have.
  static let mostValues = 60

  /// Makes the variants of an analysis of supernovae.
  ///
  /// - Parameters:
  ///   - analysis: the analysis.
  ///   - choice: which variants.
  ///   - samplers: those of each fit.
  /// - Throws: `AnalysisError`, `CatalogError` or `ModelError` for the analysis itself, and for columns and conditions that
  ///   are not there. Other variants that cannot be fitted are noted.
  public init(
    _ analysis: Analysis, _ choice: Choice = Choice(), samplers: [any Sampler]
  ) throws {
    var analysis = analysis
    analysis.samplers = samplers
    guard let supernovae = analysis.likelihood[Analysis.supernovae] else {
      throw AnalysisError.noLikelihood
    }
    self.analysis = analysis
    let whole = try analysis.problem()
    members.append(("all", whole))

    catalog = try supernovae.read(labelling: choice.column)
    groupColumn = choice.column ?? catalog.labels.surveyColumn ?? "survey"
    let (column, values) = (groupColumn, groups)
    let distinct = Set(values ?? []).sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
    if distinct.count > Self.mostValues {
      throw AnalysisError.tooManyValues(column, distinct.count)
    }
    if distinct.count > 1 {
      for value in distinct {
        let name = value.isEmpty ? "without those of no \(column)" : "without \(column) \(value)"
        guard let condition = RowCondition.excludes(column: column, value: value) else {
          notes.append("'\(name)' is left out: no quotes can hold the name")
          continue
        }
        try add(name) { $0.alsoSelect(condition) }
      }
    } else {
      notes.append(
        values == nil
          ? "the table has no column of surveys: no supernovae are left out by survey"
          : "all supernovae are of one \(column)")
    }
    let redshifts = catalog.redshifts.sorted()
    for share in choice.cutShares {
      let count = Int(share * Double(redshifts.count))
      guard count > 0, count < redshifts.count else { continue }
      let (low, high) = (redshifts[count - 1], redshifts[redshifts.count - count])
      try add("z > \(Self.text(low))") { $0.zMin = low }
      try add("z < \(Self.text(high))") { $0.zMax = high }
    }
    for condition in choice.conditions {
      try add(condition, isWanted: true) { $0.alsoSelect(condition) }
    }
    if supernovae.noise != .student { try add("Student's t") { $0.noise = .student } }
    if choice.variesPriors {
      for prior in AlternativePrior.usual(of: whole) {
        try add(prior.name, prior.applied(to: analysis))
      }
    }
    for text in choice.priors {
      try add(text, AlternativePrior.analysis(analysis, with: text), isWanted: true)
    }
  }

  /// What the chosen column, or else that of surveys, says of each supernova; nil if there is no such column.
  var groups: [String]? { catalog.labels.populations ?? catalog.labels.surveys }

  private static func text(_ value: Double) -> String {
    let rounded = (value * 1e4).rounded() / 1e4
    return "\(rounded)"
  }

  /// Adds a variant of the supernovae, or a note where it cannot be fitted.
  mutating func add(
    _ name: String, isWanted: Bool = false, _ change: (inout SupernovaChoice) -> Void
  ) throws {
    var other = analysis
    guard var choice = other.likelihood[Analysis.supernovae] else { return }
    change(&choice)
    other.likelihood[Analysis.supernovae] = choice
    try add(name, other, isWanted: isWanted)
  }

  /// Adds a variant, or a note where it cannot be fitted.
  private mutating func add(_ name: String, _ other: Analysis, isWanted: Bool = false) throws {
    do {
      members.append((name, try other.problem()))
    } catch let error as AnalysisError where !isWanted {
      notes.append("'\(name)' is left out: \(error)")
    } catch let error as CatalogError where !isWanted {
      notes.append("'\(name)' is left out: \(error)")
    }
  }
}

extension SupernovaChoice {
  /// Keeps only rows that fulfil one more condition.
  mutating func alsoSelect(_ condition: String) {
    select = select.map { "\($0) and \(condition)" } ?? condition
  }
}
