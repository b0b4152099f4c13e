import ArgumentParser
import Foundation
import Inference
import Reports
import Samplers

/// `sn-infer flow inspect`: what is in a saved flow.
struct FlowInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the architecture of a saved flow, its learned masses and its energies.",
    discussion: """
      Energies are told at 2000 draws of the flow, less the smallest; the correlation of V with −log density says whether \
      the potential is where the flow keeps what it knows.
      """)

  @Argument(help: "A flow that 'flow train' has saved.")
  var model: String

  private static let drawCount = 2000

  func run() throws {
    let saved = try FlowFile.read(model)
    let flow = saved.flow
    print(
      """
      columns     \(saved.columns.joined(separator: ", "))
      scales      \(zip(saved.standardisation.means, saved.standardisation.scales)
        .map { String(format: "%g ± %g", $0, $1) }.joined(separator: ", "))
      base        \(FlowWords.name(flow.base))
      momenta     p₀ \(FlowWords.initialMomenta(of: flow)); p_T \(FlowWords.name(flow.finalMomentum))
      parameters  \(flow.parameters.count): \(parts(of: flow))
      """)
    if let coordinates = saved.coordinates { print("coordinates \(coordinates)") }
    for (name, value) in saved.notes.sorted(by: { $0.key < $1.key }) {
      print("note        \(name): \(value)")
    }
    let map = FlowMap<Double>(flow)
    let draws = map.sample(Self.drawCount, seed: 1, "inspection")
    let surprise = map.densityBounds(at: draws.points.positions, draws: 32, seed: 1)
      .importance.map { -$0 }
    for (index, block) in flow.blocks.enumerated() {
      let energies = map.energies(ofBlock: index, at: draws.points)
      print(
        """

        Hamiltonian \(index + 1): \(block.stepCount) leapfrog steps, T = \
        \(String(format: "%.4g", flow.time(ofBlock: index)))\(block.learnsTime ? ", learned" : "")
          V  \(FlowWords.name(block.potential)), \(block.potential.parameterCount) parameters
             \(range(energies.potential)), correlation with −log density \
        \(String(format: "%.3f", correlation(energies.potential, surprise)))
          K  \(FlowWords.name(block.kinetic)), \(block.kinetic.parameterCount) parameters
             \(range(energies.kinetic))
        """)
      guard let matrix = flow.inverseMass(ofBlock: index) else { continue }
      for row in 0..<flow.dimension {
        let numbers = matrix[row * flow.dimension..<(row + 1) * flow.dimension]
          .map { String(format: "%10.4g", $0) }
        print("  \(row == 0 ? "M" : " ") \(numbers.joined(separator: " "))")
      }
    }
  }

  private func parts(of flow: NeuralHamiltonianFlow) -> String {
    let potentials = flow.blocks.reduce(0) { $0 + $1.potential.parameterCount }
    let kinetics = flow.blocks.reduce(0) { $0 + $1.kinetic.parameterCount }
    let momenta = flow.encoder.parameterCount + flow.finalMomentum.parameterCount
    return "V \(potentials), K \(kinetics), momenta \(momenta)"
  }

  private func range(_ values: [Double]) -> String {
    let sorted = values.sorted()
    func quantile(_ part: Double) -> String {
      String(format: "%.3g", sorted[Int(part * Double(sorted.count - 1))] - sorted[0])
    }
    return "median \(quantile(0.5)), 90 % below \(quantile(0.9)), largest \(quantile(1))"
  }
}
