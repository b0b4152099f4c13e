public import Inference
import RealModule

/// One transition of a Markov chain, as a pure function of the state and the random numbers.
public protocol TransitionKernel: Sendable {
  /// What the next transition needs to know.
  associatedtype State: Sendable
  /// What one may want to look at afterwards.
  associatedtype Info: Sendable

  /// Makes one transition.
  func step(_ state: State, using generator: inout some RandomNumberGenerator) -> (State, Info)
}

/// What one transition of a Hamiltonian kernel did.
public struct HamiltonianInfo: Sendable, Equatable {
  /// The probability with which the end of the trajectory was accepted, 0 to 1.
  public var acceptanceProbability: Double
  /// The Hamiltonian at the start, after the momentum was drawn.
  public var energy: Double
  /// The Hamiltonian at the end less that at the start; infinite if the density was not finite on the way.
  public var energyError: Double
  /// The number of leapfrog steps, each with one gradient.
  public var leapfrogSteps: Int

  /// Whether the integrator lost the trajectory: an energy error above 1000, Stan's threshold.
  public var isDivergent: Bool { energyError > 1000 }
}

/// Hamiltonian Monte Carlo with trajectories of a fixed length.
///
/// Draw a momentum, follow Hamilton's equations for `integrationTime` by the leapfrog integrator, accept the end with probability
/// min(1, exp(−ΔH)). Time is in units in which the posterior has unit variance once the metric is adapted: π/2, a quarter turn,
/// makes successive draws of a Gaussian independent. The step size is jittered so that no direction is resonant.
///
/// Source: Neal 2011, "MCMC using Hamiltonian dynamics", sections 5.3.2 and 5.4.2.2 (arXiv 1206.1901).
public struct HamiltonianMonteCarlo<Density: LogDensity, MetricType: Metric>: TransitionKernel {
  /// The density to sample.
  public let density: Density
  /// The kinetic energy.
  public var metric: MetricType
  /// ε, the length of a leapfrog step, positive.
  public var stepSize: Double
  /// The length of a trajectory in time; it takes integrationTime / stepSize steps, at least 1.
  public var integrationTime: Double
  /// The largest number of steps of a trajectory, which cuts the integration time short where the step size is very small.
  public var maximumSteps = 1024
  /// The step size of a trajectory is drawn uniformly from stepSize × (1 ± jitter), 0 ≤ jitter < 1.
  public var stepSizeJitter: Double

  /// A kernel with its tuning.
  public init(
    _ density: Density, metric: MetricType, stepSize: Double,
    integrationTime: Double = 0.5 * .pi, stepSizeJitter: Double = 0.2
  ) {
    self.density = density
    self.metric = metric
    self.stepSize = stepSize
    self.integrationTime = integrationTime
    self.stepSizeJitter = stepSizeJitter
  }

  /// Makes one transition; the momentum of the given state is not read.
  public func step(
    _ state: PhasePoint, using generator: inout some RandomNumberGenerator
  ) -> (PhasePoint, HamiltonianInfo) {
    var point = state
    metric.sampleMomentum(into: &point.momentum, using: &generator)
    let leapfrog = Leapfrog(density, metric: metric)
    let energy = leapfrog.energy(of: point)

    let jitter = 1 + stepSizeJitter * (2 * generator.nextUniform() - 1)
    let steps = Int(max(1, min(Double(maximumSteps), (integrationTime / stepSize).rounded())))
    let taken = leapfrog.advance(&point, by: stepSize * jitter, steps: steps)
    let finalEnergy = leapfrog.energy(of: point)
    let energyError = finalEnergy.isFinite ? finalEnergy - energy : .infinity
    let probability = min(1, Double.exp(-energyError))
    let info = HamiltonianInfo(
      acceptanceProbability: probability, energy: energy, energyError: energyError,
      leapfrogSteps: taken)
    return (generator.nextUniform() < probability ? point : state, info)
  }
}
