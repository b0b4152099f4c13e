public import Inference
import RealModule

/// Hamiltonian Monte Carlo with trajectories of a fixed length.
///
/// Draw a momentum, follow Hamilton's equations for `integrationTime`, accept the end with
/// probability min(1, exp(−ΔH)). Time is in units in which the posterior has unit variance once the
/// metric is adapted: π/2, a quarter turn, makes successive draws of a Gaussian independent. The
/// step size is jittered so that no direction is resonant.
///
/// Source: Neal 2011, "MCMC using Hamiltonian dynamics", sections 5.3.2 and 5.4.2.2 (arXiv
/// 1206.1901).
public struct HamiltonianMonteCarlo<
  Density: LogDensity, MetricType: AdaptiveMetric, IntegratorType: Integrator
>: HamiltonianKernel {
  /// The density to sample.
  public let density: Density
  /// The kinetic energy.
  public var metric: MetricType
  /// The integrator of trajectories.
  public let integrator: IntegratorType
  /// ε, the length of a step, positive.
  public var stepSize: Double
  /// The length of a trajectory in time; it takes integrationTime / stepSize steps, at least 1.
  public var integrationTime: Double
  /// The largest number of steps of a trajectory, which cuts the integration time short where the
  /// step size is very small.
  public var maximumSteps = 1024
  /// The step size of a trajectory is drawn uniformly from stepSize × (1 ± jitter), 0 ≤ jitter < 1.
  public var stepSizeJitter: Double

  /// A kernel with its tuning.
  public init(
    _ density: Density, metric: MetricType, integrator: IntegratorType = Leapfrog(),
    stepSize: Double = 1, integrationTime: Double = 0.5 * .pi, stepSizeJitter: Double = 0.2
  ) {
    self.density = density
    self.metric = metric
    self.integrator = integrator
    self.stepSize = stepSize
    self.integrationTime = integrationTime
    self.stepSizeJitter = stepSizeJitter
  }

  /// The kernel with trajectories of at most 64 steps: a quarter turn means nothing until the
  /// metric is right, and a long trajectory before that only costs time.
  public var forWarmUp: Self {
    var kernel = self
    kernel.maximumSteps = min(64, maximumSteps)
    return kernel
  }

  /// Makes one transition in place; the momentum of the given state is ignored.
  public func advance(
    _ state: inout PhasePoint, using generator: inout some RandomNumberGenerator
  ) -> HamiltonianInfo {
    state.drawMomentum(metric, using: &generator)
    let jitter = 1 + stepSizeJitter * (2 * generator.nextUniform() - 1)
    let steps = Int(max(1, min(Double(maximumSteps), (integrationTime / stepSize).rounded())))
    var end = state
    let taken = end.advance(density, metric, integrator, by: stepSize * jitter, steps: steps)

    let (initial, final) = (state.energy, end.energy)
    let energyError = final.isFinite ? final - initial : .infinity
    let probability = min(1, Double.exp(-energyError))
    let isAccepted = generator.nextUniform() < probability
    if isAccepted { state = end }
    return HamiltonianInfo(
      acceptanceProbability: probability, energy: isAccepted ? final : initial,
      energyError: isAccepted ? energyError : 0, steps: taken, treeDepth: 0,
      isDivergent: energyError > 1000)
  }
}
