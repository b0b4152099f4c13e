import RealModule

/// L leapfrog steps of a time T in the Hamiltonian K(p) + V(q), one layer of a flow.
///
/// Consecutive kicks are merged, so there are L + 1 forces and L velocities. The map is
/// symplectic, its Jacobian is 1, and its inverse is the same map with the time reversed (Souveton
/// et al. 2023, section 3; Toth et al. 2020).
public struct HamiltonianBlock: Sendable, Codable, Equatable {
  /// V(q).
  public var potential: Energy
  /// K(p).
  public var kinetic: Energy
  /// L, at least 1.
  public var stepCount: Int
  /// Whether training may change T.
  public var learnsTime: Bool

  /// A block.
  public init(potential: Energy, kinetic: Energy, stepCount: Int, learnsTime: Bool = false) {
    precondition(stepCount >= 1, "\(stepCount) leapfrog steps")
    self.potential = potential
    self.kinetic = kinetic
    self.stepCount = stepCount
    self.learnsTime = learnsTime
  }

  /// log T, then the parameters of V and of K.
  var parameterCount: Int { 1 + potential.parameterCount + kinetic.parameterCount }
}

/// Which way a flow runs: from the base to the target, or back.
enum FlowDirection {
  case forward, backward
}

/// The leapfrog steps of a block for batches, with their adjoint and their tangent.
struct BlockEvaluator<Scalar: NetworkScalar> {
  private let block: HamiltonianBlock
  private let potential, kinetic: AnyEnergyEvaluator<Scalar>
  private let remembers: Bool
  /// The L + 1 forces and L velocities; one of each where nothing is stored.
  private let forces, velocities: [Batch<Scalar>]

  /// - Parameter remembers: whether adjoints and tangents will be needed.
  init(
    _ block: HamiltonianBlock, dimension: Int, count: Int, remembers: Bool, in arena: Arena<Scalar>
  ) {
    self.block = block
    self.remembers = remembers
    let steps = remembers ? block.stepCount : 0
    potential = Scalar.evaluator(
      of: block.potential.form, count: count, slots: steps + 1, in: arena)
    kinetic = Scalar.evaluator(
      of: block.kinetic.form, count: count, slots: max(steps, 1), in: arena)
    forces = (0...steps).map { _ in arena.batch(rows: dimension, count: count) }
    velocities = (0..<max(steps, 1)).map { _ in arena.batch(rows: dimension, count: count) }
  }

  private func parts(
    _ parameters: UnsafePointer<Scalar>
  ) -> (potential: UnsafePointer<Scalar>, kinetic: UnsafePointer<Scalar>) {
    (parameters + 1, parameters + 1 + block.potential.parameterCount)
  }

  /// Computes what depends on the parameters alone; before everything else that is given them.
  func prepare(_ parameters: UnsafePointer<Scalar>) {
    let parts = parts(parameters)
    potential.prepare(parts.potential)
    kinetic.prepare(parts.kinetic)
  }

  /// The length of a step; negative backwards.
  private func step(_ parameters: UnsafePointer<Scalar>, _ direction: FlowDirection) -> Scalar {
    let length = Scalar.exponential(parameters[0]) / Scalar(block.stepCount)
    return direction == .forward ? length : -length
  }

  /// The share of a step that a kick has.
  private func share(_ kick: Int) -> Scalar { kick == 0 || kick == block.stepCount ? 0.5 : 1 }

  /// Adds V(q) and K(p) to rows.
  func addEnergies(
    _ q: Batch<Scalar>, _ p: Batch<Scalar>, to potentials: Batch<Scalar>, _ kinetics: Batch<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    let parts = parts(parameters)
    potential.addValue(q, potentials, parts.potential)
    kinetic.addValue(p, kinetics, parts.kinetic)
  }

  /// Adds ∇∇V(q) c.
  func addPotentialHessian(
    at q: Batch<Scalar>, times direction: Batch<Scalar>, to product: Batch<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    let parameters = parts(parameters).potential
    forces[0].clear()
    potential.addGradient(q, forces[0], parameters, 0)
    potential.addHessianProduct(direction, 1, product, nil, parameters, 0)
  }

  /// Moves positions and momenta in place.
  ///
  /// - Parameter drifted: called whenever positions have moved.
  func advance(
    _ q: Batch<Scalar>, _ p: Batch<Scalar>, _ direction: FlowDirection,
    _ parameters: UnsafePointer<Scalar>, drifted: () -> Void = {}
  ) {
    let step = step(parameters, direction)
    let parts = parts(parameters)
    for kick in 0...block.stepCount {
      if kick > 0 {
        let slot = remembers ? kick - 1 : 0
        velocities[slot].clear()
        kinetic.addGradient(p, velocities[slot], parts.kinetic, slot)
        Scalar.add(step, velocities[slot], to: q)
        drifted()
      }
      let slot = remembers ? kick : 0
      forces[slot].clear()
      potential.addGradient(q, forces[slot], parts.potential, slot)
      Scalar.add(-share(kick) * step, forces[slot], to: p)
    }
  }

  /// Carries the derivatives of a loss by the end point back to the start point, in place, and adds
  /// those by the parameters; after `advance`.
  func retreat(
    _ q: Batch<Scalar>, _ p: Batch<Scalar>, _ direction: FlowDirection,
    to gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>
  ) {
    let step = step(parameters, direction)
    let parts = parts(parameters)
    let potentialGradient = gradient.map { $0 + 1 }
    let kineticGradient = gradient.map { $0 + 1 + block.potential.parameterCount }
    var slope: Scalar = 0
    for kick in (0...block.stepCount).reversed() {
      // Before q changes its meaning from after this kick's drift to before it.
      let weight = -share(kick) * step
      if block.learnsTime { slope += weight * Scalar.dot(p, forces[kick]) }
      potential.addHessianProduct(p, weight, q, potentialGradient, parts.potential, kick)
      if kick > 0 {
        if block.learnsTime { slope += step * Scalar.dot(q, velocities[kick - 1]) }
        kinetic.addHessianProduct(q, step, p, kineticGradient, parts.kinetic, kick - 1)
      }
    }
    // The step is proportional to T, so ∂/∂ log T is step ∂/∂ step.
    gradient?[0] += slope
  }

  /// Carries a tangent along the trajectory, in place; after `advance`.
  func transport(
    _ q: Batch<Scalar>, _ p: Batch<Scalar>, _ direction: FlowDirection,
    _ parameters: UnsafePointer<Scalar>
  ) {
    let step = step(parameters, direction)
    let parts = parts(parameters)
    for kick in 0...block.stepCount {
      if kick > 0 {
        kinetic.addHessianProduct(p, step, q, nil, parts.kinetic, kick - 1)
      }
      potential.addHessianProduct(q, -share(kick) * step, p, nil, parts.potential, kick)
    }
  }
}
