import Inference
import RealModule
import Samplers
import TestSupport
import Testing

@Suite struct WeightedSummaryTests {
  /// Draws of N(0, 1.5²) with weights that make them N(0, 1), and a second column correlated with
  /// the first.
  private static func chain(_ count: Int, _ index: Int) -> (chain: Chain, logWeights: [Double]) {
    var random = RandomStream(seed: 1, "weighted", index)
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    var logWeights: [Double] = []
    for _ in 0..<count {
      let x = 1.5 * random.nextStandardNormal()
      let y = 3 + 2 * (0.6 * x + 0.8 * random.nextStandardNormal())
      logWeights.append(-0.5 * x * x * (1 - 1 / 2.25))
      chain.append([x, y], logDensity: -0.5 * x * x, weight: .exp(-0.5 * x * x * (1 - 1 / 2.25)))
    }
    return (chain, logWeights)
  }

  @Test("with equal weights it is the summary of the draws")
  func equalWeights() {
    var random = RandomStream(seed: 2, "equal")
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    for _ in 0..<1001 {
      let x = random.nextStandardNormal()
      chain.append([x, x + random.nextStandardNormal()], logDensity: 0, weight: 0.25)
    }
    var unit = Chain(columns: chain.columns)
    for index in 0..<1001 { unit.append(Array(chain.draw(index)), logDensity: 0) }
    let (weighted, plain) = (WeightedSummary(chain), PosteriorSummary([unit]))
    for (a, b) in zip(weighted.parameters, plain.parameters) {
      #expect(abs(a.mean - b.mean) < 1e-12)
      #expect(abs(a.standardDeviation - b.standardDeviation) < 1e-12)
      for (x, y) in zip(a.quantiles, b.quantiles) { #expect(abs(x - y) < 1e-12) }
      // The draws are independent, so the errors of both kinds are nearly the same.
      #expect(abs(a.standardErrorOfMean / b.standardErrorOfMean - 1) < 0.2)
      #expect(
        abs(a.standardErrorOfStandardDeviation / b.standardErrorOfStandardDeviation - 1) < 0.3)
      #expect(abs(a.bulkEffectiveSampleSize - 1001) < 2)
      #expect(abs(a.tailEffectiveSampleSize - 1001) < 20)
    }
    #expect(abs(weighted.correlation[0][1] - plain.correlation[0][1]) < 1e-12)
    #expect(weighted.drawCount == 1001 && abs(weighted.effectiveSampleSize - 1001) < 1e-9)
  }

  @Test("estimates are right, and spread as their errors say")
  func coverage() {
    let exact = (
      mean: [0.0, 3], deviation: [1, Double.sqrt(1.44 + 2.56)],
      quantile: NormalDistribution.quantile(0.84)
    )
    var scores: [String: [Double]] = [:]
    let count = 300
    for index in 0..<count {
      let summary = WeightedSummary(Self.chain(2000, index).chain)
      for (column, parameter) in summary.parameters.enumerated() {
        scores["mean", default: []].append(
          (parameter.mean - exact.mean[column]) / parameter.standardErrorOfMean)
        scores["deviation", default: []].append(
          (parameter.standardDeviation - exact.deviation[column])
            / parameter.standardErrorOfStandardDeviation)
        let quantile = exact.mean[column] + exact.deviation[column] * exact.quantile
        scores["quantile", default: []].append(
          (parameter.quantiles[3] - quantile) / parameter.standardErrorsOfQuantiles[3])
      }
    }
    for (name, values) in scores {
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      // Of 300 independent scores the mean has an error of 0.058, the mean square one of 0.082.
      #expect(abs(mean) < 0.25, "\(name): \(mean)")
      #expect(abs(square - 1) < 0.33, "\(name): \(square)")
    }
  }

  @Test("without their weights the same draws are caught")
  func brokenTwin() {
    let weighted = Self.chain(2000, 0).chain
    var flat = Chain(columns: weighted.columns)
    for index in 0..<weighted.count { flat.append(Array(weighted.draw(index)), logDensity: 0) }
    let parameter = WeightedSummary(flat).parameters[0]
    #expect(
      abs(parameter.standardDeviation - 1) / parameter.standardErrorOfStandardDeviation > 10)
  }

  @Test("independent Metropolis draws have the target's moments; if all are accepted, not")
  func metropolis() {
    let proposals = (0..<4).map { Self.chain(20_000, 100 + $0) }
    let chains = proposals.enumerated().map { index, proposal in
      var random = RandomStream(seed: 1, "metropolis", index)
      let walk = IndependentMetropolis(logWeights: proposal.logWeights, using: &random)
      // E[min(1, w′/w)] is above one half here.
      #expect(walk.acceptanceRate > 0.6 && walk.acceptanceRate < 0.95)
      return walk.chain(of: proposal.chain)
    }
    #expect(chains.allSatisfy { $0.count == 20_000 && $0.weights.allSatisfy { $0 == 1 } })
    func worst(_ chains: [Chain]) -> Double {
      let (a, b) = (chains.map { $0.column(0) }, chains.map { $0.column(1) })
      return MomentCheck([
        (a, 0), (b, 3), (a.map { $0.map { $0 * $0 } }, 1),
        (b.map { $0.map { ($0 - 3) * ($0 - 3) } }, 4),
      ]).worst
    }
    #expect(worst(chains) < 4.5)
    #expect(worst(proposals.map(\.chain)) > 4.5)
    #expect(PosteriorSummary(chains).failedGates.isEmpty)
  }

  @Test("a walk begins at the first proposal with a weight")
  func beginning() {
    var random = RandomStream(seed: 1, "beginning")
    let walk = IndependentMetropolis(
      logWeights: [-.infinity, 0, -.infinity, 5], using: &random)
    #expect(walk.path == [1, 1, 3] && walk.acceptanceProbabilities == [1, 0, 1])
  }
}
