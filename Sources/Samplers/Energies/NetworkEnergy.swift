/// A network with one output as an energy (Souveton et al. 2023, section 3); its last bias is a
/// constant that nothing depends on.
public struct NetworkEnergy: FlowEnergy {
  /// Its name in saved flows.
  public static let kind = "network"
  /// A network of momenta, which becomes a kinetic energy by training.
  public static var kineticChoice: FlowPreset.Kinetic? { .network }

  /// The network.
  public let network: MultilayerPerceptron

  /// An energy with the parameters of a network of one output and at least one hidden layer.
  public init(_ network: MultilayerPerceptron) {
    precondition(
      network.layerCount >= 2 && network.widths.last == 1, "an energy of \(network.widths) units")
    self.network = network
  }

  /// The number of inputs.
  public var dimension: Int { network.widths[0] }

  /// The number of weights and biases.
  public var parameterCount: Int { network.parameterCount }

  /// The network's widths.
  public var description: String { FlowWords.name(network) }

  /// Random weights, those of the last layer scaled.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    network.initialParameters(outputScale: outputScale, using: &generator)
  }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(NetworkEvaluator(network, count: count, slots: slots, in: arena))
  }

  /// Rejects a network of another shape, which has no gradient or one of another dimension.
  public func check(dimension: Int, part: String) throws(SavedFlowError) {
    try network.check(inputs: dimension, outputs: 1, part: part)
    guard network.layerCount >= 2 else {
      throw .impossible(part: part, "at least one hidden layer")
    }
  }

  /// Writes the network.
  public func encode(to encoder: any Encoder) throws { try network.encode(to: encoder) }

  /// Reads a network.
  public init(from decoder: any Decoder) throws {
    network = try MultilayerPerceptron(from: decoder)
  }
}

extension Energy {
  /// A network with one output.
  public static func network(_ network: MultilayerPerceptron) -> Energy {
    Energy(NetworkEnergy(network))
  }
}

extension FlowPreset.Kinetic {
  /// A network.
  public static let network = Self("mlp", "a network", isFreeForm: true) { .network($1) }
}

extension MultilayerPerceptron {
  /// Makes sure that a network from a file fits a flow.
  func check(inputs: Int, outputs: Int, part: String) throws(SavedFlowError) {
    guard widths.first == inputs, widths.last == outputs else {
      throw .wrongShape(part: part, found: widths, dimension: inputs)
    }
    guard widths.count <= 100, widths.allSatisfy({ $0 <= 1_000_000 }) else {
      throw .impossible(part: part, "at most 99 layers of up to 1000000 units")
    }
  }
}

/// A network as an energy.
struct NetworkEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let network: MultilayerPerceptron
  private let tape: GradientTape<Scalar>

  init(_ network: MultilayerPerceptron, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.network = network
    tape = GradientTape(network, count: count, slots: slots, in: arena)
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    network.addOutput(at: x, to: values, parameters, tape)
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    network.addGradient(
      at: x, to: g, parameters, tape, slot: slot)
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    network.addHessianProduct(
      with: direction, scaledBy: factor, to: cotangent, gradient, parameters, tape,
      slot: slot)
  }
}
