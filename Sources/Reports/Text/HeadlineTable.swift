public import Analyses
import Foundation
import Inference
import Samplers

/// The result to quote, one line per parameter, for a terminal of 80 columns.
public struct HeadlineTable: CustomStringConvertible {
  private let findings: Findings

  /// The table of a run's findings.
  public init(_ findings: Findings) { self.findings = findings }

  /// Mean and standard deviation, what to quote, the information gain and the density at the ends of
  /// the prior; empty without a result.
  public var description: String {
    guard let posterior = findings.posterior else { return "" }
    let rows = posterior.parameters.map { parameter -> [String] in
      let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 3)
      func number(_ value: Double) -> String { String(format: "%.\(decimals)f", value) }
      let constraint = findings.verdict?.constraint(of: parameter.name)
      return [
        parameter.markedName, number(parameter.mean), number(parameter.standardDeviation),
        Self.quoted(parameter, constraint, decimals: decimals),
        constraint.flatMap { $0.information.isNaN ? nil : String(format: "%.2f", $0.information) }
          ?? "–",
        constraint.map { String(format: "%.2g, %.2g", $0.lowerEdge, $0.upperEdge) } ?? "–",
      ]
    }
    let header = ["parameter", "mean", "sd", "68 % or 95 % limit", "gain [nats]", "edges"]
    return AlignedTable([header] + rows).description + SummaryTable.footnote(posterior)
  }

  /// An interval or a limit.
  static func quoted(
    _ parameter: ParameterSummary, _ constraint: ParameterConstraint?, decimals: Int
  ) -> String {
    func number(_ value: Double) -> String { String(format: "%.\(decimals)f", value) }
    let limit = constraint?.limit.map(number) ?? ""
    switch constraint?.kind {
    case .upperLimit: return "< \(limit)"
    case .lowerLimit: return "> \(limit)"
    case .unconstrained: return "not constrained"
    case .interval, nil:
      guard parameter.quantiles.count > 3 else { return "–" }
      return "\(number(parameter.quantiles[1])) to \(number(parameter.quantiles[3]))"
    }
  }
}
