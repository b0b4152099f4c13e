import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// HMC that starts from a known covariance.
@Suite struct StartingMetricTests {
  /// Ten parameters of very different scales, strongly correlated, with flat priors.
  private struct Narrow: GradientLikelihood {
    static let count = 10
    let parameterNames = (0..<count).map { "x\($0)" }

    static func deviation(_ i: Int) -> Double { [1e-4, 1e-3, 0.01, 0.1][i % 4] }

    /// Σ = D (0.95 + 0.05 I) D.
    static let covariance = (0..<count).map { i in
      (0..<count).map { j in deviation(i) * deviation(j) * (i == j ? 1 : 0.95) }
    }

    func logLikelihood(
      at parameters: Span<Double>, gradient: inout MutableSpan<Double>
    ) -> Double {
      // (0.05 I + 0.95 · 1 1ᵀ)⁻¹ = 20 (I − 0.95 / (0.05 + 9.5) · 1 1ᵀ)
      let z = (0..<Self.count).map { parameters[$0] / Self.deviation($0) }
      let sum = z.reduce(0, +)
      var total = 0.0
      for i in 0..<Self.count {
        let solved = 20 * (z[i] - 0.95 / 9.55 * sum)
        total -= 0.5 * z[i] * solved
        gradient[i] = -solved / Self.deviation(i)
      }
      return total
    }
  }

  private static func posterior() throws -> Posterior {
    try Posterior(
      ParameterSpace(
        (0..<Narrow.count).map { Parameter("x\($0)", prior: .uniform(lower: -1, upper: 1)) }),
      Narrow())
  }

  private func run(
    warmUp: Int, _ metric: NamedCovariance?, _ coordinates: CoordinateChoice = .natural,
    seed: UInt64 = 1
  ) async throws -> [Chain] {
    var sampler = HamiltonianSampler()
    (sampler.warmUp, sampler.draws, sampler.metric) = (warmUp, 1000, metric)
    sampler.coordinates = coordinates
    sampler.weightedDraws = 1000
    sampler.start = .mode
    return try await sampler.run(try Self.posterior(), in: RunContext(seed: Seed(seed)))[0].chains
  }

  private func check(_ chains: [Chain], _ label: String) {
    let summary = PosteriorSummary(chains)
    for (index, parameter) in summary.parameters.enumerated() {
      let sd = Narrow.deviation(index)
      #expect(parameter.rHat < 1.01, "\(label): R-hat \(parameter.rHat)")
      #expect(abs(parameter.mean) < 0.12 * sd, "\(label): \(parameter.mean) for \(sd)")
      #expect(abs(parameter.standardDeviation / sd - 1) < 0.12, "\(label)")
    }
    let divergences = chains.reduce(0) { $0 + ($1.statistics[.divergent] ?? []).reduce(0, +) }
    #expect(divergences == 0, "\(label): \(divergences) divergences")
  }

  private static let known = NamedCovariance((0..<10).map { "x\($0)" }, Narrow.covariance)

  @Test("a warm-up of 50 with the covariance samples as well as one of 1000 without")
  func short() async throws {
    let short = try await run(warmUp: 50, Self.known)
    check(short, "50 with")
    check(try await run(warmUp: 1000, nil), "1000 without")
    // What it costs in gradients is what it would cost with the right metric.
    let steps = short.map { ($0.statistics[.leapfrogSteps] ?? []).reduce(0, +) / 1000 }
    #expect(steps.allSatisfy { $0 < 40 }, "\(steps)")
  }

  @Test(
    "a covariance that is wrong, or of some parameters alone, does no harm", arguments: [0, 1, 2])
  func harmless(kind: Int) async throws {
    let names = Self.known.names
    let wrong = [
      // Of other scales, of other correlations, of two parameters.
      NamedCovariance(
        names, names.indices.map { i in names.indices.map { $0 == i ? [1e-3, 1e-8][i % 2] : 0 } }),
      NamedCovariance(
        names,
        names.indices.map { i in
          names.indices.map { j in
            (i == j ? 1 : -0.1) * Narrow.deviation(i) * Narrow.deviation(j)
          }
        }),
      NamedCovariance(
        ["x3", "x0"],
        [
          [Narrow.covariance[3][3], Narrow.covariance[3][0]],
          [Narrow.covariance[0][3], Narrow.covariance[0][0]],
        ]),
    ][kind]
    check(try await run(warmUp: 1000, wrong), "wrong \(kind)")
  }

  @Test(
    "it is carried to any coordinates", arguments: [CoordinateChoice.probit, .whitened, .fitted])
  func carried(coordinates: CoordinateChoice) async throws {
    check(
      try await run(warmUp: coordinates == .probit ? 100 : 200, Self.known, coordinates),
      "\(coordinates)")
  }
}
