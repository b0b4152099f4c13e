import Foundation
import Inference
import TestSupport
import Testing

@Suite("priors from chains") struct ChainPriorTests {
  /// Two correlated parameters, the first of them of a skewed density.
  private static func draws(_ count: Int) -> [[Double]] {
    var random = RandomStream(seed: 3, "draws of a chain")
    let pairs = (0..<count).map { _ -> (Double, Double) in
      let (u, v) = (random.nextStandardNormal(), random.nextStandardNormal())
      let a = exp(0.3 * u)
      return (a, 2 - 0.5 * a + 0.1 * v)
    }
    return [pairs.map(\.0), pairs.map(\.1)]
  }

  static let prior = ChainPrior(
    ["a", "b"], source: "other", draws: draws(20_000), weights: draws(20_000)[0].map { _ in 1 },
    supports: [(0, .infinity), (-.infinity, .infinity)])

  @Test("an estimate has the quantiles of its draws")
  func quantiles() {
    let sorted = Self.draws(20_000)[0].sorted()
    let density = Self.prior.marginal(of: 0)
    for p in [0.003, 0.05, 0.16, 0.5, 0.84, 0.95, 0.997] {
      // An estimate blurs by its kernels, a quantile of draws is known to its own error.
      let expected = exp(0.3 * NormalDistribution.quantile(p))
      #expect(abs(density.quantile(p) - expected) < 0.03 * expected)
      #expect(abs(density.quantile(p) - sorted[Int(p * 20_000)]) < 0.02 * expected)
    }
    #expect(density.support.lower == 0)
    #expect(density.logDensity(at: -0.1).value == -.infinity)
  }

  @Test(
    "an estimate is a normalised density with its derivative, and quantiles are its inverse",
    arguments: ["skewed", "two modes", "grid", "edges"])
  func density(_ kind: String) throws {
    var random = RandomStream(seed: 5, "draws")
    let values = (0..<3000).map { k -> Double in
      let z = random.nextStandardNormal()
      return switch kind {
      case "skewed": exp(z)
      case "two modes": (k.isMultiple(of: 3) ? -20 : 20) + 0.5 * z
      case "grid": (3 * z).rounded()
      default: random.nextUniform()
      }
    }
    let support = kind == "edges" ? (0.0, 1.0) : (-Double.infinity, Double.infinity)
    let prior = Prior(SampledPrior(values, weights: values.map { _ in 1 }, support: support))
    #expect(prior.flaw == nil)
    let (low, high) = (prior.quantile(1e-9), prior.quantile(1 - 1e-9))
    let count = 200_000
    let width = (high - low) / Double(count)
    let mass = (0..<count).reduce(0) {
      $0 + exp(prior.logDensity(at: low + (Double($1) + 0.5) * width).value) * width
    }
    #expect(abs(mass - 1) < 1e-4)
    for p in [1e-6, 0.01, 0.2, 0.5, 0.7, 0.99, 1 - 1e-6] {
      let x = prior.quantile(p)
      #expect(abs(prior.density.normal(at: x) - NormalDistribution.quantile(p)) < 1e-7)
      let h = 1e-5 * (prior.quantile(0.84) - prior.quantile(0.16)) * min(1, min(p, 1 - p) * 1e3)
      let difference =
        (prior.logDensity(at: x + h).value - prior.logDensity(at: x - h).value) / (2 * h)
      let slope = prior.logDensity(at: x).derivative
      #expect(abs(slope - difference) < 1e-3 * max(1, abs(slope)), "\(kind) at \(p)")
    }
  }

  @Test("draws of a space with it have the moments and correlations of the chain")
  func moments() throws {
    let space = try ParameterSpace([], joint: [Self.prior])
    var random = RandomStream(seed: 8, "prior draws")
    let posterior = try Posterior(space).standardised
    let drawn = (0..<20_000).map { _ in
      posterior.draw(
        at: [random.nextStandardNormal(), random.nextStandardNormal()], logDensity: 0
      ).values
    }
    let chain = Self.draws(20_000)
    func moments(_ a: [Double], _ b: [Double]) -> [Double] {
      let n = Double(a.count)
      let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
      let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / n
      let va = a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) } / n
      let vb = b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) } / n
      return [ma, mb, va.squareRoot(), vb.squareRoot(), covariance / (va * vb).squareRoot()]
    }
    let found = moments(drawn.map { $0[0] }, drawn.map { $0[1] })
    let expected = moments(chain[0], chain[1])
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 0.015, "\(found) \(expected)") }
    #expect(found[4] < -0.8)
    // An independent prior, the broken twin, would have none.
    #expect(drawn.allSatisfy { $0[0] > 0 })
  }

  @Test("what a linear dependence does not follow is told")
  func bent() {
    #expect(Self.prior.bent.isEmpty)
    let x = Self.draws(4000)[0]
    let curved = ChainPrior(
      ["x", "y"], source: "bent", draws: [x, x.map { ($0 - 1) * ($0 - 1) }],
      weights: x.map { _ in 1 },
      supports: [(-.infinity, .infinity), (-.infinity, .infinity)])
    #expect(curved.bent == ["y"])
  }

  @Test("it is the same after it has been written and read")
  func coding() throws {
    let data = try JSONEncoder().encode(Self.prior)
    #expect(try JSONDecoder().decode(ChainPrior.self, from: data) == Self.prior)
  }

  @Test("whatever stands in a file, it is a density or refused")
  func damaged() throws {
    let draws = Self.draws(12)
    let small = ChainPrior(
      ["a", "b"], source: "small", draws: draws, weights: draws[0].map { _ in 1 },
      supports: [(0, .infinity), (-.infinity, .infinity)])
    var refused = 0
    for variant in try DamagedJSON.variants(of: try JSONEncoder().encode(small)) {
      guard let prior = try? JSONDecoder().decode(ChainPrior.self, from: variant.document) else {
        continue
      }
      guard let space = try? ParameterSpace([], joint: [prior]) else {
        refused += 1
        continue
      }
      #expect(prior.names.indices.allSatisfy { prior.marginal(of: $0).flaw == nil })
      #expect(space.free.count == prior.names.count, "\(variant.place)")
    }
    #expect(refused > 10, "\(refused)")
  }

  @Test("draws that make no density are refused", arguments: [0, 5, 100])
  func flaws(_ count: Int) {
    let prior = ChainPrior(
      ["a"], source: "short", draws: [(0..<count).map { _ in 0.5 }],
      weights: (0..<count).map { _ in 1 }, supports: [(0, 1)])
    #expect(prior.flaw?.contains("at least 10 draws") == true)
    #expect(throws: ModelError.self) { try ParameterSpace([], joint: [prior]) }
  }
}
