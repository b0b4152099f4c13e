import Cosmology
import Inference
public import Studies

/// Fits of several catalogs or analyses side by side, each against the first.
public struct Ensemble: Sendable, Codable {
  /// One fit.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var name: String
    /// Mean and standard deviation of each parameter that it has.
    public var means, standardDeviations: [String: Double]
    /// (mean − that of the first) in units of the first's standard deviation.
    public var shifts: [String: Double]
    /// The standard deviation of `shifts` by chance, if the supernovae are a part of the first's: √(σ²/σ₁² − 1). Source: Gratton &
    /// Challinor 2020, MNRAS 499, 3410.
    public var chanceShifts: [String: Double]?
    /// χ² at the best fit and its degrees of freedom; nil without data that have a χ².
    public var chiSquared, degreesOfFreedom: Double?
    /// ln Z with its standard error; nil if no sampler estimates it.
    public var logEvidence, logEvidenceError: Double?
    /// How far it can be trusted; nil if it failed.
    public var grade: Verdict.Grade?
    /// Why it has no result; nil if it has one.
    public var failure: String?
  }

  /// The fits, in their order.
  public var rows: [Row]
  /// All parameters and derived quantities.
  public var parameters: [String]
  /// Those of them that are sampled.
  public var sampledParameters: [String]
  /// What the draws of the first tell; nil if they were not looked at.
  public private(set) var checks: ReferenceChecks?

  /// The fits of a study.
  ///
  /// - Parameters:
  ///   - study: the study.
  ///   - table: the results of its units.
  ///   - areParts: whether the data of those that have fewer are a part of the first's.
  ///   - checks: what the draws of the first tell.
  public init(
    _ study: EnsembleStudy, _ table: UnitTable, areParts: Bool = false,
    checks: ReferenceChecks? = nil
  ) {
    (parameters, sampledParameters) = (study.parameters, study.sampledParameters)
    var rows: [Row] = []
    for (unit, outcome) in table.outcomes.enumerated() {
      var row = Row(
        name: study.members[unit].name, means: [:], standardDeviations: [:], shifts: [:])
      switch outcome {
      case nil: row.failure = "not computed"
      case .failed(let reason): row.failure = reason
      case .values(let values):
        for (place, name) in study.parameters.enumerated() where values[2 * place].isFinite {
          row.means[name] = values[2 * place]
          row.standardDeviations[name] = values[2 * place + 1]
        }
        func value(_ place: Int) -> Double? {
          let value = values[2 * study.parameters.count + place]
          return value.isFinite ? value : nil
        }
        (row.chiSquared, row.degreesOfFreedom) = (value(0), value(1))
        (row.logEvidence, row.logEvidenceError) = (value(2), value(3))
        row.grade = value(4).map { Verdict.Grade.allCases[Int($0)] }
      }
      if let first = rows.first {
        let counts = [unit, 0].map { study.members[$0].problem.likelihood.dataCount }
        let isPart = areParts && counts[0] < counts[1]
        for (name, mean) in row.means {
          if let other = first.means[name], let deviation = first.standardDeviations[name] {
            row.shifts[name] = (mean - other) / deviation
            let ratio = (row.standardDeviations[name] ?? .nan) / deviation
            if isPart, ratio > 1 {
              row.chanceShifts = row.chanceShifts ?? [:]
              row.chanceShifts?[name] = (ratio * ratio - 1).squareRoot()
            }
          }
        }
      }
      rows.append(row)
    }
    self.rows = rows
    self.checks = checks
    let without = rows.compactMap { row in
      row.name.hasPrefix("without ") ? (String(row.name.dropFirst(8)), row.shifts) : nil
    }
    self.checks?.influence?.adopt(Dictionary(without, uniquingKeysWith: { first, _ in first }))
  }

  /// How a program ends with these fits: as the least trusted of them.
  public var exitStatus: ExitStatus {
    if rows.contains(where: { $0.failure != nil || $0.grade == .rejected }) { return .failedCheck }
    let isDoubtful =
      rows.contains { $0.grade != .good } || !unlikely.isEmpty
      || checks?.predictive?.isImplausible == true
    return isDoubtful ? .failedWitness : .success
  }

  /// The fits of a part that move a parameter by more than three times what chance does, which is at least a tenth of its
  /// standard deviation.
  public var unlikely: [(row: Row, parameter: String)] {
    rows.flatMap { row in
      sampledParameters.compactMap { name in
        guard let chance = row.chanceShifts?[name] else { return nil }
        return abs(row.shifts[name] ?? 0) > 3 * max(0.1, chance) ? (row, name) : nil
      }
    }
  }
}
