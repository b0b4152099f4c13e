import Inference
import Samplers

/// A step of two kicks and two drifts with the smallest error of its kind (McLachlan 1995, SIAM J.
/// Sci. Comput. 16, 151): an integrator as anybody may bring it.
struct TwoStage: Integrator {
  let order = 2
  func step(
    position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
    velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
    by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
  ) -> Double {
    let outer = 0.1931833275037836
    var logDensity = 0.0
    for i in 0..<momentum.count { momentum[i] += outer * time * gradient[i] }
    for kick in [1 - 2 * outer, outer] {
      metric.velocity(of: momentum.span, into: &velocity)
      for i in 0..<position.count { position[i] += 0.5 * time * velocity[i] }
      logDensity = density.logDensity(at: position.span, gradient: &gradient)
      guard logDensity.isFinite else { return logDensity }
      for i in 0..<momentum.count { momentum[i] += kick * time * gradient[i] }
    }
    metric.velocity(of: momentum.span, into: &velocity)
    return logDensity
  }
}
