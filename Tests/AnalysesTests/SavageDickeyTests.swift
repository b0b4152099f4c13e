import Analyses
import Inference
import Samplers
import Testing

/// The Savage–Dickey density ratio of normal posteriors, which have it in closed form.
@Suite struct SavageDickeyTests {
  /// A normal likelihood in three parameters with correlation ½ between neighbours.
  private struct Normal: Likelihood {
    let parameterNames = ["a", "b", "c"]
    let mean: [Double]

    func logLikelihood<Scalar: DifferentiableScalar>(of x: Span<Scalar>) -> Scalar {
      // The precision of an AR(1) process.
      let (a, b, c) = (x[0] - mean[0], x[1] - mean[1], x[2] - mean[2])
      let (u, v) = (b - 0.5 * a, c - 0.5 * b)
      return -0.5 * (a * a + u * u / 0.75 + v * v / 0.75)
    }
  }

  private func ratio(
    _ mean: [Double], at values: [String: Double], requiring requirements: [String] = [],
    width: Double = 20
  ) async throws -> SavageDickey? {
    let prior = Prior.uniform(lower: -width / 2, upper: width / 2)
    let posterior = try Posterior(
      ParameterSpace(["a", "b", "c"].map { Parameter($0, prior: prior) }, requiring: requirements),
      Normal(mean: mean))
    let sets = try await TransportSampler().run(posterior, in: RunContext(seed: 3))
    let weighted = try #require(sets.first { $0.kind == .weighted })
    return await SavageDickey(
      ComparedDraws(weighted.chains, isWeighted: true), of: posterior, at: values)
  }

  @Test("one nested parameter, up to 2.5 σ away", arguments: [0, 1, 2, 2.5])
  func one(distance: Double) async throws {
    let result = try #require(try await ratio([0, distance, 1], at: ["b": 0]))
    let exact = 0.5 * distance * distance + 0.5 * .log(2 * .pi) - .log(20)
    #expect(abs(result.logBayesFactor - exact) < 4 * result.logBayesFactorError + 0.005)
    #expect(result.logBayesFactorError < 0.15)
  }

  @Test("two nested parameters")
  func two() async throws {
    let result = try #require(try await ratio([1, 0, 1], at: ["a": 0, "c": 0]))
    // a and c have correlation ¼.
    let chiSquared = (1 - 2 * 0.25 + 1) / (1 - 0.0625)
    let exact =
      0.5 * chiSquared + .log(2 * .pi) + 0.5 * .log(1 - 0.0625) - 2 * .log(20)
    #expect(abs(result.logBayesFactor - exact) < 4 * result.logBayesFactorError + 0.005)
  }

  @Test("a prior that is cut off is not normalised anew")
  func cut() async throws {
    let result = try #require(
      try await ratio([0, 1, 1], at: ["a": 0, "b": 0], requiring: ["a + b < 4"]))
    // What the requirement leaves of the posterior: a + b has mean 1 and variance 3.
    let share = NormalDistribution.probability(below: 3 / 3.0.squareRoot())
    let exact =
      0.5 * 1 / 0.75 + .log(2 * .pi) + 0.5 * .log(0.75) - 2 * .log(20) + .log(share)
    #expect(abs(result.logBayesFactor - exact) < 4 * result.logBayesFactorError + 0.01)
  }

  @Test("no ratio outside of the prior, far from all draws, or where the other priors depend on it")
  func none() async throws {
    #expect(try await ratio([0, 0, 0], at: ["b": 11]) == nil)
    #expect(try await ratio([0, 9, 0], at: ["b": 0]) == nil)
    // Whatever a is, c ends elsewhere: its prior at a = 0 is not that at other values.
    #expect(try await ratio([0, 0, 0], at: ["a": 0], requiring: ["c < a"]) == nil)
    #expect(try await ratio([0, 0, 0], at: ["a": 0, "b": 0, "c": 0]) == nil)
  }
}
