import Inference
import Samplers
import TestSupport
import Testing

/// The eight schools of Rubin 1981, non-centred, with the priors of the Inference Gym: μ ~ N(0,
/// 10²), log τ ~ N(5, 1), θ = μ + τ t.
struct EightSchools: Likelihood {
  /// The effects that were measured.
  var effects = [28.0, 8, -3, 7, -1, 1, 18, 12]
  static let errors = [15.0, 10, 16, 11, 9, 11, 10, 18]

  let parameterNames = ["mu", "log_tau"] + (1...8).map { "t\($0)" }

  static func space() throws -> ParameterSpace {
    try ParameterSpace(
      [
        Parameter("mu", prior: .normal(mean: 0, standardDeviation: 10)),
        Parameter("log_tau", prior: .normal(mean: 5, standardDeviation: 1)),
      ] + (1...8).map { Parameter("t\($0)", prior: .normal(mean: 0, standardDeviation: 1)) })
  }

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    let tau = Scalar.exp(p[1])
    var sum: Scalar = 0
    for i in 0..<8 {
      let residual = (p[0] + tau * p[i + 2] - effects[i]) / Self.errors[i]
      sum -= 0.5 * residual * residual
    }
    return sum
  }
}

@Suite struct EightSchoolsTests {
  @Test("eight schools have the moments of exact quadrature")
  func moments() async throws {
    let (worst, failedGates) = try await check(EightSchools())
    #expect(worst < 4.5)
    #expect(failedGates.isEmpty)
  }

  @Test("one effect that is 25 instead of 28 is caught")
  func brokenTwin() async throws {
    var wrong = EightSchools()
    wrong.effects[0] = 25
    #expect(try await check(wrong).worst > 4.5)
  }

  /// How far chains of a likelihood are from the moments of the right one.
  private func check(
    _ likelihood: EightSchools
  ) async throws -> (worst: Double, failedGates: [String]) {
    let posterior = try Posterior(try EightSchools.space(), likelihood)
    let chains = try await ChainRunner(drawCount: 5000, targetAcceptance: 0.95)
      .run(posterior, in: RunContext(seed: 1))
    // Two-dimensional quadrature after the effects are integrated out: means, standard deviations,
    // means of the effects.
    func column(_ index: Int) -> [[Double]] { chains.map { $0.column(index) } }
    func squares(_ index: Int, around mean: Double) -> [[Double]] {
      chains.map { $0.column(index).map { ($0 - mean) * ($0 - mean) } }
    }
    var quantities: [(chains: [[Double]], exact: Double)] = [
      (column(0), 5.799), (squares(0, around: 5.799), 5.447 * 5.447),
      (column(1), 2.4506), (squares(1, around: 2.4506), 0.5128 * 0.5128),
    ]
    let effects = [14.770, 7.177, 2.668, 6.571, 1.817, 3.426, 12.807, 7.968]
    for (i, effect) in effects.enumerated() {
      let draws = chains.map { chain in
        (0..<chain.count).map { index in
          let draw = Array(chain.draw(index))
          return draw[0] + Double.exp(draw[1]) * draw[i + 2]
        }
      }
      quantities.append((draws, effect))
    }
    return (MomentCheck(quantities).worst, PosteriorSummary(chains).failedGates)
  }
}
