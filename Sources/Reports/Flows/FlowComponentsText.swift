import Foundation
import Inference
import LinearAlgebra
public import Samplers

/// The local components of a saved flow at draws of it, as a table.
///
/// In standard deviations of the columns, as the flow has them; beside each scale, along the same direction, the median of
/// that by the curvature of the density, and that of (E ∇∇V)⁻¹ of the last Hamiltonian.
public struct FlowComponentsText: CustomStringConvertible, Sendable {
  /// The table.
  public let description: String
  private static let drawCount = 200
  /// About as many densities are evaluated for curvatures.
  private static let densityCount = 1000
  /// More columns than a line of text has room for are named by the largest.
  private static let termCount = 4

  /// Computes components at draws.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public init(_ saved: SavedFlow) async throws(SamplingError) {
    let map = HamiltonianMap(saved.flow)
    // At the mean of what is given.
    let given = [Double](repeating: 0, count: saved.flow.givenCount)
    let positions = try await map.sample(Self.drawCount, given: given, "component draws")
      .points.positions
    let local = try await map.localComponents(at: positions, given: given).compactMap(\.self)
    guard let average = ComponentAverage(local) else {
      description = LabelledLine.text("components", "none: the flow overflows at its own draws")
      return
    }
    let last = saved.flow.blocks.count - 1
    let hessians = try await map.potentialHessians(
      ofBlock: last, at: positions, given: given)
    var mean = Matrix(diagonal: [Double](repeating: 0, count: saved.flow.dimension))
    for hessian in hessians { mean.add(1 / Double(hessians.count), hessian) }
    let inverse = try? Cholesky(mean).inverse
    let dimension = saved.flow.dimension
    let few = max(10, min(Self.drawCount, Self.densityCount / (dimension * dimension)))
    let curvatures = try await map.curvatureComponents(
      at: Array(positions.prefix(few * dimension)), given: given
    ).compactMap { $0?.covariance }
    var lines = [
      LabelledLine.wrapped(
        "components",
        String(
          format:
            "local covariance at %d draws, in scales of the columns; effective dimension %.2f ± %.2f",
          local.count, average.effectiveDimension, average.effectiveDimensionDeviation))
    ]
    for (index, direction) in average.mean.directions.enumerated() {
      let scale = average.mean.scales[index]
      let potential = inverse.map {
        String(format: "%.3g", $0.quadraticForm(direction).squareRoot())
      }
      let widths = curvatures.map { $0.quadraticForm(direction).squareRoot() }.sorted()
      let density = widths.isEmpty ? Double.nan : widths[widths.count / 2]
      lines.append(
        LabelledLine.text(
          "  \(index + 1)",
          String(
            format: "%.3g (± %.0f %%, turns by %.0f°; density %.3g, V %@)  %@", scale,
            100 * average.logScaleDeviations[index], average.medianAngles[index],
            density, potential ?? "–",
            Self.words(direction, saved.columns))))
    }
    description = lines.joined(separator: "\n")
  }

  private static func words(_ direction: [Double], _ columns: [String]) -> String {
    let order = direction.indices.sorted { abs(direction[$0]) > abs(direction[$1]) }
    let kept = order.prefix(termCount).filter { abs(direction[$0]) >= 0.05 }
    let terms = kept.map { index in
      String(
        format: "%@%.2f %@", direction[index] < 0 ? "− " : "", abs(direction[index]), columns[index]
      )
    }
    return terms.dropFirst().reduce(terms.first ?? "") {
      $0 + ($1.hasPrefix("−") ? " " : " + ") + $1
    } + (order.count > kept.count && kept.count == termCount ? " …" : "")
  }
}
