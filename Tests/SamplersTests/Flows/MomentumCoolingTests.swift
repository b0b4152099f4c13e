import Inference
import Samplers
import TestSupport
import Testing

@Suite struct MomentumCoolingTests {
  private func train(
    _ cooling: MomentumCooling?, steps: Int
  ) async throws -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    var architecture = FlowArchitecture()
    architecture.hidden = 16
    architecture.base = .learnedNormal
    var training = FlowTraining()
    training.stepCount = steps
    training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 100)
    training.averagedSteps = 100
    training.checkInterval = max(1, steps / 10)
    training.patience = .max
    training.cooling = cooling
    return try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1),
      onFresh: { ThreeModes.draw(training.batchSize, using: &$0) },
      heldOut: ThreeModes.draw(4000, "held-out"), in: RunContext(seed: 1))
  }

  @Test("the standard deviation falls in equal ratios, and then stays")
  func schedule() {
    var cooling = MomentumCooling(to: 0.02)
    cooling.share = 0.5
    for (step, expected) in [(0, 0.5), (25, 0.1), (50, 0.02), (51, 0.02), (99, 0.02)] {
      #expect(abs(cooling.standardDeviation(at: step, of: 100) - expected) < 1e-15)
    }
    cooling.share = 0
    #expect(cooling.standardDeviation(at: 0, of: 100) == 0.02)
  }

  @Test(
    "every kinetic energy and time waits until momenta are cold, or as long as they are held",
    arguments: [1.0, 0], [true, false])
  func waits(share: Double, isCooling: Bool) async throws {
    var architecture = FlowArchitecture()
    (architecture.hidden, architecture.hamiltonians) = (5, 2)
    (architecture.kinetic, architecture.isResidual) = (.network, true)
    architecture.learnsTime = true
    var training = FlowTraining()
    training.stepCount = 30
    training.patience = share == 1 ? 1 : .max
    training.checkInterval = 1
    if isCooling {
      // Nearly as warm as the untrained flow, which would be the best of so few steps otherwise.
      training.cooling = MomentumCooling(to: 0.9)
      training.cooling?.start = 1
      training.cooling?.share = share
    } else {
      training.heldKineticShare = share
    }
    let flow = architecture.makeFlow(dimension: 2, seed: 1)
    let (trained, state) = try await FlowTrainer(training).train(
      flow, onFresh: { ThreeModes.draw(training.batchSize, using: &$0) },
      heldOut: ThreeModes.draw(500, "held-out"), in: RunContext(seed: 1))
    let points = PhasePoints(positions: [0.3, -0.7, 1, 2], momenta: [0.2, 0.9, -1.5, 0.4])
    for block in 0..<2 {
      let energies = try await [flow, trained].mapInTurn {
        try await HamiltonianMap($0).energies(ofBlock: block, at: points)
      }
      #expect(energies[0].potential != energies[1].potential)
      let differences = zip(energies[0].kinetic, energies[1].kinetic).map { abs($0 - $1) }
      // Parameters have been numbers of single precision on their way.
      #expect(differences.allSatisfy { ($0 < 1e-5) == (share == 1) }, "\(differences)")
      let times = [flow, trained].map { $0.time(ofBlock: block) }
      #expect((abs(times[0] - times[1]) < 1e-6) == (share == 1))
    }
    // Nor does anybody lose patience with scores that stall meanwhile.
    if share == 1 { #expect(state.step == 30) }
  }

  @Test("what was held learns from the step on that it is free, also where momenta are cold before")
  func released() async throws {
    var architecture = FlowArchitecture()
    architecture.hidden = 5
    let flow = architecture.makeFlow(dimension: 2, seed: 1)
    var training = FlowTraining()
    training.stepCount = 40
    training.checkInterval = 1
    training.learningRate = .constant(1e-3)
    training.heldKineticShare = 0.5
    training.cooling = MomentumCooling(to: 0.9)
    training.cooling?.start = 1
    training.cooling?.share = 0.25
    func inverseMass(after steps: Int) async throws -> [Double] {
      let (trained, state) = try await FlowTrainer(training).train(
        flow, onFresh: { ThreeModes.draw(training.batchSize, using: &$0) },
        heldOut: ThreeModes.draw(500, "held-out"), in: RunContext(seed: 1, stop: .after(steps)))
      try #require(state.step == steps)
      // The parameters kept are the last ones.
      try #require(state.records.map(\.score).max() == state.records.last?.score)
      return try #require(trained.inverseMass(ofBlock: 0))
    }
    let (held, first) = try await (inverseMass(after: 20), inverseMass(after: 21))
    #expect(held == [1, 0, 0, 1])
    // Adam's step is about the rate, in the logarithm of a scale of M: no leap.
    let change = abs(first[0] - 1)
    #expect(change > 0 && change < 4e-3, "\(first)")
  }

  @Test("momenta begin as large as asked, stay so, and the paper's are N(0, I)")
  func initialMomenta() async throws {
    var architecture = FlowArchitecture()
    #expect(architecture.makeFlow(dimension: 2, seed: 1).initialMomentumScales == [1, 1])
    architecture.initialMomentumScale = 0.5
    architecture.hidden = 8
    var training = FlowTraining()
    training.stepCount = 20
    let (trained, _) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1), on: ThreeModes.draw(500, "learned"),
      heldOut: ThreeModes.draw(500, "held-out"), in: RunContext(seed: 1))
    let map = HamiltonianMap(trained)
    let momenta = try await map.inverse(map.sample(4000, in: RunContext(seed: 2)).points)
      .momenta
    let variance = momenta.reduce(0) { $0 + $1 * $1 } / Double(momenta.count)
    // Five standard errors of a variance from 8,000 normal numbers.
    #expect(abs(variance / 0.25 - 1) < 5 * (2 / 8000.0).squareRoot())
    architecture.outputScale = 0
    let points = ThreeModes.draw(4000, "points")
    let last = try await HamiltonianMap(architecture.makeFlow(dimension: 2, seed: 1))
      .drawFinalMomenta(at: points, in: RunContext(seed: 3)).points.momenta
    let lastVariance = last.reduce(0) { $0 + $1 * $1 } / Double(last.count)
    #expect(abs(lastVariance / 0.25 - 1) < 5 * (2 / 8000.0).squareRoot())
  }

  @Test("the first look is at momenta as they are when training begins")
  func firstLook() async throws {
    var early: [Double] = []
    for start in [0.5, 0.25] {
      var cooling = MomentumCooling(to: 0.1)
      cooling.start = start
      early.append(try await train(cooling, steps: 1).state.records[0].score)
    }
    #expect(early[0] != early[1])
  }

  @Test("momenta become as cold as asked, and meanwhile the kinetic energy stands still")
  func standsStill() async throws {
    var cooling = MomentumCooling(to: 0.2)
    cooling.share = 1
    // The parameters that are kept may be from before the last look, but not from before cooling.
    let frozen = try await train(cooling, steps: 300).flow
    for scale in try #require(frozen.initialMomentumScales) { #expect((0.2..<0.4).contains(scale)) }
    #expect(frozen.inverseMass(ofBlock: 0) == [1, 0, 0, 1])

    cooling.share = 0.5
    let free = try await train(cooling, steps: 300).flow
    for scale in try #require(free.initialMomentumScales) { #expect(abs(scale - 0.2) < 1e-6) }
    #expect(free.inverseMass(ofBlock: 0) != [1, 0, 0, 1])

    let uncooled = try await train(nil, steps: 20).flow
    #expect(uncooled.initialMomentumScales == [1, 1])
  }

  @Test("with cold momenta one Hamiltonian comes nearer to separate modes")
  func separateModes() async throws {
    let cold = try await #require(train(MomentumCooling(to: 0.2), steps: 12_000).state.records.last)
    let hot = try await #require(train(nil, steps: 12_000).state.records.last)
    // The same points with the same deviates: differences are good to 0.01.
    #expect(cold.score < -ThreeModes.entropy + 0.03)
    #expect(cold.score > hot.score + 0.06, "\(cold.score) against \(hot.score)")
  }
}
