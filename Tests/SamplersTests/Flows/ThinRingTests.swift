import Inference
import RealModule
import Samplers
import Testing

/// What a flow does with data on a curve, where the likelihood has no upper bound.
@Suite struct ThinRingTests {
  /// Points on the unit circle.
  private static func circle(_ count: Int, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: 1, purpose)
    return (0..<count).flatMap { _ -> [Double] in
      let angle = Double.random(in: 0..<2 * Double.pi, using: &generator)
      return [.cos(angle), .sin(angle)]
    }
  }

  /// −ELBO after every quarter of a training, and the largest standard deviation of momenta at the end.
  private func train(noise: Double) async throws -> (losses: [Double], scale: Double) {
    var architecture = FlowArchitecture()
    (architecture.hamiltonians, architecture.leapfrogSteps, architecture.time) = (3, 1, 0.5)
    (architecture.hidden, architecture.activation) = (16, .tanh)
    (architecture.isResidual, architecture.kinetic) = (true, .network)
    var training = FlowTraining()
    training.learningRate = .constant(5e-3)
    (training.stepCount, training.checkInterval, training.patience) = (2400, 600, 100)
    (training.batchSize, training.dataNoise) = (128, noise)
    let context = RunContext(seed: 1, workers: LocalWorkers(threadCount: 1))
    let (flow, state) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1), on: Self.circle(2000, "training"),
      heldOut: Self.circle(200, "held-out"), in: context)
    let copies = (0..<50).flatMap { n -> [Double] in
      let angle = 2 * Double.pi * Double(n) / 50
      return [[Double]](repeating: [.cos(angle), .sin(angle)], count: 64).flatMap(\.self)
    }
    let momenta = try await HamiltonianMap(flow).drawFinalMomenta(at: copies, in: context)
      .points.momenta
    var scale = 0.0
    for start in stride(from: 0, to: momenta.count, by: 128) {
      for i in 0..<2 {
        let values = (0..<64).map { momenta[start + 2 * $0 + i] }
        let mean = values.reduce(0, +) / 64
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        scale = max(scale, (squares / 63).squareRoot())
      }
    }
    return (state.records.dropFirst().map(\.loss), scale)
  }

  @Test("without noise momenta grow and −ELBO falls below that of any width; noise stops both")
  func noise() async throws {
    let bare = try await train(noise: 0)
    let noisy = try await train(noise: 0.1)
    // The entropy of the ring that noise makes.
    let floor = Double.log(2 * .pi) + .log(0.1 * (2 * .pi * .exp(1)).squareRoot())
    let fall = (bare.losses.first ?? 0) - (bare.losses.last ?? 0)
    #expect(fall > 0.2 && (bare.losses.last ?? 0) < floor - 0.2, "\(bare)")
    #expect(noisy.losses.allSatisfy { $0 > floor }, "\(noisy)")
    #expect(bare.scale > 1.2 * noisy.scale, "\(bare.scale) and \(noisy.scale)")
  }
}
