import Inference
import Samplers
import TestSupport
import Testing

/// The losses of training and their gradients.
@Suite struct FlowObjectiveTests {
  /// A density of two or three coordinates that is not normal.
  private struct Bent: LogDensity {
    let dimension: Int
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      var value = 0.0
      for i in 0..<dimension {
        value += -0.5 * x[i] * x[i] - 0.1 * .cos(2 * x[i])
        gradient[i] = -x[i] + 0.2 * .sin(2 * x[i])
      }
      let r = x[1] - 0.5 * x[0] * x[0]
      value -= 0.7 * r * r
      gradient[1] -= 1.4 * r
      gradient[0] += 1.4 * r * x[0]
      return value
    }
  }

  // What a tile holds, so that a batch and as many draws are made of the same deviates.
  private static let batch = 256

  /// The largest difference of a gradient from central differences of a loss, relative to the
  /// gradient's size.
  private func error(
    _ flow: NeuralHamiltonianFlow, _ gradient: [Double], _ loss: ([Double]) -> Double
  ) -> Double {
    let parameters = flow.parameters
    let scale = largest(gradient.map(abs))
    return largest(
      flow.learnedIndices.map { i in
        func difference(_ step: Double) -> Double {
          var (above, below) = (parameters, parameters)
          above[i] += step
          below[i] -= step
          return (loss(above) - loss(below)) / (2 * step)
        }
        let slope = (4 * difference(1e-4) - difference(2e-4)) / 3
        return abs(slope - gradient[i]) / scale
      })
  }

  @Test(
    "the gradient of the reverse loss is that of its differences", arguments: SampleFlow.allCases,
    [1, 0.3])
  func reverse(sample: SampleFlow, beta: Double) {
    let flow = sample.flow()
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective<Double>(flow, batchSize: Self.batch)
    func loss(_ parameters: [Double]) -> Double {
      objective.reverse(
        density, at: parameters, temperedBy: beta, .reparametrised, seed: 2, batch: 0)
    }
    _ = loss(flow.parameters)
    let gradient = objective.gradient
    #expect(error(flow, gradient, loss) < 1e-6)
  }

  @Test(
    "the gradient of the loss of data is that of its differences", arguments: SampleFlow.allCases)
  func data(sample: SampleFlow) {
    let flow = sample.flow()
    let objective = FlowObjective<Double>(flow, batchSize: 20)
    let points: PhasePoints<Double> = sample.points(20)
    func loss(_ parameters: [Double]) -> Double {
      objective.data(points.positions, at: parameters, seed: 2, batch: 0)
    }
    _ = loss(flow.parameters)
    let gradient = objective.gradient
    #expect(error(flow, gradient, loss) < 1e-6)
  }

  @Test(
    "the path estimator follows the difference of the scores along the draws",
    arguments: SampleFlow.allCases)
  func path(sample: SampleFlow) {
    // Where the base and r are not learned there are no other terms.
    let flow = sample.flow()
    guard flow.base != .learnedNormal, !flow.finalMomentum.isLearned else { return }
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective<Double>(flow, batchSize: Self.batch)
    _ = objective.reverse(density, at: flow.parameters, .path, seed: 2, batch: 0)
    let gradient = objective.gradient

    // The draws that the objective made, and c = ∇ log M − ∇ log π − ∇ log r there, held fixed.
    func draws(_ parameters: [Double]) -> PhasePoints<Double> {
      var moved = flow
      moved.parameters = parameters
      return FlowMap<Double>(moved).sample(Self.batch, seed: 2, "reverse").points
    }
    let end = draws(flow.parameters)
    let map = FlowMap<Double>(flow)
    var difference = map.forwardWithScore(map.inverse(end)).score
    let d = sample.dimension
    for n in 0..<Self.batch {
      let target = density.logDensityAndGradient(at: Array(end.positions[n * d..<(n + 1) * d]))
      let seeds = (0..<2 * d).map { i in
        Dual<SIMD8<Double>>(
          i < d ? end.positions[n * d + i] : end.momenta[n * d + i - d], seeding: i)
      }
      let momentum = NaiveFlow<Dual<SIMD8<Double>>>(flow: flow)
        .logFinalMomentum(Array(seeds[..<d]), Array(seeds[d...])).partials
      for i in 0..<d {
        difference.positions[n * d + i] -= target.gradient[i] + momentum[i]
        difference.momenta[n * d + i] -= momentum[d + i]
      }
    }
    func loss(_ parameters: [Double]) -> Double {
      let points = draws(parameters)
      let sum =
        zip(points.positions, difference.positions).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(points.momenta, difference.momenta).reduce(0) { $0 + $1.0 * $1.1 }
      return sum / Double(Self.batch)
    }
    #expect(error(flow, gradient, loss) < 1e-6)
  }

  @Test("both estimators have one mean", arguments: [SampleFlow.residual, .relativistic])
  func estimators(sample: SampleFlow) {
    let flow = sample.flow()
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective<Double>(flow, batchSize: Self.batch)
    let count = flow.parameters.count
    var sums = [Double](repeating: 0, count: count)
    var squares = sums
    let rounds = 400
    for round in 0..<rounds {
      _ = objective.reverse(density, at: flow.parameters, .path, seed: 1, batch: round)
      let path = objective.gradient
      _ = objective.reverse(
        density, at: flow.parameters, .reparametrised, seed: 1, batch: round)
      for i in 0..<count {
        let difference = path[i] - objective.gradient[i]
        sums[i] += difference
        squares[i] += difference * difference
      }
    }
    for i in 0..<count {
      let mean = sums[i] / Double(rounds)
      let variance = squares[i] / Double(rounds) - mean * mean
      #expect(abs(mean) <= 4.5 * .sqrt(variance / Double(rounds)) + 1e-12)
    }
  }

  @Test("the bits do not depend on how many threads there are")
  func threads() {
    let flow = SampleFlow.residual.flow()
    let density = Bent(dimension: 3)
    let results = [1, 2, 3].map { threads in
      let objective = FlowObjective<Float>(flow, batchSize: 512, threadCount: threads)
      let loss = objective.reverse(
        density, at: flow.parameters.map { Float($0) }, seed: 3, batch: 7)
      return (loss, objective.gradient, objective.logWeights)
    }
    for other in results.dropFirst() {
      #expect(other == results[0])
    }
  }

  @Test("weights are unbiased for the evidence")
  func evidence() {
    // A target whose integral is known: N(m, s²) times 10.
    struct Scaled: LogDensity {
      let dimension = 2
      func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
        var value = Double.log(10) - .log(2 * .pi) - 2 * .log(0.8)
        for i in 0..<2 {
          let deviation = (x[i] - 0.3) / 0.8
          value -= 0.5 * deviation * deviation
          gradient[i] = -deviation / 0.8
        }
        return value
      }
    }
    // Momenta that the flow spreads more than r, and positions more than the target.
    var generator = RandomStream(seed: 1, "evidence")
    var flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1),
      encoder: GaussianEncoder(dimension: 2, scale: .full, isLinear: true, hidden: []),
      blocks: [
        HamiltonianBlock(
          potential: .quadratic(QuadraticEnergy(dimension: 2, isShifted: true)),
          kinetic: .quadratic(QuadraticEnergy(dimension: 2)), stepCount: 3)
      ], finalMomentum: .standardNormal(dimension: 2), time: 1.4, outputScale: 1,
      using: &generator)
    flow.parameters = flow.parameters.map { $0 + 0.1 * generator.nextStandardNormal() }
    let draws = FlowMap<Double>(flow).sample(100_000, seed: 8)
    let weights = (0..<100_000).map { n in
      let q = Array(draws.points.positions[2 * n..<2 * n + 2])
      return Double.exp(
        Scaled().logDensityAndGradient(at: q).logDensity + draws.logFinalMomentum[n]
          - draws.logFlow[n])
    }
    let mean = weights.reduce(0, +) / 100_000
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean - 10) < 4 * .sqrt(variance / 100_000), "\(mean)")
    // A broken twin: without the density of the momentum.
    let broken = zip(weights, draws.logFinalMomentum).reduce(0) { $0 + $1.0 * .exp(-$1.1) }
    #expect(abs(broken / 100_000 - 10) > 10 * .sqrt(variance / 100_000))
  }
}
