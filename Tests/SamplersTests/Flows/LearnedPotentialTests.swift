import Inference
import RealModule
import Samplers
import TestSupport
import Testing

/// Souveton et al. 2023, section 5 and figure 5: with a fixed kinetic energy and a wide prior the
/// learned potential has its minima at the modes of what was learned, here nine normal densities of
/// covariance 0.25 I on a grid of spacing 3.
@Suite struct LearnedPotentialTests {
  private let centers = (-1...1).flatMap { y in (-1...1).map { (3 * Double($0), 3 * Double(y)) } }

  /// Points of the nine densities, as many of each as of any other.
  private func points(_ count: Int, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: 1, purpose)
    return (0..<count).flatMap { n in
      let (x, y) = centers[n % 9]
      return [x + 0.5 * generator.nextStandardNormal(), y + 0.5 * generator.nextStandardNormal()]
    }
  }

  private func train(_ base: BaseDensity, steps: Int) async throws -> NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.base = base
    architecture.hidden = 64
    var training = FlowTraining()
    training.stepCount = steps
    training.batchSize = 512
    training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 100)
    training.averagedSteps = 100
    training.checkInterval = 500
    training.patience = .max
    return try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1), on: points(5000, "data"),
      heldOut: points(1000, "held-out"), in: RunContext(seed: 1)
    ).flow
  }

  /// The centres that have a local minimum of V within a distance: some V inside the circle is lower
  /// than all on it.
  private func minima(of flow: NeuralHamiltonianFlow, within radius: Double) async throws -> Int {
    let map = HamiltonianMap(flow)
    func least(_ x: Double, _ y: Double, _ radii: [Double]) async throws -> Double {
      let points = radii.flatMap { radius in
        (0..<72).flatMap { step in
          let angle = Double(step) * .pi / 36
          return [x + radius * .cos(angle), y + radius * .sin(angle)]
        }
      }
      return try await map.energies(
        ofBlock: 0, at: PhasePoints(positions: points, momenta: points)
      ).potential.reduce(.infinity, min)
    }
    return try await centers.mapInTurn { x, y in
      try await least(x, y, (0..<20).map { radius * Double($0) / 20 }) < least(x, y, [radius])
    }.count(where: \.self)
  }

  @Test(
    "the nine modes are minima of V",
    arguments: [BaseDensity.softUniform(halfWidth: 3), .normal(standardDeviation: 2.5)])
  func modesAreMinima(base: BaseDensity) async throws {
    let flow = try await train(base, steps: 4000)
    #expect(try await minima(of: flow, within: 0.3) == 9)
    // What was not trained has none.
    #expect(try await minima(of: train(base, steps: 1), within: 0.3) < 5)
  }
}
