import Inference
import Samplers
import TestSupport
import Testing

/// What training adds to its loss.
@Suite struct TrainingPenaltyTests {
  /// A penalty that the library does not know: (log T − log t)² of every Hamiltonian.
  private struct TimeTarget: TrainingPenalty {
    let time: Double

    func evaluate(
      _ flow: NeuralHamiltonianFlow, step: Int, memory: inout [Double], in context: RunContext
    ) async -> (value: Double, gradient: [Double]) {
      var (value, gradient) = (0.0, flow.parameters.map { _ in 0.0 })
      for block in flow.blocks.indices {
        let excess = Double.log(flow.time(ofBlock: block) / time)
        value += 1000 * excess * excess
        gradient[flow.potentialParameters(ofBlock: block).lowerBound - 1] = 2000 * excess
      }
      return (value, gradient)
    }
  }

  private static let penalties: [any TrainingPenalty] = [WeightDecay(0.3), TimeTarget(time: 0.8)]

  @Test("a penalty's gradient is that of its differences", arguments: penalties.indices)
  func gradient(index: Int) async {
    let penalty = Self.penalties[index]
    let flow = SampleFlow.twoHamiltonians.flow()
    func value(_ parameters: [Double]) async -> (value: Double, gradient: [Double]) {
      var moved = flow
      moved.parameters = parameters
      var memory: [Double] = []
      return await penalty.evaluate(moved, step: 3, memory: &memory, in: RunContext(seed: 1))
    }
    let gradient = await value(flow.parameters).gradient
    #expect(gradient.count == flow.parameters.count && gradient.contains { $0 != 0 })
    for i in flow.parameters.indices {
      var (above, below) = (flow.parameters, flow.parameters)
      above[i] += 1e-5
      below[i] -= 1e-5
      let slope = await (value(above).value - value(below).value) / 2e-5
      #expect(abs(slope - gradient[i]) < 1e-5 * max(1, abs(slope)))
    }
  }

  private func train(
    _ sample: SampleFlow, _ penalties: [any TrainingPenalty]
  ) async throws -> (flow: NeuralHamiltonianFlow, losses: [Double]) {
    var training = FlowTraining()
    (training.stepCount, training.checkInterval, training.patience) = (200, 50, 1000)
    training.learningRate = .constant(1e-2)
    training.batchSize = 64
    let flow = sample.flow()
    let points = sample.points(400).positions
    let (trained, state) = try await FlowTrainer(training, penalties: penalties).train(
      flow, on: points, heldOut: points, in: RunContext(seed: 2))
    return (trained, state.records.dropFirst().map(\.loss))
  }

  @Test("weight decay makes energies flat")
  func weightDecay() async throws {
    func size(_ flow: NeuralHamiltonianFlow) -> Double {
      flow.parameters[flow.potentialParameters(ofBlock: 0)].reduce(0) { $0 + $1 * $1 }
    }
    let plain = try await train(.fixedKinetic, [])
    let none = try await train(.fixedKinetic, [WeightDecay(0)])
    let decayed = try await train(.fixedKinetic, [WeightDecay(1)])
    #expect(none.flow == plain.flow && none.losses == plain.losses)
    #expect(size(decayed.flow) < 0.5 * size(plain.flow))
    #expect(zip(decayed.losses, plain.losses).allSatisfy { $0 > $1 })
  }

  @Test("a new penalty leads training where it wants to")
  func newPenalty() async throws {
    let flow = try await train(.residual, [TimeTarget(time: 0.8)]).flow
    #expect(abs(flow.time(ofBlock: 0) - 0.8) < 0.02)
    #expect(try await abs(train(.residual, []).flow.time(ofBlock: 0) - 0.8) > 0.1)
  }
}
