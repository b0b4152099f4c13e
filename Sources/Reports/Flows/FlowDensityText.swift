import Foundation
public import Samplers

/// Log densities of rows under a saved flow, as text and as CSV.
public struct FlowDensityText: CustomStringConvertible {
  private let bounds: FlowDensityBounds
  private let path: String
  private let momentumCount: Int
  private let volume: Double

  /// Bounds of log densities of standardised rows.
  ///
  /// - Parameters:
  ///   - bounds: one for each row.
  ///   - path: where the rows are from.
  ///   - momentumCount: how many momenta each was estimated from.
  ///   - standardisation: that of the flow.
  public init(
    _ bounds: FlowDensityBounds, of path: String, momentumCount: Int,
    _ standardisation: Standardisation
  ) {
    (self.bounds, self.path, self.momentumCount) = (bounds, path, momentumCount)
    volume = standardisation.logVolume
  }

  /// The number of rows so far out that the density there is 0.
  public var lostCount: Int { bounds.importance.count { !$0.isFinite } }

  /// The bounds row by row: columns elbo, importance, efficiency.
  public var csv: String {
    var text = "elbo,importance,efficiency\n"
    for n in bounds.evidence.indices {
      text +=
        "\(bounds.evidence[n] - volume),\(bounds.importance[n] - volume),\(bounds.efficiency[n])\n"
    }
    return text
  }

  /// Means over the rows.
  public var description: String {
    let rows = "rows        \(bounds.importance.count) of \(path)"
    let reached = bounds.importance.indices.filter { bounds.importance[$0].isFinite }
    if reached.isEmpty { return rows }
    let efficiency = reached.reduce(0) { $0 + bounds.efficiency[$1] } / Double(reached.count)
    return """
      \(rows)
      ELBO        \(mean(reached.map { bounds.evidence[$0] })) nats per row
      density     \(mean(reached.map { bounds.importance[$0] })) nats per row, with \(momentumCount) momenta each
      momenta     efficiency \(String(format: "%.3f", efficiency)) on average
      """
  }

  private func mean(_ values: [Double]) -> String {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return String(format: "%.4f ± %.4f", mean - volume, (variance / count).squareRoot())
  }
}
