import Foundation
public import Inference
public import Samplers

/// Log densities of rows under a saved flow, as text and as CSV.
public struct FlowDensityText: CustomStringConvertible {
  private let bounds: FlowDensityBounds
  private let path: String
  private let momentumCount: Int

  /// Bounds of log densities of rows under a flow.
  ///
  /// - Parameters:
  ///   - samples: the rows, with the flow's columns.
  ///   - saved: the flow.
  ///   - momentumCount: how many momenta each is estimated from.
  ///   - context: where to run.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public init(
    of samples: FlowSamples, under saved: SavedFlow, momentumCount: Int, in context: RunContext
  ) async throws(SamplingError) {
    let rows = samples.rows.rows
    let volumes = saved.logVolumes(of: rows)
    let dimension = saved.flow.dimension
    let (positions, given) = saved.split(rows)
    var points = positions
    // Beyond an edge there are no coordinates; the density there is known.
    for (row, volume) in volumes.enumerated() where volume == -.infinity {
      for column in 0..<dimension { points[row * dimension + column] = 0 }
    }
    let bounds = try await HamiltonianMap(saved.flow, precision: .single).densityBounds(
      at: points, given: given, draws: momentumCount, in: context)
    self.init(bounds, of: samples.path, momentumCount: momentumCount, logVolumes: volumes)
  }

  /// What rows have no density, in sentences.
  public var notes: [String] {
    var notes: [String] = []
    func rows(_ count: Int) -> String { "\(count) \(count == 1 ? "row is" : "rows are")" }
    if outsideCount > 0 {
      notes.append(
        "\(rows(outsideCount)) beyond an edge, where the density is 0, and left out above")
    }
    if lostCount > 0 {
      notes.append(
        "\(rows(lostCount)) so far out that the density there is 0, and left out above")
    }
    return notes
  }

  /// Bounds of log densities of rows.
  ///
  /// - Parameters:
  ///   - bounds: one for each row, of the density of its coordinates.
  ///   - path: where the rows are from.
  ///   - momentumCount: how many momenta each was estimated from.
  ///   - logVolumes: what to add for the density of the row itself; −∞ beyond an edge.
  public init(
    _ bounds: FlowDensityBounds, of path: String, momentumCount: Int, logVolumes: [Double]
  ) {
    (self.path, self.momentumCount) = (path, momentumCount)
    outsideCount = logVolumes.count { $0 == -.infinity }
    self.bounds = FlowDensityBounds(
      evidence: zip(bounds.evidence, logVolumes).map { $1 == -.infinity ? $1 : $0 + $1 },
      importance: zip(bounds.importance, logVolumes).map { $1 == -.infinity ? $1 : $0 + $1 },
      efficiency: zip(bounds.efficiency, logVolumes).map { $1 == -.infinity ? 0 : $0 })
  }

  /// The number of rows beyond an edge of their columns.
  public let outsideCount: Int
  /// The number of other rows so far out that the density there is 0.
  public var lostCount: Int { bounds.importance.count { !$0.isFinite } - outsideCount }

  /// The bounds row by row: columns elbo, importance, efficiency.
  public var csv: String {
    var text = "elbo,importance,efficiency\n"
    for n in bounds.evidence.indices {
      text +=
        "\(bounds.evidence[n]),\(bounds.importance[n]),\(bounds.efficiency[n])\n"
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
    return String(format: "%.4f ± %.4f", mean, (variance / count).squareRoot())
  }
}
