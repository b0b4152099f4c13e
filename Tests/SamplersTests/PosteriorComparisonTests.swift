import Foundation
import Inference
import Samplers
import TestSupport
import Testing

@Suite struct DamagedSummaryTests {
  @Test("summaries that lack quantiles are compared by what they have", arguments: 0...5)
  func quantiles(count: Int) {
    var chain = Chain(columns: [.init(name: "x")])
    var random = RandomStream(seed: 1, "summary")
    for _ in 0..<400 { chain.append([random.nextStandardNormal()], logDensity: 0) }
    let whole = PosteriorSummary([chain])
    var short = whole
    short.parameters[0].quantiles.removeLast(5 - count)
    let comparison = PosteriorComparison(whole, short, joint: nil, tolerance: 0.1)
    #expect(comparison.failures.isEmpty)
    #expect((2...2 + count).contains(comparison.shifts.count))
  }
}

@Suite struct EnergyTestTests {
  private func draws(_ count: Int, shift: Double, dimension: Int, seed: Seed) -> [[Double]] {
    var random = RandomStream(seed: seed, "energy")
    return (0..<count).map { _ in
      (0..<dimension).map { ($0 == 0 ? shift : 0) + random.nextStandardNormal() }
    }
  }

  @Test("p-values are uniform where there is no difference")
  func uniform() {
    var random = RandomStream(seed: 1, "permutations")
    var values: [Double] = []
    for trial in 0..<200 {
      let first = draws(30, shift: 0, dimension: 2, seed: Seed(2 * trial))
      let second = draws(40, shift: 0, dimension: 2, seed: Seed(2 * trial + 1))
      let test = EnergyTest(first, second, permutations: 99, using: &random)
      if let test { values.append(test.pValue) }
    }
    #expect(values.count == 200)
    // The mean of 200 uniform numbers has a standard error of 0.0204, their fraction below 0.1 one of 0.0212.
    let average = values.reduce(0, +) / 200
    let tail = Double(values.count { $0 <= 0.1 }) / 200
    #expect(abs(average - 0.505) < 4 * 0.0204, "\(average)")
    #expect(abs(tail - 0.1) < 4 * 0.0212, "\(tail)")
  }

  @Test("the equivalent shift is the shift", arguments: [1, 2, 5])
  func equivalentShift(dimension: Int) throws {
    var random = RandomStream(seed: 2, "permutations")
    let test = try #require(
      EnergyTest(
        draws(1500, shift: 0.4, dimension: dimension, seed: 3),
        draws(1500, shift: 0, dimension: dimension, seed: 4), permutations: 99, using: &random))
    #expect(test.pValue == 0.01)
    // The mean difference has a standard error of 0.037.
    #expect(abs(test.equivalentShift - 0.4) < 4 * 0.037 + 0.02, "\(test.equivalentShift)")
  }

  @Test("the distance of two points is that of the formula")
  func formula() throws {
    // Ten draws at −1 and ten at 1: E² = 2 · 2, nothing within, in units of the pooled deviation.
    var random = RandomStream(seed: 3, "permutations")
    let first = [[Double]](repeating: [-1], count: 10)
    let second = [[Double]](repeating: [1], count: 10)
    let test = try #require(EnergyTest(first, second, permutations: 9, using: &random))
    let deviation = (20.0 / 19).squareRoot()
    #expect(abs(test.squaredDistance - 4 / deviation) < 1e-6)
  }

  @Test("too few draws, and dimensions that do not vary, have no test")
  func degenerate() {
    var random = RandomStream(seed: 4, "permutations")
    let few = draws(9, shift: 0, dimension: 1, seed: 1)
    let many = draws(20, shift: 0, dimension: 1, seed: 2)
    #expect(EnergyTest(few, many, using: &random) == nil)
    let flat = many.map { $0 + [1] }
    #expect(EnergyTest(flat, flat, using: &random) == nil)
    let doubled = many.map { $0 + $0 }
    #expect(EnergyTest(doubled, doubled, using: &random) == nil)
  }
}

@Suite struct WeightedDrawsTests {
  @Test("weighted draws have the moments of what they are weighted to, with honest errors")
  func moments() {
    // Repeated: the errors that are reported are those that are made.
    var scores: [Double] = []
    for seed in 0..<100 {
      var random = RandomStream(seed: Seed(seed), "weighted")
      var chain = Chain(columns: [.init(name: "x")])
      for _ in 0..<2000 {
        let x = 1.3 * random.nextStandardNormal()
        chain.append([2 + x], logDensity: 0, weight: exp(-0.5 * x * x * (1 - 1 / 1.69)))
      }
      let summary = PosteriorSummary(weighted: chain).parameters[0]
      scores.append((summary.mean - 2) / summary.standardErrorOfMean)
      scores.append((summary.standardDeviation - 1) / summary.standardErrorOfStandardDeviation)
      for (index, exact) in [-1.959964, -0.994458, 0, 0.994458, 1.959964].enumerated() {
        scores.append(
          (summary.quantiles[index] - 2 - exact) / summary.standardErrorsOfQuantiles[index])
      }
      #expect(summary.rHat.isNaN)
    }
    let square = scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count)
    // 700 scores in groups of seven that hang together.
    #expect(abs(square - 1) < 0.35, "\(square)")
  }

  @Test("equal weights are none")
  func unweighted() {
    var (weighted, plain) = (Chain(columns: [.init(name: "x")]), Chain(columns: [.init(name: "x")]))
    var random = RandomStream(seed: 1, "equal")
    for _ in 0..<1000 {
      let x = random.nextStandardNormal()
      weighted.append([x], logDensity: 0, weight: 0.3)
      plain.append([x], logDensity: 0)
    }
    let (a, b) = (PosteriorSummary(weighted: weighted), PosteriorSummary([plain]))
    #expect(abs(a.parameters[0].mean - b.parameters[0].mean) < 1e-12)
    #expect(abs(a.parameters[0].standardDeviation - b.parameters[0].standardDeviation) < 1e-3)
    for (p, q) in zip(a.parameters[0].quantiles, b.parameters[0].quantiles) {
      #expect(abs(p - q) < 0.05)
    }
    #expect(abs(a.parameters[0].bulkEffectiveSampleSize - 1000) < 2)
  }
}
