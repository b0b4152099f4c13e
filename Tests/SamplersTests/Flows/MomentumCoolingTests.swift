import Inference
import Samplers
import Testing

@Suite struct MomentumCoolingTests {
  /// Three modes on a line, three apart.
  private func modes(using generator: inout RandomStream, _ count: Int) -> [Double] {
    (0..<count).flatMap { _ in
      let center = 3 * Double(Int.random(in: -1...1, using: &generator))
      return [
        center + 0.5 * generator.nextStandardNormal(), 0.5 * generator.nextStandardNormal(),
      ]
    }
  }

  private func train(
    _ cooling: MomentumCooling?, steps: Int
  ) -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
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
    if cooling != nil { training.gradientSizeDecay = 0.99 }
    var generator = RandomStream(seed: 1, "held-out")
    return FlowTrainer(training, seed: 1).train(
      architecture.makeFlow(dimension: 2, seed: 1),
      onFresh: { modes(using: &$0, training.batchSize) },
      heldOut: modes(using: &generator, 4000))
  }

  @Test("momenta become as cold as asked, and meanwhile the kinetic energy stands still")
  func standsStill() throws {
    var cooling = MomentumCooling(to: 0.2)
    cooling.share = 1
    // The parameters that are kept may be from before the last look, but not from before cooling.
    let frozen = train(cooling, steps: 300).flow
    for scale in try #require(frozen.initialMomentumScales) { #expect((0.2..<0.4).contains(scale)) }
    #expect(frozen.inverseMass(ofBlock: 0) == [1, 0, 0, 1])

    cooling.share = 0.5
    let free = train(cooling, steps: 300).flow
    for scale in try #require(free.initialMomentumScales) { #expect(abs(scale - 0.2) < 1e-6) }
    #expect(free.inverseMass(ofBlock: 0) != [1, 0, 0, 1])

    let uncooled = train(nil, steps: 20).flow
    #expect(uncooled.initialMomentumScales == [1, 1])
  }

  @Test("with cold momenta one Hamiltonian comes nearer to separate modes")
  func separateModes() throws {
    let cold = try #require(train(MomentumCooling(to: 0.2), steps: 12_000).state.records.last)
    let hot = try #require(train(nil, steps: 12_000).state.records.last)
    // The same points with the same deviates: differences are good to 0.01. Of one axis log 3 +
    // ½ log(2πe/4), less the overlap; of the other ½ log(2πe/4): what both stay below.
    let entropy = 1.0986 + 2 * (1.4189 - 0.6931) - 0.005
    #expect(cold.score < -entropy + 0.03)
    #expect(cold.score > hot.score + 0.06, "\(cold.score) against \(hot.score)")
  }
}
