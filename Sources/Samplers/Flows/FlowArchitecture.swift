public import Inference
import RealModule

/// The shape of a flow that learns a density from samples of it.
///
/// The defaults are those of Souveton et al. 2023, section 5, with its smaller networks: one
/// Hamiltonian K(p) + V(q) with a network V, p₀ ~ N(0, I), and momenta at the data drawn from a normal
/// density f(p_T | q_T) whose mean and scales are networks of q_T.
public struct FlowArchitecture: Sendable, Codable, Equatable {
  /// K(p).
  public var kinetic = FlowPreset.Kinetic.fixed
  /// H, the width of hidden layers, 1 or more.
  public var hidden = 32
  /// The number of hidden layers of each network.
  public var hiddenLayers = 2
  /// The activation function of the hidden layers.
  public var activation = Activation.softplus
  /// L, the number of leapfrog steps of a Hamiltonian, 1 or more.
  public var leapfrogSteps = 2
  /// T, the time of a Hamiltonian, positive.
  public var time = 1.0
  /// Whether T is learned.
  public var learnsTime = false
  /// The density of q₀.
  public var base = BaseDensity.normal(standardDeviation: 1)
  /// The standard deviation s of p₀ in each coordinate, 0.001 to 1000, which is not learned; the
  /// constant scale of p_T starts at the same value.
  ///
  /// For a learned M it only sets the starting point: p₀ ~ N(0, s² I) with M is
  /// p₀ ~ N(0, I) with s M and V / s. ``FlowTraining/cooling`` overrides that of p₀.
  public var initialMomentumScale = 1.0
  /// The number of Hamiltonians in sequence.
  public var hamiltonians = 1
  /// Whether V is a learned quadratic plus a network, rather than the network alone.
  public var isResidual = false
  /// The shape of the covariance of p_T.
  public var momentumScale = ConditionalGaussian.Scale.diagonal
  /// B, the bound of the logarithms of standard deviations of p_T, 40 or less: with data of no width in some direction they
  /// would grow without end.
  public var momentumLogScaleBound = 8.0
  /// Whether the mean of p_T has a linear term in addition to its network.
  public var momentumIsLinear = false
  /// A group that the density is to be invariant under, and p_T equivariant; the base then has one learned scale, not one for each
  /// coordinate, and K is ½ pᵀ M p with an M that commutes with the group, or a network of invariants.
  public var symmetry: Symmetry?
  /// Whether the symmetry is left to a penalty, and energies are those of a flow without one; base and p_T have it all
  /// the same.
  public var isPenalised = false
  /// The initial factor on the last layer of every network.
  public var outputScale = 1.0

  /// The defaults.
  public init() {}

  /// A flow of this shape with initial parameters.
  ///
  /// - Parameters:
  ///   - dimension: D, of positions.
  ///   - givenCount: C, how many numbers the density is given: V and p_T depend on them, and in the place of learned scales
  ///     the base has mean and scales that do. There is no symmetry then.
  ///   - seed: of the initial parameters.
  public func makeFlow(
    dimension: Int, givenCount: Int = 0, seed: Seed
  ) -> NeuralHamiltonianFlow {
    precondition(givenCount == 0 || symmetry == nil, "a symmetric density that is given something")
    precondition(
      (1e-3...1e3).contains(initialMomentumScale),
      "the standard deviation of initial momenta is from 0.001 to 1000")
    precondition(
      momentumLogScaleBound <= 40 && abs(.log(initialMomentumScale)) < momentumLogScaleBound,
      "a bound of \(momentumLogScaleBound)")
    let layers = [Int](repeating: hidden, count: hiddenLayers)
    let block = HamiltonianBlock(
      potential: potential(dimension + givenCount), kinetic: kineticEnergy(dimension),
      stepCount: leapfrogSteps, learnsTime: learnsTime)
    var generator = NeuralHamiltonianFlow.initialParameters(seed: seed)
    var flow = NeuralHamiltonianFlow(
      base: base == .learnedNormal ? learnedBase(dimension, givenCount, layers) : base,
      encoder: .standardNormal(dimension: dimension),
      blocks: [HamiltonianBlock](repeating: block, count: hamiltonians),
      finalMomentum: ConditionalGaussian(
        dimension: dimension, inputs: dimension + givenCount, scale: momentumScale,
        isLinear: momentumIsLinear || symmetry?.isRelative == true,
        hidden: layers, activation: activation, frame: symmetry?.frame,
        logScaleBound: momentumLogScaleBound),
      givenCount: givenCount, time: time, outputScale: outputScale, using: &generator)
    flow.setMomentumScales(initialMomentumScale)
    return flow
  }

  private func learnedBase(_ dimension: Int, _ givenCount: Int, _ layers: [Int]) -> BaseDensity {
    if givenCount > 0 {
      return .conditional(
        ConditionalGaussian(
          dimension: dimension, inputs: givenCount, scale: .full, isLinear: true, hidden: layers,
          activation: activation))
    }
    return symmetry == nil ? .learnedNormal : .learnedIsotropic
  }

  private var exactSymmetry: Symmetry? { isPenalised ? nil : symmetry }

  private func network(_ inputs: Int) -> MultilayerPerceptron {
    MultilayerPerceptron(
      widths: [inputs] + [Int](repeating: hidden, count: hiddenLayers) + [1],
      activation: activation)
  }

  private func potential(_ dimension: Int) -> Energy {
    let bowl: Energy
    let free: Energy
    if let symmetry = exactSymmetry {
      (bowl, free) = (symmetry.bowl, symmetry.energy { .network(network($0)) })
    } else {
      bowl = .quadratic(QuadraticEnergy(dimension: dimension, isShifted: true))
      free = .network(network(dimension))
    }
    return isResidual ? .sum([bowl, free]) : free
  }

  private func kineticEnergy(_ dimension: Int) -> Energy {
    guard let symmetry = exactSymmetry else {
      return kinetic.energy(
        dimension: dimension, network: network(dimension), isSupported: isResidual)
    }
    precondition(
      kinetic == .fixed || kinetic == .network, "K is ½ pᵀ M p or a network where it is invariant")
    if kinetic == .fixed { return symmetry.quadratic }
    let free = symmetry.energy { .network(network($0)) }
    return isResidual ? .sum([symmetry.quadratic, free]) : free
  }
}
