import Inference
import Samplers
import TestSupport
import Testing

@Suite struct GenerativeDensityTests {
  /// A flow that moves nothing: a flat potential, in a time next to none, is the base itself.
  private func still() -> NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.hidden = 3
    architecture.time = 1e-9
    architecture.outputScale = 0
    return architecture.makeFlow(dimension: 2, seed: 1)
  }

  @Test("where momenta are exact, both bounds are the density")
  func exact() async throws {
    let points = [0.3, -1.2, 2, 0.5, 0, 0]
    let bounds = try await HamiltonianMap(still()).densityBounds(
      at: points, draws: 7, in: RunContext(seed: 1))
    for n in 0..<3 {
      let (x, y) = (points[2 * n], points[2 * n + 1])
      let expected = -0.5 * (x * x + y * y) - 1.837_877_066_409_345_3
      #expect(abs(bounds.evidence[n] - expected) < 1e-7)
      #expect(abs(bounds.importance[n] - expected) < 1e-7)
      #expect(abs(bounds.efficiency[n] - 1) < 1e-7)
    }
  }

  @Test("a point beyond the range of numbers has the density 0, and its neighbours theirs")
  func beyond() async throws {
    for far in [1e30, 1e200] {
      let points = [0.3, -1.2, far, -far, 0.3, -1.2]
      let bounds = try await HamiltonianMap(still(), precision: .single).densityBounds(
        at: points, draws: 3, in: RunContext(seed: 1))
      #expect(bounds.importance[1] == -.infinity && bounds.evidence[1] == -.infinity)
      #expect(bounds.efficiency[1] == 0)
      for n in [0, 2] {
        #expect(abs(bounds.importance[n] + 0.5 * (0.09 + 1.44) + 1.837_877_066) < 1e-4)
        #expect(abs(bounds.efficiency[n] - 1) < 1e-4)
      }
    }
  }

  @Test("the importance bound rises with K towards a density that integrates to 1")
  func normalised() async throws {
    // Near enough to the base for every momentum to count.
    var architecture = FlowArchitecture()
    architecture.hidden = 6
    architecture.time = 0.3
    architecture.outputScale = 0.1
    let map = HamiltonianMap(architecture.makeFlow(dimension: 2, seed: 3))
    var points: [Double] = []
    let (edge, count) = (8.0, 48)
    let step = 2 * edge / Double(count)
    for i in 0..<count {
      for j in 0..<count {
        points += [-edge + (Double(i) + 0.5) * step, -edge + (Double(j) + 0.5) * step]
      }
    }
    func integral(_ draws: Int) async throws -> (sum: Double, evidence: Double, importance: Double)
    {
      let bounds = try await map.densityBounds(at: points, draws: draws, in: RunContext(seed: 2))
      let weights = bounds.importance.map { Double.exp($0) * step * step }
      func mean(_ values: [Double]) -> Double {
        zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (weights.reduce(0, +), mean(bounds.evidence), mean(bounds.importance))
    }
    let many = try await integral(256)
    #expect(abs(many.sum - 1) < 0.02, "\(many.sum)")
    #expect(many.importance > many.evidence)
    let few = try await map.densityBounds(at: points, draws: 4, in: RunContext(seed: 3)).importance
      .reduce(0, +)
    let more = try await map.densityBounds(at: points, draws: 64, in: RunContext(seed: 3))
      .importance.reduce(0, +)
    #expect(few < more)
  }

  @Test("points in pieces have the bounds of points together in the mean")
  func pieces() async throws {
    let map = HamiltonianMap(SampleFlow.residual.flow(), precision: .single)
    let point: [Double] = [0.4, -0.3, 0.8]
    let copies = [[Double]](repeating: point, count: 300).flatMap(\.self)
    // 300 points of 1000 momenta are computed in pieces.
    let bounds = try await map.densityBounds(at: copies, draws: 1000, in: RunContext(seed: 1))
    #expect(bounds.evidence.count == 300 && Set(bounds.evidence).count > 250)
    let mean = bounds.importance.reduce(0, +) / 300
    let spread = bounds.importance.map { abs($0 - mean) }.reduce(0, max)
    #expect(spread < 1.5, "\(spread)")
  }

  private static let kinetics: [FlowPreset.Kinetic] = [.fixed, .network, .relativistic]

  @Test("training on data approaches their entropy, in any architecture", arguments: kinetics)
  func training(kinetic: FlowPreset.Kinetic) async throws {
    var architecture = FlowArchitecture()
    architecture.kinetic = kinetic
    architecture.hidden = 16
    architecture.base = .learnedNormal
    architecture.hamiltonians = kinetic == .fixed ? 2 : 1
    architecture.isResidual = kinetic == .network
    var training = FlowTraining()
    training.stepCount = 600
    training.batchSize = 256
    training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 50)
    training.checkInterval = 50
    training.patience = .max
    let (flow, state) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1), on: ThreeModes.draw(5000, "data"),
      heldOut: ThreeModes.draw(2000, "held-out"), in: RunContext(seed: 1))
    let entropy = ThreeModes.entropy
    // A normal density is 0.52 above it.
    let best = state.records.map { -$0.score }.reduce(.infinity, min)
    #expect(best > entropy - 0.1 && best < entropy + 0.45, "\(best) against \(entropy)")
    let draws = try await HamiltonianMap(flow, precision: .single).sample(
      6000, in: RunContext(seed: 3)
    ).points.positions
    var counts = [0, 0, 0]
    for n in 0..<6000 { counts[min(2, max(0, Int((draws[2 * n] / 3).rounded()) + 1))] += 1 }
    for count in counts { #expect((1500...2500).contains(count), "\(counts)") }
  }

  @Test("a mean of parameters is free of the noise that long steps leave in the last")
  func averaging() async throws {
    var architecture = FlowArchitecture()
    architecture.hidden = 8
    architecture.base = .learnedNormal
    var training = FlowTraining()
    training.stepCount = 1500
    training.batchSize = 64
    training.learningRate = .constant(2e-2)
    training.checkInterval = 100
    training.patience = .max
    func lateScore(_ averagedSteps: Int) async throws -> Double {
      training.averagedSteps = averagedSteps
      let (_, state) = try await FlowTrainer(training).train(
        architecture.makeFlow(dimension: 2, seed: 1), on: ThreeModes.draw(5000, "data"),
        heldOut: ThreeModes.draw(2000, "held-out"), in: RunContext(seed: 1))
      return state.records.suffix(10).map(\.score).reduce(0, +) / 10
    }
    // The points looked at are the same, so their noise of some 0.02 cancels in the difference.
    let gain = try await lateScore(200) - lateScore(1)
    #expect(gain > 0.02, "\(gain)")
  }

  @Test("noise, or fresh draws, keep a flow from overfitting few points")
  func learningByHeart() async throws {
    var architecture = FlowArchitecture()
    architecture.hidden = 16
    architecture.base = .learnedNormal
    architecture.activation = .tanh
    var training = FlowTraining()
    training.stepCount = 1000
    training.batchSize = 64
    training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 50)
    training.patience = .max
    let heldOut = ThreeModes.draw(2000, "held-out")
    func lastScore(noise: Double) async throws -> Double {
      training.dataNoise = noise
      let (_, state) = try await FlowTrainer(training).train(
        architecture.makeFlow(dimension: 2, seed: 1), on: ThreeModes.draw(60, "data"),
        heldOut: heldOut, in: RunContext(seed: 1))
      return state.records.last?.score ?? .nan
    }
    let (alone, noisy) = try await (lastScore(noise: 0), lastScore(noise: 0.2))
    let (_, state) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1),
      onFresh: { generator in ThreeModes.draw(64, using: &generator) }, heldOut: heldOut,
      in: RunContext(seed: 1))
    let fresh = state.records.last?.score ?? .nan
    // At the same points with the same momenta, differences of scores are good to 0.01.
    #expect(noisy > alone + 0.03 && fresh > noisy + 0.03, "\(alone), \(noisy), \(fresh)")
  }

  @Test("a learned mass can be read, and is the one that is used")
  func mass() async throws {
    for sample in [SampleFlow.fixedKinetic, .relativistic, .residual] {
      let flow = sample.flow()
      let matrix = try #require(flow.inverseMass(ofBlock: 0))
      #expect(matrix.count == sample.dimension * sample.dimension)
      #expect(abs(flow.time(ofBlock: 0) - 1.2) < 1)
      let map = HamiltonianMap(flow)
      // Near p = 0, K is ½ pᵀ M p.
      for i in 0..<sample.dimension {
        var momentum = [Double](repeating: 0, count: sample.dimension)
        momentum[i] = 1e-3
        let zeros = [Double](repeating: 0, count: sample.dimension)
        let energies = try await map.energies(
          ofBlock: 0, at: PhasePoints(positions: zeros, momenta: momentum))
        let expected = 0.5e-6 * matrix[i * sample.dimension + i]
        #expect(abs(energies.kinetic[0] - expected) < 1e-5 * expected)
      }
    }
    #expect(SampleFlow.networkKinetic.flow().inverseMass(ofBlock: 0) == nil)
  }
}
