public import Inference

/// A trajectory of integration steps in both directions of time, for a no-U-turn tree.
@usableFromInline
struct HamiltonianTrajectory<
  Density: LogDensity, MetricType: Metric, IntegratorType: Integrator
>: Trajectory, ~Copyable {
  @usableFromInline let density: Density
  @usableFromInline let metric: MetricType
  @usableFromInline let integrator: IntegratorType
  @usableFromInline let stepSize: Double
  @usableFromInline let initialEnergy: Double
  @usableFromInline let storage: TrajectoryStorage

  /// Starts from a point with its momentum, for trees up to a depth.
  @inlinable
  init(
    _ density: Density, _ metric: MetricType, _ integrator: IntegratorType,
    from point: PhasePoint, stepSize: Double, maximumDepth: Int
  ) {
    self.density = density
    self.metric = metric
    self.integrator = integrator
    self.stepSize = stepSize
    initialEnergy = point.energy
    storage = TrajectoryStorage(point, maximumDepth: maximumDepth)
  }

  @inlinable
  mutating func extend(forward: Bool, into slot: Int) -> Double {
    let end = forward ? storage.forwardEnd : storage.backwardEnd
    var position = storage.buffer(end, .position).mutableSpan
    var momentum = storage.buffer(end, .leftMomentum).mutableSpan
    var velocity = storage.buffer(end, .leftVelocity).mutableSpan
    var gradient = storage.buffer(end, .gradient).mutableSpan
    let logDensity = integrator.step(
      position: &position, momentum: &momentum, velocity: &velocity, gradient: &gradient,
      by: forward ? stepSize : -stepSize, density, metric)
    guard logDensity.isFinite else { return -.infinity }
    var energy = -logDensity
    for i in 0..<storage.dimension { energy += 0.5 * momentum[i] * velocity[i] }
    storage.begin(slot, at: end, .init(logDensity: logDensity, energy: energy))
    return energy.isFinite ? initialEnergy - energy : -.infinity
  }

  @inlinable
  func isTurning(left: Int, right: Int) -> Bool { storage.isTurning(left: left, right: right) }

  @inlinable
  mutating func join(left: Int, right: Int, into slot: Int) {
    storage.join(left: left, right: right, into: slot)
  }

  @inlinable
  mutating func adoptProposal(of source: Int, in slot: Int) {
    storage.adoptProposal(of: source, in: slot)
  }

  /// Writes the proposal of the whole trajectory into a state.
  ///
  /// - Returns: its energy.
  @inlinable
  func writeProposal(into state: inout PhasePoint) -> Double { storage.writeProposal(into: &state) }
}
