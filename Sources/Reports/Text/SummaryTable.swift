import Foundation
public import Inference

/// A posterior summary as a table of text for a terminal.
public struct SummaryTable: CustomStringConvertible {
  private let summary: PosteriorSummary

  /// The table of a summary.
  public init(_ summary: PosteriorSummary) {
    self.summary = summary
  }

  /// The lines of the table, aligned; means and quantiles have four digits of the standard
  /// deviation.
  public var description: String {
    let percent = ParameterSummary.probabilities.map { String(format: "%g%%", 100 * $0) }
    let header = ["parameter", "mean", "sd"] + percent + ["bulk ESS", "tail ESS", "R-hat", "MCSE"]
    return AlignedTable([header] + summary.parameters.map(Self.cells)).description
      + Self.footnote(summary)
  }

  /// What the star at some names means; empty where there is none.
  static func footnote(_ summary: PosteriorSummary) -> String {
    summary.parameters.contains(where: \.isDerived) ? "\n* derived from sampled parameters" : ""
  }

  private static func cells(_ parameter: ParameterSummary) -> [String] {
    let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 4)
    func number(_ value: Double) -> String { String(format: "%.\(decimals)f", value) }
    let errorDecimals = Rounding.decimals(for: parameter.standardErrorOfMean, digits: 2)
    return [
      parameter.markedName, number(parameter.mean), number(parameter.standardDeviation),
    ]
      + parameter.quantiles.map(number)
      + [
        String(format: "%.0f", parameter.bulkEffectiveSampleSize),
        String(format: "%.0f", parameter.tailEffectiveSampleSize),
        parameter.rHat.isNaN ? "–" : String(format: "%.4f", parameter.rHat),
        String(format: "%.\(errorDecimals)f", parameter.standardErrorOfMean),
      ]
  }
}
