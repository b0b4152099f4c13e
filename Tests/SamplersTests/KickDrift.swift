import Inference
import Samplers

/// A step of kicks and drifts by turns, with their shares of the step: an integrator as anybody may
/// bring it.
struct KickDrift: Integrator {
  let order = 2
  let firstKick: Double
  let stages: [(drift: Double, kick: Double)]

  private static let outer = 0.1931833275037836
  /// The one of two stages with the smallest error (McLachlan 1995, SIAM J. Sci. Comput. 16, 151).
  static let twoStage = KickDrift(
    firstKick: outer, stages: [(0.5, 1 - 2 * outer), (0.5, outer)])
  /// A kick and a drift, not symmetric in time, which calls itself of second order.
  static let symplecticEuler = KickDrift(firstKick: 1, stages: [(1, 0)])

  func step(
    position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
    velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
    by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
  ) -> Double {
    var logDensity = 0.0
    for i in 0..<momentum.count { momentum[i] += firstKick * time * gradient[i] }
    for (drift, kick) in stages {
      metric.velocity(of: momentum.span, into: &velocity)
      for i in 0..<position.count { position[i] += drift * time * velocity[i] }
      logDensity = density.logDensity(at: position.span, gradient: &gradient)
      guard logDensity.isFinite else { return logDensity }
      for i in 0..<momentum.count { momentum[i] += kick * time * gradient[i] }
    }
    metric.velocity(of: momentum.span, into: &velocity)
    return logDensity
  }
}
