public import Inference
import Samplers

/// Fits of several catalogs or analyses, a unit each: means and standard deviations of parameters, χ², ln Z and the verdict.
///
/// Each is the fit that `sn-infer fit` makes with the same seed.
public struct EnsembleStudy: UnitStudy {
  /// The fits by their names.
  public let members: [(name: String, problem: Problem)]
  /// All parameters and derived quantities of interest, in the order in which they come.
  public let parameters: [String]

  /// Those of them that are sampled.
  public let sampledParameters: [String]
  /// The findings of the first, if it has been run.
  private let first: Findings?

  /// A study of fits.
  ///
  /// - Parameters:
  ///   - members: the fits by their names.
  ///   - first: the findings of the first with the same seed, if it has been run: it is not run again.
  public init(_ members: [(name: String, problem: Problem)], first: Findings? = nil) {
    (self.members, self.first) = (members, first)
    var columns: [Chain.Column] = []
    for (_, problem) in members {
      columns += problem.posterior.columns.filter { column in
        !columns.contains { $0.name == column.name }
      }
    }
    parameters = columns.map(\.name)
    sampledParameters = columns.filter { !$0.isDerived }.map(\.name)
  }

  /// Mean and standard deviation of each parameter, NaN where a fit does not have it, and five more.
  public var columns: [String] {
    parameters.flatMap { ["\($0)_mean", "\($0)_sd"] }
      + ["chi_squared", "degrees_of_freedom", "ln_evidence", "ln_evidence_error", "grade"]
  }

  /// What the numbers depend on besides their seed: that of each fit.
  ///
  /// - Parameter version: that of the program.
  public func identity(version: String) -> [String: String] {
    var identity: [String: String] = [:]
    for (name, problem) in members {
      for (key, value) in RunRecord(problem, version: version).identity {
        identity["\(name): \(key)"] = value
      }
    }
    return identity
  }

  /// The number of fits.
  public var unitCount: Int { members.count }

  /// Runs a fit.
  public func values(
    of unit: Int, in context: RunContext
  ) async throws(UnitFailure) -> [Double] {
    let problem = members[unit].problem
    let findings: Findings
    if unit == 0, let first {
      findings = first
    } else {
      do {
        findings = try await problem.run(in: context).findings
      } catch {
        throw UnitFailure("\(error)")
      }
    }
    let summaries = findings.posterior?.parameters ?? []
    let moments = parameters.flatMap { name -> [Double] in
      let summary = summaries.first { $0.name == name }
      return [summary?.mean ?? .nan, summary?.standardDeviation ?? .nan]
    }
    let evidence = findings.outcomes.values
      .compactMap { outcome in outcome.logEvidenceError.map { (outcome.logEvidence ?? .nan, $0) } }
      .min { $0.1 < $1.1 }
    let grade = findings.verdict.flatMap { Verdict.Grade.allCases.firstIndex(of: $0.grade) }
    return moments + [
      findings.bestFit?.chiSquared ?? .nan,
      findings.bestFit.map { Double($0.degreesOfFreedom) } ?? .nan,
      evidence?.0 ?? .nan, evidence?.1 ?? .nan, grade.map(Double.init) ?? .nan,
    ]
  }
}
