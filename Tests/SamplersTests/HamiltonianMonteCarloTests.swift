import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Whether draws have given moments: how many standard errors, from their own effective sample
/// size, each is away.
struct MomentCheck {
  let worst: Double

  /// Compares the mean of every list of chains with its exact value.
  init(_ quantities: [(chains: [[Double]], exact: Double)]) {
    worst = largest(
      quantities.map { chains, exact in
        let draws = chains.flatMap { $0 }
        let mean = draws.reduce(0, +) / Double(draws.count)
        let variance =
          draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count - 1)
        let standardError = (variance / effectiveSampleSize(chains)).squareRoot()
        return abs(mean - exact) / standardError
      })
  }
}

@Suite struct HamiltonianMonteCarloTests {
  /// Means 0, variances 1 and neighbours' products ρ of a correlated Gaussian, from chains of
  /// draws.
  private func check(_ chains: [[[Double]]], dimension: Int, correlation: Double) -> MomentCheck {
    var quantities: [(chains: [[Double]], exact: Double)] = []
    for i in 0..<dimension {
      quantities.append((chains.map { $0.map { $0[i] } }, 0))
      quantities.append((chains.map { $0.map { $0[i] * $0[i] } }, 1))
      if i > 0 { quantities.append((chains.map { $0.map { $0[i] * $0[i - 1] } }, correlation)) }
    }
    return MomentCheck(quantities)
  }

  @Test("Gaussians come out with their moments", arguments: [(2, 0.0), (2, 0.95), (10, 0.8)])
  func gaussians(dimension: Int, correlation: Double) async throws {
    let density = CorrelatedGaussian(dimension: dimension, correlation: correlation)
    let chains = try await ChainRunner().run(
      HamiltonianMonteCarlo(density, metric: DenseMetric(dimension: dimension)),
      in: RunContext(seed: 3))
    let draws = chains.map { chain in (0..<chain.count).map { Array(chain.draw($0)) } }
    let check = check(draws, dimension: dimension, correlation: correlation)
    // Up to 29 quantities: the largest of them exceeds 4.5 standard errors once in 5,000 runs.
    #expect(check.worst < 4.5, "\(check.worst) standard errors")
    #expect(PosteriorSummary(chains).failedGates.isEmpty)
  }

