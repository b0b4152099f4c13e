public import Inference

/// The leapfrog integrator of Hamilton's equations for H(q, p) = K(p) − log π(q): second order, symplectic, reversible.
///
/// p ← p + (ε/2) ∇log π(q), q ← q + ε M⁻¹ p, p ← p + (ε/2) ∇log π(q). Consecutive half kicks are merged, so that
/// n steps cost n gradients.
public struct Leapfrog<Density: LogDensity, MetricType: Metric>: Sendable {
  /// The density π.
  public let density: Density
  /// The kinetic energy K.
  public let metric: MetricType

  /// An integrator for a density and a metric.
  public init(_ density: Density, metric: MetricType) {
    self.density = density
    self.metric = metric
  }

  /// The Hamiltonian of a point, K(p) − log π(q).
  public func energy(of point: PhasePoint) -> Double {
    metric.kineticEnergy(of: point.momentum) - point.logDensity
  }

  /// Moves a point by a number of steps, or until the log density is no longer finite.
  ///
  /// - Returns: the number of gradients computed, at most `steps`.
  @discardableResult
  public func advance(_ point: inout PhasePoint, by stepSize: Double, steps: Int) -> Int {
    precondition(steps >= 1, "\(steps) steps")
    kick(&point, by: 0.5 * stepSize)
    for step in 1...steps {
      metric.velocity(of: point.momentum, into: &point.velocity)
      for i in point.position.indices { point.position[i] += stepSize * point.velocity[i] }
      point.evaluate(density)
      guard point.logDensity.isFinite else { return step }
      kick(&point, by: step == steps ? 0.5 * stepSize : stepSize)
    }
    return steps
  }

  private func kick(_ point: inout PhasePoint, by time: Double) {
    for i in point.momentum.indices { point.momentum[i] += time * point.gradient[i] }
  }
}
