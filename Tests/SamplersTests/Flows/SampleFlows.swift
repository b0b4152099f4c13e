import Inference
import Samplers
import Testing

/// Small flows that between them use every part there is.
enum SampleFlow: String, CaseIterable, CustomTestStringConvertible {
  case fixedKinetic, networkKinetic, relativistic, residual, twoHamiltonians, deep

  var testDescription: String { rawValue }

  var dimension: Int { self == .residual ? 3 : 2 }

  /// A flow whose parameters are away from every special point.
  func flow(seed: Seed = 5) -> NeuralHamiltonianFlow {
    let d = dimension
    let network = MultilayerPerceptron(widths: [d, 5, 4, 1])
    let smooth = MultilayerPerceptron(widths: [d, 6, 6, 1], activation: .tanh)
    let quadratic = Energy.quadratic(QuadraticEnergy(dimension: d))
    let shifted = Energy.quadratic(QuadraticEnergy(dimension: d, isShifted: true))
    var base = BaseDensity.normal(standardDeviation: 1.5)
    var encoder = ConditionalGaussian(
      dimension: d, scale: .diagonal, isLinear: false, hidden: [4, 3])
    var final = ConditionalGaussian.standardNormal(dimension: d)
    var blocks: [HamiltonianBlock] = []
    switch self {
    case .fixedKinetic:
      blocks = [HamiltonianBlock(potential: .network(network), kinetic: quadratic, stepCount: 4)]
      base = .softUniform(halfWidth: 3)
    case .networkKinetic:
      base = .learnedIsotropic
      blocks = [
        HamiltonianBlock(potential: .network(smooth), kinetic: .network(network), stepCount: 3)
      ]
    case .relativistic:
      let kinetic = Energy.relativistic(RelativisticEnergy(dimension: d))
      blocks = [
        HamiltonianBlock(
          potential: .network(network), kinetic: kinetic, stepCount: 2, learnsTime: true)
      ]
      encoder = ConditionalGaussian(dimension: d, scale: .full, isLinear: false, hidden: [4])
    case .residual:
      blocks = [
        HamiltonianBlock(
          potential: .sum([shifted, .network(smooth)]), kinetic: quadratic, stepCount: 3,
          learnsTime: true)
      ]
      base = .learnedNormal
      encoder = ConditionalGaussian(
        dimension: d, scale: .full, isLinear: true, hidden: [4, 4], activation: .tanh)
      final = ConditionalGaussian(dimension: d, scale: .full, isLinear: true, hidden: [3])
    case .twoHamiltonians:
      let block = HamiltonianBlock(
        potential: .sum([quadratic, .network(network)]), kinetic: quadratic, stepCount: 2)
      blocks = [block, block]
      final = ConditionalGaussian(dimension: d, scale: .diagonal, isLinear: true, hidden: [])
    case .deep:
      let deep = MultilayerPerceptron(widths: [d, 4, 5, 3, 1])
      blocks = [HamiltonianBlock(potential: .network(deep), kinetic: quadratic, stepCount: 1)]
    }
    var generator = RandomStream(seed: seed, "flow")
    var flow = NeuralHamiltonianFlow(
      base: base, encoder: encoder, blocks: blocks, finalMomentum: final, time: 1.2,
      outputScale: 1, using: &generator)
    flow.parameters = flow.parameters.map { $0 + 0.2 * generator.nextStandardNormal() }
    return flow
  }

  /// Points near the base.
  func points(_ count: Int) -> PhasePoints {
    var generator = RandomStream(seed: 9, "points")
    let size = count * dimension
    return PhasePoints(
      positions: (0..<size).map { _ in 1.3 * generator.nextStandardNormal() },
      momenta: (0..<size).map { _ in generator.nextStandardNormal() })
  }
}

extension NeuralHamiltonianFlow {
  /// The number of parameters of the base.
  var baseParameterCount: Int {
    switch base {
    case .learnedNormal: dimension
    case .learnedIsotropic: 1
    case .conditional(let density): density.parameterCount
    case .normal, .softUniform: 0
    }
  }

  /// The parameters that training may change.
  var learnedIndices: [Int] {
    var fixed: Set<Int> = []
    var offset = baseParameterCount + encoder.parameterCount
    for block in blocks {
      if !block.learnsTime { fixed.insert(offset) }
      offset += 1 + block.potential.parameterCount + block.kinetic.parameterCount
    }
    if !finalMomentum.isLearned { fixed.formUnion(offset..<parameters.count) }
    return parameters.indices.filter { !fixed.contains($0) }
  }
}
