import Catalogs
import Cosmology
import Foundation
import Inference
public import Samplers

/// What referees ask of a fit: the same analysis without each survey, with other redshift cuts, with other conditions on rows,
/// and with Student's t for residuals.
public struct AnalysisVariants: Sendable {
  /// Which variants there are.
  public struct Choice: Sendable, Equatable {
    /// A column; without the supernovae of each of its values in turn. If nil, the surveys of the table, if it has some.
    public var column: String?
    /// Conditions on rows, a variant each.
    public var conditions: [String] = []
    /// Shares of the supernovae that cuts at low and at high redshift leave out.
    public var cutShares = [0.1, 0.25]

    /// The surveys and redshift cuts.
    public init() {}
  }

  /// The fits, the analysis itself first.
  public private(set) var members: [(name: String, problem: Problem)] = []
  /// What could not be varied, and why, in sentences.
  public private(set) var notes: [String] = []

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
    let whole = try analysis.problem()
    members.append(("all", whole))

    let catalog = try supernovae.read(labelling: choice.column)
    let column = choice.column ?? catalog.labels.surveyColumn ?? "survey"
    let values = choice.column == nil ? catalog.labels.surveys : catalog.labels.populations
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
        try add(name, analysis) {
          $0.select = $0.select.map { "\($0) and \(condition)" } ?? condition
        }
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
      try add("z > \(Self.text(low))", analysis) { $0.zMin = low }
      try add("z < \(Self.text(high))", analysis) { $0.zMax = high }
    }
    for condition in choice.conditions {
      try add(condition, analysis, isWanted: true) { choice in
        choice.select = choice.select.map { "\($0) and \(condition)" } ?? condition
      }
    }
    if supernovae.noise != .student {
      try add("Student's t", analysis) { $0.noise = .student }
    }
  }

  private static func text(_ value: Double) -> String {
    let rounded = (value * 1e4).rounded() / 1e4
    return "\(rounded)"
  }

  /// Adds a variant, or a note where it cannot be fitted.
  private mutating func add(
    _ name: String, _ analysis: Analysis, isWanted: Bool = false,
    _ change: (inout SupernovaChoice) -> Void
  ) throws {
    var other = analysis
    guard var choice = other.likelihood[Analysis.supernovae] else { return }
    change(&choice)
    other.likelihood[Analysis.supernovae] = choice
    do {
      members.append((name, try other.problem()))
    } catch let error as AnalysisError where !isWanted {
      notes.append("'\(name)' is left out: \(error)")
    } catch let error as CatalogError where !isWanted {
      notes.append("'\(name)' is left out: \(error)")
    }
  }
}
