public import Analyses
import Foundation

/// What an amortised posterior does on data and mocks, as text and JSON.
public struct AmortisationText: PrintedResult {
  private let result: Amortisation

  /// The result.
  public init(_ result: Amortisation) { self.result = result }

  /// "amortisation".
  public static var fileName: String { "amortisation" }

  /// JSON: an object.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(result), as: UTF8.self) + "\n"
  }

  /// None.
  public var csv: String? { nil }

  /// The posterior of the data with the coverage of mocks, and how efficient the flow is.
  public var description: String {
    let rows = result.rows.map { row in
      let decimals = Rounding.decimals(for: row.standardDeviation, digits: 2)
      return [
        row.parameter, Rounding.number(row.mean, decimals: decimals),
        Rounding.number(row.standardDeviation, decimals: decimals),
        String(format: "%.1f %%", 100 * row.coverage68),
        String(format: "%.1f %%", 100 * row.coverage95),
      ]
    }
    func quantiles(_ values: Amortisation.Quantiles) -> String {
      String(
        format: "%.1f %% in the median, 5 %% below %.1f %%", 100 * values.median, 100 * values.low)
    }
    let objections =
      result.objections.isEmpty ? "" : "; \(result.objections.joined(separator: "; "))"
    let lost = result.lostCount == 0 ? "" : "; \(result.lostCount) have no mode"
    return [
      AlignedTable(
        [["parameter", "mean", "sd", "mocks within 68 %", "within 95 %"]] + rows
      ).description, "",
      LabelledLine.wrapped(
        "data",
        String(
          format: "efficiency %.1f %%, ln Z %.4f ± %.4f", 100 * result.efficiency,
          result.logEvidence, result.logEvidenceError) + objections),
      LabelledLine.wrapped(
        "mocks",
        "\(result.mockCount) of the prior, \(result.drawCount) draws each: efficiency "
          + quantiles(result.efficiencies) + lost),
      LabelledLine.wrapped(
        "normal", "densities at the modes instead: " + quantiles(result.laplaceEfficiencies)),
      LabelledLine.text(
        "time", String(format: "%.2f ms per mock", 1000 * result.secondsPerMock)),
    ].joined(separator: "\n")
  }
}
