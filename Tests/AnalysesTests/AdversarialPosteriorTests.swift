import Analyses
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// A likelihood in a box, with the means and standard deviations that its posterior has.
private struct HardPosterior: Sendable {
  let name: String
  let posterior: Posterior
  /// The mean and the standard deviation of each parameter, by arithmetic.
  let means, deviations: [Double]

  init(
    _ name: String, _ dimension: Int, box: ClosedRange<Double>,
    mean: @Sendable (Int) -> Double = { _ in 0 }, deviation: @Sendable (Int) -> Double,
    _ logLikelihood: @escaping BoxLikelihood.Function
  ) throws {
    self.name = name
    let likelihood = BoxLikelihood(dimension: dimension, function: logLikelihood)
    let space = try ParameterSpace(
      likelihood.parameterNames.map {
        Parameter($0, prior: .uniform(lower: box.lowerBound, upper: box.upperBound))
      })
    posterior = try Posterior(space, likelihood)
    means = (0..<dimension).map(mean)
    deviations = (0..<dimension).map(deviation)
  }
}

/// A likelihood that is a function with its gradient.
private struct BoxLikelihood: GradientLikelihood {
  typealias Function = @Sendable (_ x: [Double], _ gradient: inout [Double]) -> Double

  let dimension: Int
  let function: Function

  var parameterNames: [String] { (0..<dimension).map { "x\($0)" } }

  func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    var slopes = [Double](repeating: 0, count: dimension)
    let value = function((0..<dimension).map { parameters[$0] }, &slopes)
    for i in 0..<dimension { gradient[i] = slopes[i] }
    return value
  }
}

extension HardPosterior {
  /// xᵢ ~ N(0, eᵛ), v ~ N(0, 1).
  static func funnel(_ dimension: Int) throws -> HardPosterior {
    // E[x²] = E[e^v] for v of variance 1.
    try HardPosterior("funnel", dimension, box: -12...12, deviation: { $0 == 0 ? 1 : 1.6487 }) {
      x, gradient in
      let (v, count) = (x[0], Double(x.count - 1))
      let square = x.dropFirst().reduce(0) { $0 + $1 * $1 } * exp(-v)
      gradient[0] = -v + 0.5 * square - 0.5 * count
      for i in 1..<x.count { gradient[i] = -x[i] * exp(-v) }
      return -0.5 * v * v - 0.5 * square - 0.5 * count * v
    }
  }

  /// A narrow ridge that a wall cuts at its middle.
  static func ridge() throws -> HardPosterior {
    // Half a normal density along the ridge: √(2/π) and √(1 − 2/π).
    try HardPosterior(
      "ridge with a wall", 2, box: 0...8, mean: { _ in 0.7979 }, deviation: { _ in 0.6028 }
    ) { x, gradient in
      let across = (x[1] - x[0]) / 0.02
      gradient[0] = -x[0] + across / 0.02
      gradient[1] = -across / 0.02
      return -0.5 * x[0] * x[0] - 0.5 * across * across
    }
  }

  /// A ring of radius 2 and width 0.2, uniform in its angle.
  static func annulus() throws -> HardPosterior {
    try HardPosterior("annulus", 2, box: -5...5, deviation: { _ in 1.4213 }) { x, gradient in
      let radius = max(hypot(x[0], x[1]), 1e-9)
      let distance = (radius - 2) / 0.2
      for i in 0..<2 {
        gradient[i] = (-distance / 0.2 - 1 / radius) * x[i] / radius
      }
      return -0.5 * distance * distance - log(radius)
    }
  }

  /// Bananas in pairs: b = a² − 1 + 0.5 z.
  static func bananas(_ dimension: Int) throws -> HardPosterior {
    try HardPosterior(
      "bananas", dimension, box: -16...16, deviation: { $0.isMultiple(of: 2) ? 1 : 1.5 }
    ) { x, gradient in
      stride(from: 0, to: x.count, by: 2).reduce(0) { sum, k in
        let across = (x[k + 1] - x[k] * x[k] + 1) / 0.5
        gradient[k] = -x[k] + 4 * across * x[k]
        gradient[k + 1] = -2 * across
        return sum - 0.5 * x[k] * x[k] - 0.5 * across * across
      }
    }
  }

  /// An exponential density in the corner of a box.
  static func corner(_ dimension: Int) throws -> HardPosterior {
    try HardPosterior(
      "corner", dimension, box: 0...1, mean: { _ in 0.02 }, deviation: { _ in 0.02 }
    ) { x, gradient in
      for i in x.indices { gradient[i] = -50 }
      return -50 * x.reduce(0, +)
    }
  }

  /// Two normal modes of width 1 at x₀ = ±8, the second with a share of the mass.
  static func hills(_ dimension: Int, share: Double) throws -> HardPosterior {
    let mean = 8 * (2 * share - 1)
    return try HardPosterior(
      "two hills of \(share)", dimension, box: -20...20, mean: { $0 == 0 ? mean : 0 },
      deviation: { $0 == 0 ? (65 - mean * mean).squareRoot() : 1 }
    ) { x, gradient in
      let rest = x.dropFirst().reduce(0) { $0 + $1 * $1 }
      let left = log(1 - share) - 0.5 * (x[0] + 8) * (x[0] + 8)
      let right = log(share) - 0.5 * (x[0] - 8) * (x[0] - 8)
      let top = max(left, right)
      let sum = top + log(exp(left - top) + exp(right - top))
      gradient[0] = -exp(left - sum) * (x[0] + 8) - exp(right - sum) * (x[0] - 8)
      for i in 1..<x.count { gradient[i] = -x[i] }
      return sum - 0.5 * rest - 0.5 * Double(x.count) * log(2 * .pi)
    }
  }
}

