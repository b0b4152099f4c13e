public import Inference

/// The no-U-turn sampler: Hamiltonian trajectories that end when they turn back, with multinomial
/// weights for their points.
///
/// It has no trajectory length to tune: a tree doubles until it turns. Source: Hoffman & Gelman
/// 2014, JMLR 15, 1593; Betancourt 2017, arXiv 1701.02434, appendix A; see `NoUTurnTree` for the
/// tree.
public struct NoUTurnSampler<
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
  /// The largest number of doublings: a trajectory has at most 2^`maximumDepth` − 1 steps.
  public var maximumDepth: Int

  /// A kernel with its tuning.
  public init(
    _ density: Density, metric: MetricType, integrator: IntegratorType = Leapfrog(),
    stepSize: Double = 1, maximumDepth: Int = 10
  ) {
    self.density = density
    self.metric = metric
    self.integrator = integrator
    self.stepSize = stepSize
    self.maximumDepth = maximumDepth
  }

  /// Makes one transition in place; the momentum of the given state is ignored.
  @inlinable
  public func advance(
    _ state: inout PhasePoint, using generator: inout some RandomNumberGenerator
  ) -> HamiltonianInfo {
    state.drawMomentum(metric, using: &generator)
    let initialEnergy = state.energy
    var trajectory = HamiltonianTrajectory(
      density, metric, integrator, from: state, stepSize: stepSize, maximumDepth: maximumDepth)
    var chooser = RandomChooser(generator: generator)
    let tree = NoUTurnTree(growing: &trajectory, maximumDepth: maximumDepth, choosing: &chooser)
    generator = chooser.generator
    let energy = trajectory.writeProposal(into: &state)
    return HamiltonianInfo(
      acceptanceProbability: tree.acceptanceProbability, energy: energy,
      energyError: energy - initialEnergy, steps: tree.steps, treeDepth: tree.depth,
      isDivergent: tree.isDivergent)
  }
}

/// Chooses by random numbers.
@usableFromInline
struct RandomChooser<Generator: RandomNumberGenerator>: Chooser {
  @usableFromInline var generator: Generator

  @inlinable
  init(generator: Generator) { self.generator = generator }

  @inlinable
  mutating func choose(probability: Double) -> Bool {
    probability >= 1 || generator.nextUniform() < probability
  }
}
