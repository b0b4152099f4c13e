import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

@Suite struct NoUTurnTwinTests {
  /// Follows the sampler, and asks a naive twin at each state for the same transition.
  ///
  /// - Returns: how many of so many transitions differ in depth, steps, acceptance, the next
  ///   position, or the random numbers taken.
  private func differences<MetricType: AdaptiveMetric>(
    _ metric: MetricType, stepSize: Double, hasExtraChecks: Bool, count: Int = 300
  ) -> Int {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0.6)
    let sampler = NoUTurnSampler(density, metric: metric, stepSize: stepSize)
    let twin = NaiveNoUTurn(
      density: density, metric: metric, stepSize: stepSize, hasExtraChecks: hasExtraChecks)
    var random = RandomStream(seed: 7, "twin")
    var state = PhasePoint(density, at: [0.9, -0.4])
    var differing = 0
    for _ in 0..<count {
      var copy = random
      let naive = twin.transition(from: state, using: &copy)
      let info = sampler.advance(&state, using: &random)
      let acceptance = naive.sumOfAcceptance / Double(naive.steps)
      let isSame =
        info.treeDepth == naive.depth && info.steps == naive.steps && random == copy
        && abs(info.acceptanceProbability - acceptance) < 1e-10
        && zip(state.position, naive.state.position).allSatisfy { abs($0 - $1) < 1e-10 }
      if !isSame { differing += 1 }
    }
    return differing
  }

  static let stepSizes = [0.05, 0.2, 0.45, 0.8, 1.2]

  @Test("trajectories are those of a naive twin, transition by transition", arguments: stepSizes)
  func same(stepSize: Double) throws {
    let dense = try DenseMetric(
      inverseMassMatrix: Matrix(rows: 2, columns: 2, elements: [0.8, 0.3, 0.3, 0.5]))
    #expect(differences(dense, stepSize: stepSize, hasExtraChecks: true) == 0)
    #expect(differences(UnitMetric(dimension: 2), stepSize: stepSize, hasExtraChecks: true) == 0)
  }

  @Test("a twin without the checks across subtrees is caught")
  func withoutExtraChecks() {
    let counts = Self.stepSizes.map {
      differences(UnitMetric(dimension: 2), stepSize: $0, hasExtraChecks: false)
    }
    #expect(counts.contains { $0 > 0 }, "\(counts)")
  }
}
