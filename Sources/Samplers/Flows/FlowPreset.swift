public import Inference
import RealModule

/// Flows and their training that are known to work.
public enum FlowPreset: String, NamedChoice {
  /// For coordinates in which the target is nearly N(0, I): a quarter turn that is exact for N(0, I)
  /// before any training, and networks that begin as zero.
  case `default`
  /// For coordinates in which the prior is N(0, I): from the prior to the posterior by tempering.
  case prior
  /// Souveton et al. 2023, section 6: soft-uniform base, networks for V, μ and σ, g = N(0, I), from
  /// near the identity; with the tempering, clipping and falling learning rate that it needs.
  case paper

  /// The options of a user.
  public struct Options: Sendable, Codable, Equatable {
    /// The kinetic energy.
    public var kinetic: Kinetic?
    /// The width of both hidden layers of every network.
    public var hidden: Int?
    /// L.
    public var leapfrogSteps: Int?
    /// The initial T.
    public var time: Double?
    /// The number of steps of training.
    public var trainingSteps: Int?
    /// The number of Hamiltonians in sequence.
    public var hamiltonians: Int?
    /// The share of the gradient taken from draws of the target, where there are any; by default none up
    /// to four parameters, and half beyond, where the reverse loss alone misses what it has not seen.
    public var dataShare: Double?

    /// Nothing changed.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case kinetic, hidden, time, hamiltonians
      case leapfrogSteps = "leapfrog_steps"
      case trainingSteps = "steps"
      case dataShare = "train_on_draws"
    }
  }

  /// A flow with its training for positions of a dimension.
  public func make(
    dimension: Int, options: Options = Options(), seed: Seed
  ) -> (flow: NeuralHamiltonianFlow, training: FlowTraining) {
    var training = training(options)
    if let steps = options.trainingSteps { training.stepCount = steps }
    training.dataShare = dataShare(dimension: dimension, options)
    if options.dataShare == 1 {
      // Training on draws adds noise, which only many and ever smaller steps average out.
      training.batchSize = 512
      training.learningRate = .cosine(peak: 5e-3, floor: 0, warmUp: 0)
      training.patience = 1000
    }
    var generator = NeuralHamiltonianFlow.initialParameters(seed: seed)
    let steps = options.leapfrogSteps ?? defaultSteps
    let width = options.hidden ?? defaultWidth
    let activation: Activation = self == .paper ? .softplus : .tanh
    let network = MultilayerPerceptron(
      widths: [dimension, width, width, 1], activation: activation)
    // Except in the paper's preset, a free-form kinetic energy is added to one that is right near p = 0.
    let kinetic = (options.kinetic ?? .fixed).energy(
      dimension: dimension, network: network, isSupported: self != .paper)
    func encoder(_ scale: ConditionalGaussian.Scale, isLinear: Bool) -> ConditionalGaussian {
      ConditionalGaussian(
        dimension: dimension, scale: scale, isLinear: isLinear, hidden: [width, width],
        activation: activation)
    }
    let shifted = Energy.quadratic(QuadraticEnergy(dimension: dimension, isShifted: true))
    let count = options.hamiltonians ?? 1
    func blocks(_ potential: Energy, learnsTime: Bool) -> [HamiltonianBlock] {
      let block = HamiltonianBlock(
        potential: potential, kinetic: kinetic, stepCount: steps, learnsTime: learnsTime)
      return Array(repeating: block, count: count)
    }

    switch self {
    case .default:
      // An odd number of quarter turns: the blocks share one, or each makes one.
      let angle = Double.pi / 2 / Double(count)
      let time = 2 * Double(steps) * Double.sin(angle / (2 * Double(steps)))
      var flow = NeuralHamiltonianFlow(
        base: .normal(standardDeviation: 1), encoder: encoder(.full, isLinear: true),
        blocks: blocks(.sum([shifted, .network(network)]), learnsTime: false),
        finalMomentum: encoder(.full, isLinear: true), time: options.time ?? time, outputScale: 0,
        using: &generator)
      flow.setMomentumScales(Double.cos(angle / (2 * Double(steps))))
      return (flow, training)
    case .prior:
      let flow = NeuralHamiltonianFlow(
        base: .normal(standardDeviation: 1), encoder: encoder(.full, isLinear: true),
        blocks: blocks(.sum([shifted, .network(network)]), learnsTime: true),
        finalMomentum: .standardNormal(dimension: dimension), time: options.time ?? 1.5,
        outputScale: 0.1, using: &generator)
      return (flow, training)
    case .paper:
      let flow = NeuralHamiltonianFlow(
        base: .softUniform(halfWidth: 3), encoder: encoder(.diagonal, isLinear: false),
        blocks: blocks(.network(network), learnsTime: false),
        finalMomentum: .standardNormal(dimension: dimension), time: options.time ?? 1,
        outputScale: 0.1, using: &generator)
      return (flow, training)
    }
  }

  /// The share of the gradient taken from draws of the target, where there are any.
  func dataShare(dimension: Int, _ options: Options) -> Double {
    options.dataShare ?? (self == .default && dimension > 4 ? 0.5 : 0)
  }

  private var defaultSteps: Int { self == .paper ? 10 : 2 }

  private var defaultWidth: Int { self == .paper ? 32 : 16 }

  private func training(_ options: Options) -> FlowTraining {
    var training = FlowTraining()
    switch self {
    case .default: training.sufficientScore = 0.99
    case .prior:
      training.batchSize = 128
      training.stepCount = 1250
      // A check on held-out draws costs as much as ten steps, and the learning rate decides the end.
      training.checkInterval = 250
      training.learningRate = .cosine(peak: 2e-2, floor: 0, warmUp: 0)
      training.isTempered = true
      training.patience = 1000
    case .paper:
      training.batchSize = 512
      training.stepCount = options.kinetic?.isFreeForm == true ? 10_000 : 5000
      // At the 5e-4 of the paper a network as kinetic energy gets nowhere in 20,000 steps.
      training.learningRate = .cosine(peak: 5e-3, floor: 0, warmUp: 0)
      training.isTempered = true
      training.patience = 1000
    }
    return training
  }
}
