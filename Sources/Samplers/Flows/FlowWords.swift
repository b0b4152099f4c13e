import Foundation

/// Descriptions of flows in words.
public enum FlowWords {
  /// A flow in one line.
  public static func summary(of flow: NeuralHamiltonianFlow) -> String {
    let blocks = flow.blocks.count
    let steps = flow.blocks.map { "\($0.stepCount)" }
    return "\(blocks) \(blocks == 1 ? "Hamiltonian" : "Hamiltonians") of "
      + "\(Set(steps).count == 1 ? steps[0] : steps.joined(separator: ", ")) leapfrog "
      + "\(steps == ["1"] ? "step" : "steps"), K \(flow.blocks[0].kinetic), "
      + "V \(flow.blocks[0].potential), \(flow.parameters.count) parameters"
  }

  /// A network by its widths.
  public static func name(_ network: MultilayerPerceptron) -> String {
    "network \(network.widths.map(String.init).joined(separator: "-")) \(network.activation.rawValue)"
  }

  /// The density of base positions.
  public static func name(_ base: BaseDensity) -> String {
    switch base {
    case .normal(let deviation): "normal, standard deviation \(deviation)"
    case .learnedNormal: "normal, learned standard deviations"
    case .conditional(let density): "normal, \(name(density))"
    case .learnedIsotropic: "normal, one learned standard deviation"
    case .softUniform(let width): "soft-uniform in (−\(width), \(width))"
    }
  }

  /// The density of p₀.
  public static func initialMomenta(of flow: NeuralHamiltonianFlow) -> String {
    guard let scales = flow.initialMomentumScales else { return name(flow.encoder) }
    switch Set(scales.map { String(format: "%.3g", $0) }) {
    case ["1"]: return "N(0, I)"
    case let equal where equal.count == 1: return "N(0, \(equal.joined())² I)"
    default: return "normal, independent"
    }
  }

  /// A density of momenta at the end.
  public static func name(_ encoder: ConditionalGaussian) -> String {
    guard encoder.isLearned else { return "N(0, I)" }
    let parts =
      (encoder.isLinear ? ["linear"] : [])
      + [encoder.mean, encoder.spread].compactMap { $0.map(name) }
    return "normal, \(encoder.scale.rawValue) covariance, "
      + (parts.isEmpty ? "constant" : parts.joined(separator: ", "))
      + (encoder.frame == nil ? "" : ", equivariant by construction")
  }
}
