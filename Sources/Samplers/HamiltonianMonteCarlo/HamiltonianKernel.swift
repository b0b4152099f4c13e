public import Inference

/// One transition of a Markov chain, as a pure function of the state and the random numbers.
public protocol TransitionKernel: Sendable {
  /// The state of the chain.
  associatedtype State: Sendable
  /// Diagnostics of a transition.
  associatedtype Info: Sendable

  /// Makes one transition in place, without the copy of the state that `step` makes.
  func advance(_ state: inout State, using generator: inout some RandomNumberGenerator) -> Info
}

extension TransitionKernel {
  /// Makes one transition; returns the next state and its diagnostics.
  public func step(
    _ state: State, using generator: inout some RandomNumberGenerator
  ) -> (State, Info) {
    var next = state
    let info = advance(&next, using: &generator)
    return (next, info)
  }
}

/// A Hamiltonian kernel that warm-up can tune.
public protocol HamiltonianKernel: TransitionKernel
where State == PhasePoint, Info == HamiltonianInfo {
  /// The density that is sampled.
  associatedtype Density: LogDensity
  /// The kinetic energy.
  associatedtype MetricType: AdaptiveMetric
  /// The integrator of trajectories.
  associatedtype IntegratorType: Integrator

  /// The density to sample.
  var density: Density { get }
  /// The kinetic energy.
  var metric: MetricType { get set }
  /// The integrator of trajectories.
  var integrator: IntegratorType { get }
  /// ε, the length of an integration step, positive.
  var stepSize: Double { get set }

  /// The kernel to adapt with, before the metric knows the scales of the density; by default the
  /// kernel itself.
  var forWarmUp: Self { get }
}

extension HamiltonianKernel {
  /// The kernel itself.
  public var forWarmUp: Self { self }
}

/// The diagnostics of one transition of a Hamiltonian kernel.
public struct HamiltonianInfo: Sendable, Equatable {
  /// The mean acceptance probability over the trajectory, 0 to 1, which step-size
  /// adaptation uses.
  public var acceptanceProbability: Double
  /// The Hamiltonian of the state that was kept, with the momentum of its trajectory.
  public var energy: Double
  /// The Hamiltonian of the state that was kept minus that at the start of the trajectory.
  public var energyError: Double
  /// The number of integration steps, each with one gradient.
  public var steps: Int
  /// The number of doublings of a no-U-turn tree; 0 for a trajectory of fixed length.
  public var treeDepth: Int
  /// Whether the integrator lost the trajectory: an energy error above 1000, Stan's threshold, or a
  /// density that is not finite.
  public var isDivergent: Bool

  /// A report with all its numbers.
  public init(
    acceptanceProbability: Double, energy: Double, energyError: Double, steps: Int, treeDepth: Int,
    isDivergent: Bool
  ) {
    self.acceptanceProbability = acceptanceProbability
    self.energy = energy
    self.energyError = energyError
    self.steps = steps
    self.treeDepth = treeDepth
    self.isDivergent = isDivergent
  }
}