/// Posteriors that samplers get wrong: a wrong result must not be called good.
@Suite struct AdversarialPosteriorTests {
  /// Runs chains and maps, and holds the verdict against the truth.
  ///
  /// - Returns: the verdict, and how far the means of the quoted draws are off in standard deviations.
  private func judge(
    _ hard: HardPosterior, seed: UInt64
  ) async throws -> (verdict: Verdict, shift: Double) {
    var sampler = HamiltonianSampler()
    sampler.draws = 1000
    let sets = try await sampler.run(hard.posterior, in: RunContext(seed: Seed(seed)))
    let verdict = await Verdict(
      sets, hard.posterior.space, relevant: [], fit: nil, seed: Seed(seed))
    let quoted = sets.first { $0.root == verdict.quoted }
    let summary = quoted.map {
      ComparedDraws($0.chains, isWeighted: $0.kind == .weighted).summary
    }
    let shifts = (summary?.parameters ?? []).enumerated().map { index, parameter in
      abs(parameter.mean - hard.means[index]) / hard.deviations[index]
    }
    let shift = shifts.max() ?? .infinity
    if verdict.grade == .good {
      #expect(shift < 0.1, "\(hard.name), seed \(seed): \(verdict.sentence)")
    }
    return (verdict, shift)
  }

  private static func all() throws -> [HardPosterior] {
    try [
      .funnel(2), .funnel(6), .ridge(), .annulus(), .bananas(10), .corner(2), .corner(6),
      .hills(2, share: 0.1), .hills(6, share: 0.5), .hills(6, share: 0.01),
    ]
  }

  @Test("what is called good is right, on a funnel, a ridge with a wall, and two modes")
  func oneSeed() async throws {
    for hard in try [HardPosterior.funnel(2), .ridge(), .corner(2), .hills(2, share: 0.1)] {
      let (verdict, shift) = try await judge(hard, seed: 1)
      #expect(verdict.quoted != nil, "\(hard.name): \(verdict.sentence)")
      #expect(shift < 0.1, "\(hard.name): \(verdict.sentence)")
    }
  }

  @Test("the same of two hundred runs", .enabled(if: fullTestsAreAskedFor))
  func twentySeeds() async throws {
    for hard in try Self.all() {
      var (grades, largest): ([String: Int], Double) = ([:], 0)
      for seed in 1...20 as ClosedRange<UInt64> {
        let (verdict, shift) = try await judge(hard, seed: seed)
        grades[verdict.grade.rawValue, default: 0] += 1
        if verdict.quoted != nil { largest = max(largest, shift) }
      }
      print("\(hard.name), \(hard.means.count) parameters: \(grades), \(largest) σ at most")
    }
  }

  @Test(
    "two modes are both found, with the evidence", .enabled(if: fullTestsAreAskedFor),
    arguments: [2, 6, 10])
  func hills(dimension: Int) async throws {
    for share in [0.5, 0.1, 0.01] {
      let hard = try HardPosterior.hills(dimension, share: share)
      let truth = -Double(dimension) * log(40)
      var errors: [Double] = []
      for seed in 1...20 as ClosedRange<UInt64> {
        let context = RunContext(seed: Seed(seed))
        let density = hard.posterior.standardised
        let fit = try await TransportMapFitter().fit(density, in: context)
        #expect(fit.maps.count == 2, "\(hard.name), seed \(seed): masses \(fit.masses)")
        let draws = try await TransportProposal(density, fit).importanceDraws(
          count: 40_000, in: context)
        errors.append(draws.weights.logEvidence - truth)
        #expect(abs(draws.weights.logEvidence - truth) < 0.003, "\(hard.name), seed \(seed)")
      }
      print("\(hard.name), \(dimension) parameters: ln Z off by \(errors.map(abs).max() ?? 0)")
    }
  }

  @Test(
    "two modes without descents: what is missed is reported",
    arguments: [2, 6])
  func noDescents(dimension: Int) async throws {
    let hard = try HardPosterior.hills(dimension, share: 0.5)
    let seeds: ClosedRange<UInt64> = fullTestsAreAskedFor ? 1...20 : 1...2
    for seed in seeds {
      var fitter = TransportMapFitter()
      (fitter.startCount, fitter.testCount) = (1, 0)
      let context = RunContext(seed: Seed(seed))
      let fit = try await fitter.fit(hard.posterior.standardised, in: context)
      #expect(fit.completeness == nil)
      // Fresh descents mend what a single start has missed.
      fitter.testCount = 16
      let tested = try await fitter.fit(hard.posterior.standardised, in: context)
      let draws = try await TransportProposal(hard.posterior.standardised, tested)
        .importanceDraws(count: 20_000, in: context)
      let error = draws.weights.logEvidence + Double(dimension) * log(40)
      #expect(tested.completeness?.isShown == false || abs(error) < 0.01, "seed \(seed)")
    }
  }
}
