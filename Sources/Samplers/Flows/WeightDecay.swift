public import Inference

/// ½ λ |θ|² over the parameters θ of all energies: it keeps networks flat, the matrices of quadratic
/// energies near 1, and a speed limit near 1 (Krogh & Hertz 1992).
public struct WeightDecay: TrainingPenalty, Equatable {
  /// λ, 0 or more.
  public let rate: Double

  /// A penalty with its λ.
  public init(_ rate: Double) {
    precondition(rate >= 0 && rate.isFinite, "a weight decay of \(rate)")
    self.rate = rate
  }

  /// The penalty and its derivatives.
  public func evaluate(
    _ flow: NeuralHamiltonianFlow, step: Int, memory: inout [Double], in context: RunContext
  ) async -> (value: Double, gradient: [Double]) {
    var (value, gradient) = (0.0, [Double](repeating: 0, count: flow.parameters.count))
    for block in flow.blocks.indices {
      let energies = [
        flow.potentialParameters(ofBlock: block), flow.kineticParameters(ofBlock: block),
      ]
      for i in energies.joined() {
        value += 0.5 * rate * flow.parameters[i] * flow.parameters[i]
        gradient[i] = rate * flow.parameters[i]
      }
    }
    return (value, gradient)
  }
}
