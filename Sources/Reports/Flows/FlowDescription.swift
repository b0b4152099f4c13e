import Foundation
import Inference
public import Samplers

/// A description of a saved flow as text: its architecture, learned masses and energies.
public struct FlowDescription: CustomStringConvertible, Sendable {
  /// The text.
  public let description: String
  private static let drawCount = 2000

  /// Describes a flow, with energies and local components at draws of it.
  ///
  /// - Parameters:
  ///   - saved: the flow.
  ///   - symmetry: one that it is checked for.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public init(_ saved: SavedFlow, symmetry: Symmetry? = nil) async throws(SamplingError) {
    let map = HamiltonianMap(saved.flow)
    // At the mean of what is given.
    let given = [Double](repeating: 0, count: saved.flow.givenCount)
    let draws = try await map.sample(Self.drawCount, given: given, "inspection")
    let surprise = try await map.densityBounds(
      at: draws.points.positions, given: given, draws: 32
    )
    .importance.map { -$0 }
    var text = Self.architecture(of: saved)
    for index in saved.flow.blocks.indices {
      let energies = try await map.energies(ofBlock: index, at: draws.points)
      text += "\n\n" + Self.block(index, of: saved.flow, energies, surprise)
    }
    text += "\n\n\(try await FlowComponentsText(saved))"
    if let symmetry { text += "\n\(try await InvarianceText(symmetry, of: saved.flow))" }
    description = text
  }

  private static func architecture(of saved: SavedFlow) -> String {
    let flow = saved.flow
    let scales = zip(saved.standardisation.means, saved.standardisation.scales)
      .map { String(format: "%g ± %g", $0, $1) }
    let potentials = flow.blocks.reduce(0) { $0 + $1.potential.parameterCount }
    let kinetics = flow.blocks.reduce(0) { $0 + $1.kinetic.parameterCount }
    let momenta = flow.encoder.parameterCount + flow.finalMomentum.parameterCount
    let given =
      saved.givenColumns.isEmpty
      ? "" : "\ngiven       \(saved.givenColumns.joined(separator: ", ")), below at their means"
    var text = """
      columns     \(saved.learnedColumns.joined(separator: ", "))\(given)
      scales      \(scales.joined(separator: ", "))
      base        \(FlowWords.name(flow.base))
      momenta     p₀ \(FlowWords.initialMomenta(of: flow)); p_T \(FlowWords.name(flow.finalMomentum))
      parameters  \(flow.parameters.count): V \(potentials), K \(kinetics), momenta \(momenta)
      """
    for (name, edges) in zip(saved.columns, zip(saved.edges.lower, saved.edges.upper))
    where edges.0.isFinite || edges.1.isFinite {
      func end(_ edge: Double) -> String { edge.isFinite ? String(format: "%g", edge) : "" }
      text += "\nedges       \(name): \(end(edges.0)) … \(end(edges.1))"
    }
    if let coordinates = saved.coordinates { text += "\ncoordinates \(coordinates)" }
    for (name, value) in saved.notes.sorted(by: { $0.key < $1.key }) {
      text += "\nnote        \(name): \(value)"
    }
    return text
  }

  private static func block(
    _ index: Int, of flow: NeuralHamiltonianFlow,
    _ energies: (potential: [Double], kinetic: [Double]), _ surprise: [Double]
  ) -> String {
    let block = flow.blocks[index]
    var text = """
      Hamiltonian \(index + 1): \(block.stepCount) leapfrog steps, T = \
      \(String(format: "%.4g", flow.time(ofBlock: index)))\(block.learnsTime ? ", learned" : "")
        V  \(block.potential), \(block.potential.parameterCount) parameters
           \(range(energies.potential)), correlation with −log density \
      \(String(format: "%.3f", correlation(energies.potential, surprise)))
        K  \(block.kinetic), \(block.kinetic.parameterCount) parameters
           \(range(energies.kinetic))
      """
    guard let matrix = flow.inverseMass(ofBlock: index) else { return text }
    for row in 0..<flow.dimension {
      let numbers = matrix[row * flow.dimension..<(row + 1) * flow.dimension]
        .map { String(format: "%10.4g", $0) }
      text += "\n  \(row == 0 ? "M" : " ") \(numbers.joined(separator: " "))"
    }
    return text
  }

  private static func range(_ values: [Double]) -> String {
    let sorted = values.sorted()
    func quantile(_ part: Double) -> String {
      String(format: "%.3g", sorted[Int(part * Double(sorted.count - 1))] - sorted[0])
    }
    return "median \(quantile(0.5)), 90 % below \(quantile(0.9)), largest \(quantile(1))"
  }
}
