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
    _ flow: NeuralHamiltonianFlow, _ gradient: [Double],
    _ loss: ([Double]) async throws -> Double
  ) async throws -> Double {
    let parameters = flow.parameters
    let scale = largest(gradient.map(abs))
    var worst = 0.0
    for i in flow.learnedIndices {
      func difference(_ step: Double) async throws -> Double {
        var (above, below) = (parameters, parameters)
        above[i] += step
        below[i] -= step
        return try await (loss(above) - loss(below)) / (2 * step)
      }
      let slope = try await (4 * difference(1e-4) - difference(2e-4)) / 3
      worst = max(worst, abs(slope - gradient[i]) / scale)
    }
    return worst
  }

  @Test(
    "the gradient of the reverse loss is that of its differences", arguments: SampleFlow.allCases,
    [1, 0.3])
  func reverse(sample: SampleFlow, beta: Double) async throws {
    let flow = sample.flow()
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective(flow, batchSize: Self.batch, precision: .double)
    func value(_ parameters: [Double]) async -> FlowObjective.Value {
      await objective.reverse(
        density, at: parameters, temperedBy: beta, .reparametrised, seed: 2, batch: 0)
    }
    let gradient = await value(flow.parameters).gradient
    #expect(try await error(flow, gradient) { await value($0).loss } < 1e-6)
  }

  @Test(
    "the gradient of the loss of data is that of its differences", arguments: SampleFlow.allCases)
  func data(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let objective = FlowObjective(flow, batchSize: 20, precision: .double)
    let points = sample.points(20)
    func value(_ parameters: [Double]) async -> FlowObjective.Value {
      await objective.data(points.positions, at: parameters, seed: 2, batch: 0)
    }
    let gradient = await value(flow.parameters).gradient
    #expect(try await error(flow, gradient) { await value($0).loss } < 1e-6)
  }

  @Test(
    "the path estimator follows the difference of the scores along the draws",
    arguments: SampleFlow.allCases)
  func path(sample: SampleFlow) async throws {
    // Where the base and r are not learned there are no other terms.
    let flow = sample.flow()
    guard flow.baseParameterCount == 0, !flow.finalMomentum.isLearned else { return }
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective(flow, batchSize: Self.batch, precision: .double)
    let gradient = await objective.reverse(
      density, at: flow.parameters, .path, seed: 2, batch: 0
    ).gradient

    // The draws that the objective made, and c = ∇ log M − ∇ log π − ∇ log r there, held fixed.
    func draws(_ parameters: [Double]) async throws -> PhasePoints {
      var moved = flow
      moved.parameters = parameters
      return try await HamiltonianMap(moved).sample(Self.batch, "reverse", in: RunContext(seed: 2))
        .points
    }
    let end = try await draws(flow.parameters)
    let map = HamiltonianMap(flow)
    var difference = try await map.forwardWithScore(map.inverse(end)).score
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
    func loss(_ parameters: [Double]) async throws -> Double {
      let points = try await draws(parameters)
      let sum =
        zip(points.positions, difference.positions).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(points.momenta, difference.momenta).reduce(0) { $0 + $1.0 * $1.1 }
      return sum / Double(Self.batch)
    }
    #expect(try await error(flow, gradient, loss) < 1e-6)
  }

  @Test("both estimators have one mean", arguments: [SampleFlow.residual, .relativistic])
  func estimators(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let density = Bent(dimension: sample.dimension)
    let objective = FlowObjective(flow, batchSize: Self.batch, precision: .double)
    let count = flow.parameters.count
    var sums = [Double](repeating: 0, count: count)
    var squares = sums
    let rounds = 400
    for round in 0..<rounds {
      func gradient(_ estimator: GradientEstimator) async -> [Double] {
        await objective.reverse(density, at: flow.parameters, estimator, seed: 1, batch: round)
          .gradient
      }
      let (path, other) = (await gradient(.path), await gradient(.reparametrised))
      for i in 0..<count {
        let difference = path[i] - other[i]
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
  func threads() async throws {
    let flow = SampleFlow.residual.flow()
    let density = Bent(dimension: 3)
    let results = try await [1, 2, 3].mapInTurn { threads in
      let objective = FlowObjective(
        flow, batchSize: 512, workers: LocalWorkers(threadCount: threads))
      return await objective.reverse(density, at: flow.parameters, seed: 3, batch: 7)
    }
    for other in results.dropFirst() {
      #expect(other == results[0])
    }
  }

  @Test("weights are unbiased for the evidence")
  func evidence() async throws {
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
      encoder: ConditionalGaussian(dimension: 2, scale: .full, isLinear: true, hidden: []),
      blocks: [
        HamiltonianBlock(
          potential: .quadratic(QuadraticEnergy(dimension: 2, isShifted: true)),
          kinetic: .quadratic(QuadraticEnergy(dimension: 2)), stepCount: 3)
      ], finalMomentum: .standardNormal(dimension: 2), time: 1.4, outputScale: 1,
      using: &generator)
    flow.parameters = flow.parameters.map { $0 + 0.1 * generator.nextStandardNormal() }
    let draws = try await HamiltonianMap(flow).sample(100_000, in: RunContext(seed: 8))
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
