import Foundation
import Inference
import RealModule
import Samplers
import Testing

@Suite struct InformationGainTests {
  /// Draws from N(0, 1) priors of a and b after a measurement of a = `value` ± `error`, exact and
  /// independent, in some chains.
  private func chains(
    value: Double, error: Double, count: Int = 4000
  ) throws -> ([Chain], ParameterSpace) {
    let space = try ParameterSpace(
      ["a", "b"].map { Parameter($0, prior: .normal(mean: 0, standardDeviation: 1)) })
    let variance = 1 / (1 + 1 / (error * error))
    let mean = variance * value / (error * error)
    let chains = (0..<4).map { index in
      var random = RandomStream(seed: 2, "information", index)
      var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
      for _ in 0..<count / 4 {
        let a = mean + variance.squareRoot() * random.nextStandardNormal()
        let b = random.nextStandardNormal()
        let residual = (a - value) / error
        chain.append(
          [a, b],
          logDensity: NormalDistribution.logDensity(at: a) + NormalDistribution.logDensity(at: b)
            - 0.5 * residual * residual - 700)
      }
      return chain
    }
    return (chains, space)
  }

  @Test(
    "of a normal measurement it is ½ (σ² + m² − 1 − log σ²), and nothing if that is below 0.01",
    arguments: [(0.0, 100.0), (0, 10), (0.5, 7), (1, 3), (2, 2), (10, 100)])
  func exact(value: Double, error: Double) throws {
    let (chains, space) = try chains(value: value, error: error)
    let gain = InformationGain(chains, from: space)
    let variance = 1 / (1 + 1 / (error * error))
    let mean = variance * value / (error * error)
    let exact = 0.5 * (variance + mean * mean - 1 - log(variance))
    #expect(abs(gain.nats - exact) < 0.15 * exact, "\(gain.nats) instead of \(exact)")
    #expect(gain.isNothing == (exact < 0.01))
  }

  @Test("a parameter that is measured is enough, and a strong measurement is far from nothing")
  func measured() throws {
    let (chains, space) = try chains(value: 0.3, error: 0.05)
    let gain = InformationGain(chains, from: space)
    #expect(gain.nats > 0.3 && gain.smallestSpread < 0.2 && !gain.isNothing, "\(gain)")
  }

  @Test(
    "a likelihood of the correlation alone is information, though each parameter keeps its prior")
  func correlation() throws {
    let space = try ParameterSpace(
      ["a", "b"].map { Parameter($0, prior: .normal(mean: 0, standardDeviation: 1)) })
    var random = RandomStream(seed: 4, "correlation")
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    for _ in 0..<5000 {
      let a = random.nextStandardNormal()
      let b = 0.6 * a + 0.8 * random.nextStandardNormal()
      chain.append([a, b], logDensity: -0.5 * (a * a - 1.2 * a * b + b * b) / 0.64)
    }
    // −½ log(1 − ρ²).
    let gain = InformationGain([chain], from: space)
    #expect(abs(gain.nats - 0.2231) < 0.05 && !gain.isNothing, "\(gain)")
  }

  @Test("priors of all kinds, weights, and a region that the model rules out")
  func priors() throws {
    let space = try ParameterSpace([
      Parameter("u", prior: .uniform(lower: -3, upper: 2)),
      Parameter("l", prior: .logNormal(logMean: -1, logStandardDeviation: 0.5)),
      Parameter("s", prior: .softUniform(center: 1, halfWidth: 2, sharpness: 4)),
      Parameter("f", prior: .fixed(3)),
    ])
    let columns = space.free.map { Chain.Column(name: $0.name) }
    var random = RandomStream(seed: 5, "priors")
    var (plain, weighted, ruled) = (
      Chain(columns: columns), Chain(columns: columns), Chain(columns: columns)
    )
    for _ in 0..<4000 {
      let draw = space.free.map { $0.prior.sample(using: &random) }
      let logPrior = zip(space.free, draw).reduce(0) { $0 + $1.0.prior.logDensity(at: $1.1).value }
      plain.append(draw, logDensity: logPrior + 12)
      // exp(u) as log L: informative, but not for the weights of the prior.
      weighted.append(draw, logDensity: logPrior + 0.5 * draw[0], weight: .exp(0.5 * draw[0]))
      if draw[0] < 1 { ruled.append(draw, logDensity: logPrior) }
    }
    #expect(InformationGain([plain], from: space).isNothing)
    #expect(InformationGain([ruled], from: space).isNothing)
    let gain = InformationGain([weighted], from: space)
    // D = E[u/2] − log((e − e^−1.5) / 2.5), u with density ∝ e^{u/2} in (−3, 2).
    #expect(abs(gain.nats - 0.2255) < 0.03 && !gain.isNothing, "\(gain)")
  }

  @Test("draws that have not moved, and none at all, prove nothing")
  func stuck() throws {
    let (_, space) = try chains(value: 0, error: 1)
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    #expect(!InformationGain([chain], from: space).isNothing)
    #expect(!InformationGain([], from: space).isNothing)
    for _ in 0..<100 { chain.append([0.3, 0.2], logDensity: -3) }
    #expect(!InformationGain([chain], from: space).isNothing)
    chain = Chain(columns: chain.columns)
    for _ in 0..<100 { chain.append([0.3, 0.2], logDensity: .nan) }
    #expect(!InformationGain([chain], from: space).isNothing)
  }

  @Test("without the prior taken off, a posterior that is its prior looks informative")
  func brokenTwin() throws {
    let (chains, _) = try chains(value: 0, error: 100)
    // The twin takes log prior + log L for log L: that of a uniform prior in its place.
    let flat = try ParameterSpace(
      ["a", "b"].map { Parameter($0, prior: .uniform(lower: -10, upper: 10)) })
    #expect(!InformationGain(chains, from: flat).isNothing)
  }
}
