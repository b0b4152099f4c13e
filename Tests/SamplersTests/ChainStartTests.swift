import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

@Suite struct ChainStartTests {
  /// A normal density with means and scales far from the starting points' (−2, 2).
  struct Shifted: LogDensity {
    let dimension = 2
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let (a, b) = ((x[0] - 50) / 3, (x[1] + 7) / 0.002)
      gradient[0] = (-a + 0.8 * b) / (0.36 * 3)
      gradient[1] = (-b + 0.8 * a) / (0.36 * 0.002)
      return -0.5 * (a * a - 1.6 * a * b + b * b) / 0.36
    }
  }

  @Test("of a normal density the approximation at the mode is the density")
  func normal() throws {
    let laplace = try LaplaceApproximation(Shifted(), from: [0, 0])
    #expect(abs(laplace.mode[0] - 50) < 1e-4 && abs(laplace.mode[1] + 7) < 1e-7)
    #expect(abs(laplace.logDensity) < 1e-8)
    let exact = [9, 0.8 * 3 * 0.002, 0.8 * 3 * 0.002, 4e-6]
    for (element, value) in zip(laplace.covariance.elements, exact) {
      #expect(abs(element / value - 1) < 1e-6)
    }
    // ∫ = 2π · 3 · 0.002 · √(1 − 0.8²)
    #expect(abs(laplace.logEvidence - Double.log(2 * .pi * 3 * 0.002 * 0.6)) < 1e-6)
  }

  @Test("a beta posterior in its coordinate: the mode, and an evidence that is nearly right")
  func beta() throws {
    // With a uniform prior, p³⁰ (1−p)¹⁰ has its mode in logit coordinates at 31/42.
    struct Coins: Likelihood {
      let parameterNames = ["p"]
      func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
        30 * Scalar.log(p[0]) + 10 * Scalar.log(1 - p[0])
      }
    }
    let space = try ParameterSpace([Parameter("p", prior: .uniform(lower: 0, upper: 1))])
    let posterior = try Posterior(space, Coins())
    let laplace = try LaplaceApproximation(posterior, from: [0])
    let mode = posterior.draw(at: laplace.mode, logDensity: 0).values[0]
    #expect(abs(mode - 31.0 / 42) < 1e-6)
    // log B(31, 11), by the log-gamma function of C.
    #expect(abs(laplace.logEvidence - -24.2716) < 0.02, "\(laplace.logEvidence)")
  }

  @Test("chains from the mode and from around it have the right moments")
  func chains() async throws {
    for start in [ChainStart.mode, .aroundMode(stretch: 2)] {
      let runner = ChainRunner(start: start)
      let chains = try await runner.run(Shifted(), in: RunContext(seed: 3))
      #expect(try await runner.run(Shifted(), in: RunContext(seed: 3)) == chains)
      let draws = chains.map { $0.column(0) }
      #expect(
        MomentCheck([(draws, 50), (draws.map { $0.map { ($0 - 50) * ($0 - 50) } }, 9)]).worst < 4.5)
      #expect(PosteriorSummary(chains).failedGates.isEmpty)
    }
  }

  @Test("chains that start around the mode start apart, with the spread that was asked for")
  func spread() throws {
    let laplace = try LaplaceApproximation(Shifted(), from: [0, 0])
    var random = RandomStream(seed: 1, "spread")
    let draws = (0..<20_000).map { _ in laplace.sample(stretch: 2, using: &random) }
    // Independent draws: the standard error of a variance σ² is σ² √(2/n) = 1 %.
    for (index, variance) in [(0, 36.0), (1, 16e-6)] {
      let mode = laplace.mode[index]
      let sum = draws.reduce(0) { $0 + ($1[index] - mode) * ($1[index] - mode) }
      #expect(abs(sum / 20_000 / variance - 1) < 0.04)
    }
  }

  /// A density that grows without end.
  struct Unbounded: LogDensity {
    let dimension = 1
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = 1
      return x[0]
    }
  }

  @Test("a density without a mode, and one that is nowhere finite, are errors with a place")
  func noMode() async {
    let error = await #expect(throws: SamplingError.self) {
      try await ChainRunner(start: .mode).run(Unbounded(), in: RunContext(seed: 1))
    }
    #expect(
      error?.description.hasPrefix("no mode was found to start from; the search ended at x1 = ")
        == true)
    #expect(error?.description.hasSuffix("; start from the prior instead") == true)
    let nowhere = await #expect(throws: SamplingError.self) {
      try await ChainRunner(start: .mode).run(NowhereFinite(), in: RunContext(seed: 1))
    }
    #expect(nowhere?.description.hasPrefix("no starting point with a finite log density") == true)
  }

  /// A density whose gradient in the second coordinate is not a number; nowhere finite for half of
  /// the starting points.
  struct HalfGradient: LogDensity {
    let dimension = 2
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -x[0]
      gradient[1] = .nan
      return x[0] > 0 ? -0.5 * x[0] * x[0] : -.infinity
    }
  }

  @Test("a gradient that is not finite is reported with its coordinate")
  func gradient() async {
    let error = await #expect(throws: SamplingError.self) {
      try await ChainRunner().run(HalfGradient(), in: RunContext(seed: 1))
    }
    #expect(error?.description.hasSuffix("; the gradient in x2 is nan") == true)
  }

  @Test("a flat density, which is improper, is suspected where no step size works")
  func flat() async {
    struct Flat: LogDensity {
      let dimension = 1
      func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
        gradient[0] = 0
        return 0
      }
    }
    let error = await #expect(throws: SamplingError.self) {
      try await ChainRunner().run(Flat(), in: RunContext(seed: 1))
    }
    #expect(error?.description.contains("is the density flat (improper)?") == true)
  }
}