  /// Chains of a kernel with a step size so large that many proposals are refused.
  private func coarseChains(
    _ step: (
      HamiltonianMonteCarlo<CorrelatedGaussian, DenseMetric, Leapfrog>, PhasePoint,
      inout RandomStream
    )
      -> PhasePoint
  ) throws -> [[[Double]]] {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0.6)
    let kernel = HamiltonianMonteCarlo(
      density, metric: try DenseMetric(inverseMassMatrix: .identity(2)), stepSize: 1.1,
      integrationTime: 2)
    return (0..<4).map { index in
      var random = RandomStream(seed: 9, "coarse", index)
      var state = PhasePoint(density, at: [0, 0])
      return (0..<5000).map { _ in
        state = step(kernel, state, &random)
        return state.position
      }
    }
  }

  @Test("a coarse step size is corrected by the acceptance")
  func acceptance() throws {
    let chains = try coarseChains { kernel, state, random in
      kernel.step(state, using: &random).0
    }
    let refused = zip(chains[0], chains[0].dropFirst()).count { $0 == $1 }
    #expect(refused > 500, "\(refused) of 5000")
    #expect(check(chains, dimension: 2, correlation: 0.6).worst < 4.5)
  }

  @Test("a kernel that draws again until it is accepted is caught")
  func brokenTwin() throws {
    let chains = try coarseChains { kernel, state, random in
      var next = state
      while next.position == state.position { next = kernel.step(state, using: &random).0 }
      return next
    }
    #expect(check(chains, dimension: 2, correlation: 0.6).worst > 4.5)
  }

  struct Coin: Likelihood {
    let parameterNames = ["p"]
    /// Three heads in four throws: with a uniform prior the posterior is Beta(4, 2), with mean 2/3
    /// and second moment 10/21.
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      3 * Scalar.log(p[0]) + .log(1 - p[0])
    }
  }

  /// A posterior whose author forgot the Jacobian of its transform.
  struct WithoutJacobian: LogDensity {
    let posterior: Posterior
    var dimension: Int { posterior.dimension }
    var columns: [Chain.Column] { posterior.columns }
    func logDensity(at q: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let image = posterior.space.parameters[0].transform(q[0])
      let value = posterior.logDensity(at: q, gradient: &gradient)
      gradient[0] -= image.logJacobianDerivative
      return value - image.logJacobian
    }
    func draw(
      at position: [Double], logDensity: Double
    ) -> (values: [Double], logDensity: Double) {
      posterior.draw(at: position, logDensity: logDensity)
    }
  }

  @Test("a parameter on an interval has its posterior moments; without the Jacobian it has not")
  func jacobian() async throws {
    let space = try ParameterSpace([Parameter("p", prior: .uniform(lower: 0, upper: 1))])
    let posterior = try Posterior(space, Coin())
    func worst(_ density: some LogDensity) async throws -> Double {
      let draws = try await ChainRunner().run(density, in: RunContext(seed: 5)).map { $0.column(0) }
      return MomentCheck([(draws, 2.0 / 3), (draws.map { $0.map { $0 * $0 } }, 10.0 / 21)]).worst
    }
    #expect(try await worst(posterior) < 4.5)
    #expect(try await worst(WithoutJacobian(posterior: posterior)) > 4.5)
  }

  /// A half-normal density: standard normal for x > 0, nothing below.
  struct HalfNormal: LogDensity {
    let dimension = 1
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -x[0]
      return x[0] > 0 ? -0.5 * x[0] * x[0] : -.infinity
    }
    func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] { [1] }
  }

  /// The half-normal density with a wall that lets one point in ten through.
  struct LeakyHalfNormal: LogDensity {
    let dimension = 1
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      gradient[0] = -x[0]
      return x[0] > -0.3 ? -0.5 * x[0] * x[0] : -.infinity
    }
    func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] { [1] }
  }

  @Test("trajectories that end at a wall leave the density right")
  func wall() async throws {
    func worst(_ density: some LogDensity) async throws -> Double {
      let draws = try await ChainRunner().run(density, in: RunContext(seed: 4)).map { $0.column(0) }
      let mean = (2 / Double.pi).squareRoot()
      return MomentCheck([(draws, mean), (draws.map { $0.map { $0 * $0 } }, 1)]).worst
    }
    #expect(try await worst(HalfNormal()) < 4.5)
    #expect(try await worst(LeakyHalfNormal()) > 4.5)
  }

  @Test(
    "dual averaging finds the step size at which acceptance is the target",
    arguments: [0.6, 0.8, 0.95])
  func dualAveraging(target: Double) {
    // An acceptance of exp(−ε) without noise.
    var averaging = DualAveraging(initialStepSize: 3, target: target)
    for _ in 0..<2000 { averaging.update(acceptanceProbability: Double.exp(-averaging.stepSize)) }
    #expect(abs(averaging.averageStepSize / -Double.log(target) - 1) < 0.1)
  }

  @Test("after warm-up the acceptance is near its target")
  func adaptedAcceptance() async throws {
    let chains = try await ChainRunner().run(
      CorrelatedGaussian(dimension: 10, correlation: 0.9), in: RunContext(seed: 6))
    for chain in chains {
      let acceptance = chain.statistics[.acceptance, default: []]
      let mean = acceptance.reduce(0, +) / Double(acceptance.count)
      #expect(mean > 0.7 && mean < 0.95, "\(mean)")
    }
  }

  @Test(
    "the same seed gives the same bits, whatever the number of chains next to; another seed others")
  func reproducibility() async throws {
    let density = CorrelatedGaussian(dimension: 3, correlation: 0.5)
    func run(_ chains: Int, _ seed: Seed) async throws -> [Chain] {
      try await ChainRunner(chainCount: chains, warmUpCount: 200, drawCount: 100).run(
        density, in: RunContext(seed: seed))
    }
    let first = try await run(4, 1)
    #expect(try await run(4, 1) == first)
    #expect(try await run(2, 1) == Array(first.prefix(2)))
    #expect(try await run(4, 2)[0] != first[0])
    #expect(first[0] != first[1])
  }

  @Test("a short warm-up finds the scales as well", arguments: [20, 50, 100, 150])
  func shortWarmUp(count: Int) async throws {
    let chains = try await ChainRunner(warmUpCount: count, drawCount: 500)
      .run(CorrelatedGaussian(dimension: 2, correlation: 0.3), in: RunContext(seed: 2))
    for chain in chains {
      let steps = chain.statistics[.leapfrogSteps, default: []].reduce(0, +)
      #expect(steps <= 12 * 500, "\(steps) steps for 500 draws")
    }
  }

  @Test(
    "the stages of the warm-up add up, and only long ones adapt the metric",
    arguments: [20, 75, 149, 150, 151, 300, 1000, 12345])
  func stages(count: Int) {
    let stages = WarmUp(count: count).stages
    #expect(stages.reduce(0) { $0 + $1.count } == count)
    #expect(stages.first?.adaptsMetric == false && stages.last?.adaptsMetric == false)
    if count == 1000 {
      #expect(stages.map(\.count) == [75, 25, 50, 100, 200, 500, 50])
    }
  }

  @Test("a density that is nowhere finite is an error that names a point")
  func nowhereFinite() async {
    let error = await #expect(throws: SamplingError.self) {
      try await ChainRunner().run(NowhereFinite(), in: RunContext(seed: 1))
    }
    guard case .noFiniteStart(let tries, let point, let parts, let gradient) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(tries == 2000 && point.map(\.name) == ["x1", "x2"] && gradient.isEmpty)
    #expect(parts == [.init(name: "log density", value: -.infinity)])
  }

  @Test("a step size that overflows is refused by acceptance, not by a crash")
  func divergence() throws {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0)
    let kernel = HamiltonianMonteCarlo(
      density, metric: try DenseMetric(inverseMassMatrix: .identity(2)), stepSize: 1e200)
    var random = RandomStream(seed: 1, "divergence")
    let state = PhasePoint(density, at: [1, 1])
    let (next, info) = kernel.step(state, using: &random)
    #expect(next.position == state.position && info.isDivergent)
    #expect(info.acceptanceProbability == 0 && info.energyError == 0)
  }
}
