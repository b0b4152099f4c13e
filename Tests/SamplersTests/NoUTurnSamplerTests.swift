import Inference
import Samplers
import TestSupport
import Testing

@Suite struct NoUTurnSamplerTests {
  /// Neal's funnel in three dimensions, non-centred: v = 3 x₀, θᵢ = exp(v/2) xᵢ, so that x is
  /// standard normal.
  struct Funnel: Likelihood {
    let parameterNames = ["x0", "x1", "x2"]
    func logLikelihood<Scalar: DifferentiableScalar>(of x: Span<Scalar>) -> Scalar {
      -0.5 * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    }
  }

  /// A banana: x₀ ~ N(0, 1), x₁ ~ N(x₀², ½²); means 0 and 1, second moments 1 and 3 + ¼.
  struct Banana: LogDensity {
    let dimension = 2
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let residual = x[1] - x[0] * x[0]
      gradient[0] = -x[0] + 8 * x[0] * residual
      gradient[1] = -4 * residual
      return -0.5 * x[0] * x[0] - 2 * residual * residual
    }
  }

  /// Student's t with five degrees of freedom: mean 0, variance 5/3, and E|x| = 2√5 Γ(3) / (√π
  /// Γ(5/2) · 4).
  struct StudentT: LogDensity {
    let dimension = 1
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -6 * x[0] / (5 + x[0] * x[0])
      return -3 * .log(1 + x[0] * x[0] / 5)
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
    let chains = try await ChainRunner(seed: 3).run(density)
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
      let chains = try await ChainRunner(seed: 8).run(NoUTurnSampler(density, metric: metric))
      return MomentCheck(
        (0..<3).flatMap { [(column(chains, $0), 0), (column(chains, $0) { $0 * $0 }, 1)] }
      ).worst
    }
    #expect(try await worst(UnitMetric(dimension: 3)) < 4.5)
    #expect(try await worst(DiagonalMetric(dimension: 3)) < 4.5)
    #expect(try await worst(DenseMetric(dimension: 3)) < 4.5)
  }

  /// A step of two kicks and two drifts with the smallest error of its kind (McLachlan 1995, SIAM J.
  /// Sci. Comput. 16, 151): an integrator as anybody may bring it.
  struct TwoStage: Integrator {
    let order = 2
    func step(
      position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
      velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
      by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
    ) -> Double {
      let outer = 0.1931833275037836
      var logDensity = 0.0
      for i in 0..<momentum.count { momentum[i] += outer * time * gradient[i] }
      for kick in [1 - 2 * outer, outer] {
        metric.velocity(of: momentum.span, into: &velocity)
        for i in 0..<position.count { position[i] += 0.5 * time * velocity[i] }
        logDensity = density.logDensity(at: position.span, gradient: &gradient)
        guard logDensity.isFinite else { return logDensity }
        for i in 0..<momentum.count { momentum[i] += kick * time * gradient[i] }
      }
      metric.velocity(of: momentum.span, into: &velocity)
      return logDensity
    }
  }

  @Test("another integrator samples the same density, at a larger step size")
  func integrators() async throws {
    let density = CorrelatedGaussian(dimension: 10, correlation: 0.6)
    let runner = ChainRunner(seed: 8)
    let metric = DiagonalMetric(dimension: 10)
    let leapfrog = try await runner.run(NoUTurnSampler(density, metric: metric))
    let twoStage = try await runner.run(
      NoUTurnSampler(density, metric: metric, integrator: TwoStage()))
    let fixed = try await runner.run(
      HamiltonianMonteCarlo(density, metric: metric, integrator: TwoStage()))
    for chains in [twoStage, fixed] {
      let quantities = (0..<10).flatMap {
        [(column(chains, $0), 0.0), (column(chains, $0) { $0 * $0 }, 1.0)]
      }
      #expect(MomentCheck(quantities).worst < 4.5)
    }
    func stepSize(_ chains: [Chain]) -> Double { chains[0].statistics[.stepSize]?[0] ?? .nan }
    #expect(stepSize(twoStage) > 1.3 * stepSize(leapfrog))
  }

  @Test("a banana, and heavy tails")
  func curvedAndHeavy() async throws {
    let banana = try await ChainRunner(drawCount: 5000, seed: 1, targetAcceptance: 0.9).run(
      Banana())
    #expect(
      MomentCheck([
        (column(banana, 0), 0), (column(banana, 0) { $0 * $0 }, 1), (column(banana, 1), 1),
        (column(banana, 1) { $0 * $0 }, 3.25),
      ]).worst < 4.5)
    let student = try await ChainRunner(drawCount: 5000, seed: 1).run(StudentT())
    // Γ(5/2) = ¾√π, so that E|x| = 4√5 / (3π).
    let meanMagnitude = 4 * 5.0.squareRoot() / (3 * .pi)
    #expect(
      MomentCheck([(column(student, 0), 0), (column(student, 0) { abs($0) }, meanMagnitude)]).worst
        < 4.5)
  }

  @Test("the funnel, non-centred: the log-scale has standard deviation 3")
  func funnel() async throws {
    let space = try ParameterSpace(
      (0..<3).map { Parameter("x\($0)", prior: .uniform(lower: -20, upper: 20)) })
    let chains = try await ChainRunner(seed: 1).run(try Posterior(space, Funnel()))
    let scales = column(chains, 0) { 3 * $0 }
    #expect(MomentCheck([(scales, 0), (scales.map { $0.map { $0 * $0 } }, 9)]).worst < 4.5)
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
    let runner = ChainRunner(drawCount: 500, seed: 1)
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
