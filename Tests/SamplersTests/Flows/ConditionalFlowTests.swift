import Inference
import RealModule
import Samplers
import Testing

/// Flows whose densities are given numbers.
@Suite struct ConditionalFlowTests {
  /// A flow of two positions that is given three numbers, with parameters away from every special point.
  private func flow(_ change: (inout FlowArchitecture) -> Void = { _ in }) -> NeuralHamiltonianFlow
  {
    var architecture = FlowArchitecture()
    architecture.base = .learnedNormal
    (architecture.hidden, architecture.hamiltonians, architecture.leapfrogSteps) = (5, 2, 3)
    (architecture.isResidual, architecture.learnsTime) = (true, true)
    (architecture.momentumIsLinear, architecture.momentumScale) = (true, .full)
    change(&architecture)
    var flow = architecture.makeFlow(dimension: 2, givenCount: 3, seed: 3)
    var random = RandomStream(seed: 5, "parameters")
    flow.parameters = flow.parameters.map { $0 + 0.2 * random.nextStandardNormal() }
    return flow
  }

  private func numbers(_ count: Int, _ seed: Seed = 4) -> [Double] {
    var random = RandomStream(seed: seed, "numbers")
    return (0..<count).map { _ in random.nextStandardNormal() }
  }

  @Test("the way back ends where the way there began, and both depend on what is given")
  func inverse() async throws {
    let map = HamiltonianMap(flow())
    let start = PhasePoints(positions: numbers(10), momenta: numbers(10, 5), given: numbers(15, 6))
    let end = try await map.forward(start)
    let back = try await map.inverse(end)
    #expect(back.given == start.given)
    for (a, b) in zip(back.positions + back.momenta, start.positions + start.momenta) {
      #expect(abs(a - b) < 1e-12)
    }
    var other = start
    other.given[0] += 1
    let moved = try await map.forward(other)
    #expect(abs(moved.positions[0] - end.positions[0]) > 1e-3)
    #expect(moved.positions[2...] == end.positions[2...])
    // One set of numbers for all points.
    let shared = PhasePoints(
      positions: start.positions, momenta: start.momenta, given: Array(start.given[..<3]))
    let same = try await map.forward(shared)
    #expect(same.positions[..<2] == end.positions[..<2] && same.positions[4] != end.positions[4])
  }

  @Test("the gradient of the loss is that of its differences", arguments: [1, 4])
  func gradient(momenta: Int) async {
    let flow = flow()
    let objective = FlowObjective(flow, batchSize: 6, precision: .double)
    let rows = numbers(30)
    func value(_ parameters: [Double]) async -> FlowObjective.Value {
      await objective.data(rows, momenta: momenta, at: parameters, seed: 1, batch: 2)
    }
    let gradient = await value(flow.parameters).gradient
    #expect(gradient.count(where: { $0 != 0 }) > flow.parameters.count / 2)
    // With several momenta the gradient is right in the mean alone.
    guard momenta == 1 else { return }
    for i in flow.parameters.indices where gradient[i] != 0 {
      var (above, below) = (flow.parameters, flow.parameters)
      above[i] += 1e-5
      below[i] -= 1e-5
      let slope = await (value(above).loss - value(below).loss) / 2e-5
      #expect(abs(slope - gradient[i]) < 1e-7 * max(1, abs(slope)), "parameter \(i)")
    }
  }

  /// y = sin 2z with noise 0.1 + 0.1 z², and z.
  private func rows(_ count: Int, _ seed: Seed) -> [Double] {
    var random = RandomStream(seed: seed, "curve")
    return (0..<count).flatMap { _ in
      let z = Double.random(in: -2...2, using: &random)
      return [.sin(2 * z) + (0.1 + 0.1 * z * z) * random.nextStandardNormal(), z]
    }
  }

  @Test("a curve with noise that grows is learned, with norm 1 whatever is given")
  func learning() async throws {
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (128, 1200, .max)
    training.learningRate = .cosine(peak: 1e-2, floor: 0, warmUp: 0)
    var architecture = FlowArchitecture()
    architecture.base = .learnedNormal
    (architecture.hidden, architecture.momentumIsLinear) = (16, true)
    let heldOut = rows(500, 2)
    func column(_ index: Int) -> [Double] {
      stride(from: index, to: heldOut.count, by: 2).map { heldOut[$0] }
    }
    let (trained, _) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 1, givenCount: 1, seed: 1), on: rows(4000, 1),
      heldOut: heldOut)
    let map = HamiltonianMap(trained)
    let bounds = try await map.densityBounds(at: column(0), given: column(1), draws: 32)
    let loss = -bounds.importance.reduce(0, +) / 500
    // ½ log 2πe + E log noise, E over z by quadrature.
    let logNoise = (0..<400).reduce(0.0) {
      let z = -2 + 4 * (Double($1) + 0.5) / 400
      return $0 + Double.log(0.1 + 0.1 * z * z) / 400
    }
    let entropy = 0.5 * (1 + Double.log(2 * .pi)) + logNoise
    #expect(abs(loss - entropy) < 0.15, "\(loss) against \(entropy)")
    for z in [-1.5, 0.2] {
      let (mean, noise) = (Double.sin(2 * z), 0.1 + 0.1 * z * z)
      let draws = try await map.sample(4000, given: [z]).points.positions
      #expect(abs(draws.reduce(0, +) / 4000 - mean) < 0.3 * noise)
      let nodes = (0...200).map { mean + noise * (12 * Double($0) / 200 - 6) }
      let densities = try await map.densityBounds(at: nodes, given: [z], draws: 64).importance
      let norm = densities.reduce(0) { $0 + .exp($1) } * 12 * noise / 200
      #expect(abs(norm - 1) < 0.05, "\(norm) at \(z)")
    }
  }
}
