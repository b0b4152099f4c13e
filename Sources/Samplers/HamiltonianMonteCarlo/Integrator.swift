public import Inference

/// A reversible and volume-preserving step along Hamilton's equations for H(q, p) = ½ pᵀ M⁻¹ p −
/// log π(q).
public protocol Integrator: Sendable {
  /// The order: the energy error of a trajectory of fixed length scales as this power of the step size.
  var order: Int { get }

  /// Moves a point by one step, which may be negative.
  ///
  /// - Parameters:
  ///   - position: q, moved.
  ///   - momentum: p, moved.
  ///   - velocity: M⁻¹ p, brought up to date.
  ///   - gradient: ∇ log π(q), read and brought up to date.
  ///   - time: ε, positive or negative.
  ///   - density: log π.
  ///   - metric: M⁻¹.
  /// - Returns: log π at the new position; if that is not finite, momentum and velocity are
  ///   undefined.
  func step(
    position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
    velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
    by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
  ) -> Double
}

/// The leapfrog integrator, of second order with one gradient per step.
///
/// p ← p + (ε/2) ∇log π(q), q ← q + ε M⁻¹ p, p ← p + (ε/2) ∇log π(q).
public struct Leapfrog: Integrator {
  /// 2.
  public var order: Int { 2 }

  /// The integrator, which has no settings.
  @inlinable
  public init() {}

  /// Moves a point by one step.
  @inlinable
  public func step(
    position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
    velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
    by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
  ) -> Double {
    let count = position.count
    for i in 0..<count { momentum[i] += 0.5 * time * gradient[i] }
    metric.velocity(of: momentum.span, into: &velocity)
    for i in 0..<count { position[i] += time * velocity[i] }
    let logDensity = density.logDensity(at: position.span, gradient: &gradient)
    guard logDensity.isFinite else { return logDensity }
    for i in 0..<count { momentum[i] += 0.5 * time * gradient[i] }
    metric.velocity(of: momentum.span, into: &velocity)
    return logDensity
  }
}
