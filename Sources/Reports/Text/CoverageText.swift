public import Analyses
import Foundation
public import Studies

/// How often intervals hold what mocks were made with, as text, JSON, and the numbers of each mock as CSV.
public struct CoverageText: PrintedResult {
  private let result: CoverageResult
  private let table: UnitTable

  /// A result with the units that it is made from.
  public init(_ result: CoverageResult, _ table: UnitTable) {
    (self.result, self.table) = (result, table)
  }

  /// "coverage".
  public static var fileName: String { "coverage" }

  /// JSON: an object.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(result), as: UTF8.self) + "\n"
  }

  /// A line for each mock.
  public var csv: String? { table.csv }

  /// A line for each parameter, and a verdict.
  public var description: String {
    let rows = result.rows.map { row in
      let decimals = Rounding.decimals(for: row.standardDeviation, digits: 2)
      return [
        row.name, Rounding.number(row.truth, decimals: decimals + 1),
        Rounding.number(row.mean, decimals: decimals + 1),
        Rounding.number(row.standardDeviation, decimals: decimals),
        "\(Rounding.number(row.bias, decimals: 3)) ± \(Rounding.number(row.biasError, decimals: 3))",
        "\(Rounding.number(row.pullDeviation, decimals: 3)) ± \(Rounding.number(row.pullDeviationError, decimals: 3))",
      ]
        + row.intervals.map {
          String(format: "%.1f ± %.1f %%", 100 * $0.share, 100 * $0.error)
        }
    }
    let heading = [
      "", "truth", "mean", "sd", "bias [σ]", "sd of pulls", "in 50 %", "in 68.3 %", "in 95.4 %",
    ]
    let unknown =
      result.withoutTruth.isEmpty
      ? [] : [LabelledLine.wrapped("no truth", result.withoutTruth.joined(separator: ", "))]
    return
      ([
        AlignedTable([heading] + rows).description, "",
        LabelledLine.wrapped("mocks", "\(result.mockCount) of one cosmology"),
      ] + unknown + LabelledLine.lost(result.failedCount, result.reasons)
      + [
        LabelledLine.wrapped(
          "verdict",
          result.objections.isEmpty
            ? "intervals hold what the mocks were made with"
            : result.objections.joined(separator: "; "))
      ]).joined(separator: "\n")
  }
}
