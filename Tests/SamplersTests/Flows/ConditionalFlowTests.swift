import Inference
import RealModule
import Samplers
import Testing

/// Flows whose densities are given numbers.
@Suite struct ConditionalFlowTests {
  /// A flow of two positions that is given three numbers, with parameters away from every special point.
  private func flow(_ change: (inout FlowArchitecture) -> Void = { _ in }) -> NeuralHamiltonianFlow {
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

  @Test("densities have norm 1 whatever is given, and draws have these densities")
  func norm() async throws {
    var architecture = FlowArchitecture()
    architecture.base = .learnedNormal
    (architecture.hidden, architecture.momentumIsLinear) = (4, true)
    var flow = architecture.makeFlow(dimension: 1, givenCount: 1, seed: 1)
    flow.parameters = zip(flow.parameters, numbers(flow.parameters.count)).map { $0 + 0.1 * $1 }
    let map = HamiltonianMap(flow)
    for given in [-1.0, 1.5] {
      let draws = try await map.sample(4000, given: [given]).points.positions.sorted()
      let (low, high) = (draws[0] - 1, draws[3999] + 1)
      let nodes = (0...400).map { low + (high - low) * Double($0) / 400 }
      let bounds = try await map.densityBounds(at: nodes, given: [given], draws: 2000)
      let densities = bounds.importance.map { Double.exp($0) }
      let step = (high - low) / 400
      #expect(abs(densities.reduce(0, +) * step - 1) < 0.02)
      let mean = zip(nodes, densities).reduce(0) { $0 + $1.0 * $1.1 } * step
      let ofDraws = draws.reduce(0, +) / 4000
      let variance = draws.reduce(0) { $0 + ($1 - ofDraws) * ($1 - ofDraws) } / 4000
      #expect(abs(mean - ofDraws) < 5 * (variance / 4000).squareRoot() + 0.02)
    }
  }

  @Test("two curves with noise that grows are learned: −ELBO comes near the entropy given z")
  func learning() async throws {
    // y = ±1 + sin 2z with noise 0.1 + 0.1 z².
    var random = RandomStream(seed: 1, "curves")
    func rows(_ count: Int) -> [Double] {
      (0..<count).flatMap { _ in
        let z = Double.random(in: -2...2, using: &random)
        let noise = (0.1 + 0.1 * z * z) * random.nextStandardNormal()
        return [(Bool.random(using: &random) ? 1 : -1) + .sin(2 * z) + noise, z]
      }
    }
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (256, 2000, .max)
    training.learningRate = .cosine(peak: 1e-2, floor: 0, warmUp: 0)
    var architecture = FlowArchitecture()
    architecture.base = .learnedNormal
    (architecture.hamiltonians, architecture.hidden) = (2, 24)
    let heldOut = rows(1000)
    let (trained, _) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 1, givenCount: 1, seed: 1), on: rows(8000), heldOut: heldOut)
    let bounds = try await HamiltonianMap(trained).densityBounds(
      at: stride(from: 0, to: 2000, by: 2).map { heldOut[$0] },
      given: stride(from: 1, to: 2000, by: 2).map { heldOut[$0] }, draws: 64)
    let loss = -bounds.importance.reduce(0, +) / 1000
    // ½ log 2πe + E log noise + log 2, E over z by quadrature.
    let logNoise = (0..<400).reduce(0) {
      let z = -2 + 4 * (Double($1) + 0.5) / 400
      return $0 + Double.log(0.1 + 0.1 * z * z) / 400
    }
    let entropy = 0.5 * (1 + Double.log(2 * .pi)) + logNoise + Double.log(2)
    #expect(loss < entropy + 0.15 && loss > entropy - 0.15, "\(loss) against \(entropy)")
    // Without z: the two curves are one broad density.
    let without = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 1, seed: 1),
      on: stride(from: 0, to: 2000, by: 2).map { heldOut[$0] }, heldOut: [0.5, -0.5])
    let broad = try await HamiltonianMap(without.flow).densityBounds(
      at: stride(from: 0, to: 2000, by: 2).map { heldOut[$0] }, draws: 64)
    #expect(-broad.importance.reduce(0, +) / 1000 > loss + 0.3)
  }
}
