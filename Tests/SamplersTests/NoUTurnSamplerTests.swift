import Inference
import Samplers
import TestSupport
import Testing

@Suite struct NoUTurnSamplerTests {
  /// Neal's funnel in three dimensions, non-centred: v = 3 x₀, θᵢ = exp(v/2) xᵢ, so that x is
  /// standard normal; for a precision other than 1 it is not.
  struct Funnel: Likelihood {
    var precision = 1.0
    let parameterNames = ["x0", "x1", "x2"]
    func logLikelihood<Scalar: DifferentiableScalar>(of x: Span<Scalar>) -> Scalar {
      -0.5 * precision * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    }
  }

  /// A banana: x₀ ~ N(0, 1), x₁ ~ N(c x₀², ½²); for c = 1 means 0 and 1, second moments 1 and 3 + ¼.
  struct Banana: LogDensity {
    var curvature = 1.0
    let dimension = 2
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let residual = x[1] - curvature * x[0] * x[0]
      gradient[0] = -x[0] + 8 * curvature * x[0] * residual
      gradient[1] = -4 * residual
      return -0.5 * x[0] * x[0] - 2 * residual * residual
    }
  }

  /// Student's t with ν degrees of freedom; for ν = 5 mean 0, variance 5/3, and E|x| = 2√5 Γ(3) / (√π
  /// Γ(5/2) · 4).
  struct StudentT: LogDensity {
    var degrees = 5.0
    let dimension = 1
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -(degrees + 1) * x[0] / (degrees + x[0] * x[0])
      return -0.5 * (degrees + 1) * .log(1 + x[0] * x[0] / degrees)
    }
  }

  private func column(_ chains: [Chain], _ index: Int, _ map: (Double) -> Double = { $0 })
    -> [[Double]]
  {
    chains.map { $0.column(index).map(map) }
  }

  @Test(
    "Gaussians come out with their moments",
    arguments: [(2, 0.0), (2, 0.95), (10, 0.8), (100, 0.5)])
  func gaussians(dimension: Int, correlation: Double) async throws {
    let density = CorrelatedGaussian(dimension: dimension, correlation: correlation)
    let chains = try await ChainRunner().run(density, in: RunContext(seed: 3))
    var quantities: [(chains: [[Double]], exact: Double)] = []
    for i in 0..<dimension {
      quantities.append((column(chains, i), 0))
      quantities.append((column(chains, i) { $0 * $0 }, 1))
      if i > 0 {
        quantities.append((chains.map { zip($0.column(i), $0.column(i - 1)).map(*) }, correlation))
      }
    }
    // The largest of 299 normal deviates exceeds 5 once in 6,000 runs.
    #expect(MomentCheck(quantities).worst < 5)
    #expect(PosteriorSummary(chains).failedGates.isEmpty)
  }

  @Test("metrics of all kinds sample the same density")
  func metrics() async throws {
    let density = CorrelatedGaussian(dimension: 3, correlation: 0.6)
    func worst(_ metric: some AdaptiveMetric) async throws -> Double {
      let chains = try await ChainRunner().run(
        NoUTurnSampler(density, metric: metric), in: RunContext(seed: 8))
      return MomentCheck(
        (0..<3).flatMap { [(column(chains, $0), 0), (column(chains, $0) { $0 * $0 }, 1)] }
      ).worst
    }
    #expect(try await worst(UnitMetric(dimension: 3)) < 4.5)
    #expect(try await worst(DiagonalMetric(dimension: 3)) < 4.5)
    #expect(try await worst(DenseMetric(dimension: 3)) < 4.5)
  }

  @Test("another integrator samples the same density, at a larger step size")
  func integrators() async throws {
    let density = CorrelatedGaussian(dimension: 10, correlation: 0.6)
    let runner = ChainRunner()
    let metric = DiagonalMetric(dimension: 10)
    let leapfrog = try await runner.run(
      NoUTurnSampler(density, metric: metric), in: RunContext(seed: 8))
    let twoStage = try await runner.run(
      NoUTurnSampler(density, metric: metric, integrator: KickDrift.twoStage))
    let fixed = try await runner.run(
      HamiltonianMonteCarlo(density, metric: metric, integrator: KickDrift.twoStage))
    for chains in [twoStage, fixed] {
      let quantities = (0..<10).flatMap {
        [(column(chains, $0), 0.0), (column(chains, $0) { $0 * $0 }, 1.0)]
      }
      #expect(MomentCheck(quantities).worst < 4.5)
    }
    func stepSize(_ chains: [Chain]) -> Double { chains[0].statistics[.stepSize]?[0] ?? .nan }
    #expect(stepSize(twoStage) > 1.3 * stepSize(leapfrog))
  }

  @Test("a banana; one that is bent by a quarter less is caught")
  func banana() async throws {
    func worst(_ density: Banana) async throws -> Double {
      let chains = try await ChainRunner(drawCount: 15_000, targetAcceptance: 0.95).run(
        density, in: RunContext(seed: 1))
      return MomentCheck([
        (column(chains, 0), 0), (column(chains, 0) { $0 * $0 }, 1), (column(chains, 1), 1),
        (column(chains, 1) { $0 * $0 }, 3.25),
      ]).worst
    }
    #expect(try await worst(Banana()) < 4.5)
    #expect(try await worst(Banana(curvature: 0.75)) > 4.5)
  }

  @Test("heavy tails; those of three degrees of freedom instead of five are caught")
  func student() async throws {
    func worst(_ density: StudentT) async throws -> Double {
      let chains = try await ChainRunner(drawCount: 5000).run(density, in: RunContext(seed: 1))
      // Γ(5/2) = ¾√π, so that E|x| = 4√5 / (3π).
      let meanMagnitude = 4 * 5.0.squareRoot() / (3 * .pi)
      return MomentCheck([
        (column(chains, 0), 0), (column(chains, 0) { abs($0) }, meanMagnitude),
      ]).worst
    }
    #expect(try await worst(StudentT()) < 4.5)
    #expect(try await worst(StudentT(degrees: 3)) > 4.5)
  }

  @Test("the funnel, non-centred: the log-scale has standard deviation 3; 3.25 is caught")
  func funnel() async throws {
    let space = try ParameterSpace(
      (0..<3).map { Parameter("x\($0)", prior: .uniform(lower: -20, upper: 20)) })
    func worst(_ funnel: Funnel) async throws -> Double {
      let chains = try await ChainRunner().run(
        try Posterior(space, funnel), in: RunContext(seed: 1))
      let scales = column(chains, 0) { 3 * $0 }
      return MomentCheck([(scales, 0), (scales.map { $0.map { $0 * $0 } }, 9)]).worst
    }
    #expect(try await worst(Funnel()) < 4.5)
    #expect(try await worst(Funnel(precision: 0.85)) > 4.5)
  }

  /// A kernel whose gradient has the wrong sign: still right by its weights, but it cannot move
  /// far.
  struct WrongSign: LogDensity {
    let density: CorrelatedGaussian
    var dimension: Int { density.dimension }
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let value = density.logDensity(at: x, gradient: &gradient)
      for i in 0..<dimension { gradient[i] = -gradient[i] }
      return value
    }
  }

  @Test("a gradient of the wrong sign shows in the efficiency")
  func wrongSign() async throws {
    let density = CorrelatedGaussian(dimension: 10, correlation: 0.5)
    let runner = ChainRunner(drawCount: 500)
    let right = PosteriorSummary(try await runner.run(density)).parameters[0]
      .bulkEffectiveSampleSize
    let wrong = PosteriorSummary(try await runner.run(WrongSign(density: density)))
    #expect(right > 1000)
    #expect(!wrong.failedGates.isEmpty)
  }

  @Test("trees are as deep as the trajectory needs, and no deeper than allowed")
  func depth() async throws {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0)
    var kernel = NoUTurnSampler(density, metric: UnitMetric(dimension: 2), stepSize: 0.01)
    var random = RandomStream(seed: 1, "depth")
    // Half a turn is π / 0.01 = 314 steps: between 8 and 10 doublings.
    let (_, info) = kernel.step(PhasePoint(density, at: [1, 0.5]), using: &random)
    #expect((8...10).contains(info.treeDepth) && info.steps < 1024)
    #expect(abs(info.energyError) < 1e-3 && info.acceptanceProbability > 0.999)
    kernel.maximumDepth = 4
    let (_, cut) = kernel.step(PhasePoint(density, at: [1, 0.5]), using: &random)
    #expect(cut.treeDepth == 4 && cut.steps == 15)
  }
}
