import Inference
import Samplers
import Testing

/// Energies of all kinds, those of the library and one of the tests'.
enum EnergySample: String, CaseIterable, CustomTestStringConvertible {
  case quadratic, shifted, softplusNetwork, tanhNetwork, relativistic, sum, nestedSum, quartic
  case averaged, bodies, radial, dotProducts
  case wrongGradient, wrongHessian, wrongParameters

  /// All but the broken twins.
  static let allCases: [EnergySample] = [
    .quadratic, .shifted, .softplusNetwork, .tanhNetwork, .relativistic, .sum, .nestedSum, .quartic,
    .averaged, .bodies, .radial, .dotProducts,
  ]

  var testDescription: String { rawValue }

  /// The energy of three coordinates.
  var energy: Energy {
    let shifted = Energy.quadratic(QuadraticEnergy(dimension: 3, isShifted: true))
    let network = Energy.network(MultilayerPerceptron(widths: [3, 5, 4, 1]))
    let quartic = Energy(QuarticEnergy(dimension: 3))
    return switch self {
    case .quadratic: .quadratic(QuadraticEnergy(dimension: 3))
    case .shifted: shifted
    case .softplusNetwork: network
    case .tanhNetwork: .network(MultilayerPerceptron(widths: [3, 6, 1], activation: .tanh))
    case .relativistic: .relativistic(RelativisticEnergy(dimension: 3))
    case .sum: .sum([shifted, network])
    case .nestedSum: .sum([quartic, .sum([network, shifted]), quartic])
    case .quartic: quartic
    case .averaged:
      .averaged(network, over: [[1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 1, 0, -1, 0, 0, 0, 0, 1]])
    case .bodies:
      .pooled(
        PooledEnergy(
          .quadratic(QuadraticEnergy(dimension: 1)), over: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
          dimension: 3, weight: 1))
    case .radial:
      .features(
        FeatureEnergy(
          .network(MultilayerPerceptron(widths: [1, 5, 4, 1])), of: [.square(of: [0, 1, 2])],
          dimension: 3))
    case .dotProducts:
      .features(
        FeatureEnergy(
          .network(MultilayerPerceptron(widths: [2, 5, 1], activation: .tanh)),
          of: [
            .dotProduct([0, 1], [1, 2]),
            QuadraticFeature([.init(0, 2, -0.6), .init(1, 1, 0.4)], slopes: [0, 0.3, -0.2]),
          ], dimension: 3))
    case .wrongGradient: Energy(QuarticEnergy(dimension: 3, fault: .gradient))
    case .wrongHessian: Energy(QuarticEnergy(dimension: 3, fault: .hessian))
    case .wrongParameters: Energy(QuarticEnergy(dimension: 3, fault: .parameters))
    }
  }

  /// Parameters away from every special point.
  var parameters: [Double] {
    var generator = RandomStream(seed: 3, "parameters")
    return energy.form.initialParameters(outputScale: 1, using: &generator)
      .map { $0 + 0.2 * generator.nextStandardNormal() }
  }

  /// A flow that moves in the energy, as V and as K.
  func flow(stepCount: Int = 3) -> NeuralHamiltonianFlow {
    var generator = RandomStream(seed: 4, "flow")
    var flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1), encoder: .standardNormal(dimension: 3),
      blocks: [HamiltonianBlock(potential: energy, kinetic: energy, stepCount: stepCount)],
      finalMomentum: .standardNormal(dimension: 3), time: 0.9, outputScale: 1, using: &generator)
    flow.parameters.replaceSubrange(flow.potentialParameters(ofBlock: 0), with: parameters)
    flow.parameters.replaceSubrange(flow.kineticParameters(ofBlock: 0), with: parameters)
    return flow
  }
}

/// An energy computed by its evaluator, for vectors one after the other.
struct ComputedEnergy<Scalar: NetworkScalar> {
  let energy: Energy
  let count: Int

  init(_ energy: Energy, count: Int) { (self.energy, self.count) = (energy, count) }

  /// What an evaluator adds to numbers that are there.
  struct Result {
    var values, gradients, products, parameterGradient: [Double]
  }

  /// E(x), ∇E(x), ∇∇E(x) c with c = factor × direction, and ∂ Σ c·∇E / ∂θ; each is added to `start`.
  func callAsFunction(
    at x: [Double], _ parameters: [Double], along direction: [Double], scaledBy factor: Double,
    from start: Double = 0, slot: Int = 0, wantsParameters: Bool = true
  ) -> Result {
    let arena = Arena<Scalar>()
    let evaluator = Scalar.evaluator(of: energy.form, count: count, slots: slot + 1, in: arena)
    func batch(_ rows: Int, _ number: (Int, Int) -> Double) -> Batch<Scalar> {
      let batch = arena.batch(rows: rows, count: count)
      for i in 0..<rows { for n in 0..<count { batch[i, n] = Scalar(number(i, n)) } }
      return batch
    }
    func numbers(_ batch: Batch<Scalar>) -> [Double] {
      (0..<count).flatMap { n in (0..<batch.rows).map { Double(batch[$0, n]) } }
    }
    let d = energy.dimension
    let points = batch(d) { x[$1 * d + $0] }
    let directions = batch(d) { direction[$1 * d + $0] }
    let (values, gradients, products) = (
      batch(1) { _, _ in start }, batch(d) { _, _ in start }, batch(d) { _, _ in start }
    )
    var theta = parameters.map { Scalar($0) }
    var gradient = [Scalar](repeating: Scalar(start), count: parameters.count)
    theta.withUnsafeMutableBufferPointer { theta in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let theta = theta.baseAddress.map({ UnsafePointer($0) }) else { return }
        evaluator.prepare(theta)
        evaluator.addValue(points, values, theta)
        evaluator.addGradient(points, gradients, theta, slot)
        // What comes between a gradient and its derivatives in training.
        if slot > 0 { evaluator.addGradient(directions, batch(d) { _, _ in 0 }, theta, 0) }
        evaluator.addHessianProduct(
          directions, Scalar(factor), products, wantsParameters ? gradient.baseAddress : nil, theta,
          slot)
      }
    }
    return Result(
      values: numbers(values), gradients: numbers(gradients), products: numbers(products),
      parameterGradient: gradient.map { Double($0) })
  }
}
