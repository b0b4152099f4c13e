public import Analyses
import Foundation
public import Studies

/// Whether posteriors of mocks are calibrated, as text, JSON, and the numbers of each mock as CSV.
public struct CalibrationText: PrintedResult {
  private let result: CalibrationResult
  private let table: UnitTable

  /// A result with the units that it is made from.
  public init(_ result: CalibrationResult, _ table: UnitTable) {
    (self.result, self.table) = (result, table)
  }

  /// "sbc".
  public static var fileName: String { "sbc" }

  /// JSON: an object.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(result), as: UTF8.self) + "\n"
  }

  /// A line for each mock.
  public var csv: String? { table.csv }

  /// A line for each parameter and one for log L, and a verdict.
  public var description: String {
    func number(_ value: Double?, _ decimals: Int) -> String {
      value.map { Rounding.number($0, decimals: decimals) } ?? ""
    }
    func deviation(_ value: Double?) -> String {
      value.map { "(\(Rounding.number($0, decimals: 1)) σ)" } ?? ""
    }
    let rows = result.ranks.map { ranks in
      [
        ranks.name == "log_likelihood" ? "log L" : ranks.name,
        number(ranks.chiSquared, 1), number(ranks.probability, 3),
        number(ranks.bandProbability, 3), number(ranks.pullMean, 3),
        deviation(ranks.pullMeanDeviation), number(ranks.pullVariance, 3),
        deviation(ranks.pullVarianceDeviation), number(ranks.medianWidth, 3),
      ]
    }
    let heading = [
      "", "χ² of 20 bins", "p", "p of the band", "mean pull", "", "pull variance", "",
      "sd / prior sd",
    ]
    let draws =
      result.effectiveDraws.isFinite
      ? ", \(Int(result.effectiveDraws.rounded())) effective draws each" : ""
    let direct =
      result.directCount > 0
      ? "; all measurements of \(result.directCount) were drawn, outside of the projection" : ""
    return
      ([
        AlignedTable([heading] + rows).description, "",
        LabelledLine.wrapped("mocks", "\(result.mockCount) of the prior\(draws)\(direct)"),
      ]
      + LabelledLine.lost(result.failedCount, result.reasons)
      + [
        LabelledLine.wrapped(
          "verdict",
          result.objections.isEmpty
            ? "calibrated: no test fails at the level of 0.1 % of all together"
            : "not calibrated: " + result.objections.joined(separator: "; "))
      ]).joined(separator: "\n")
  }
}

extension LabelledLine {
  /// How many mocks have no result, and why; nothing if all have.
  static func lost(_ count: Int, _ reasons: [String]) -> [String] {
    count == 0 ? [] : [wrapped("lost", "\(count): \(reasons.prefix(5).joined(separator: "; "))")]
  }
}
