import Inference
import LinearAlgebra
import RealModule
import Samplers
import TestSupport
import Testing

/// What every integrator must satisfy for the acceptance of its trajectories to be exact.
@Suite struct IntegratorContractTests {
  /// Every integrator; a new one is an element here.
  static let integrators: [any Integrator] = [Leapfrog(), KickDrift.twoStage]

  private static let density = CorrelatedGaussian(dimension: 2, correlation: 0.7)

  /// A point with a momentum, and the inverse mass matrix.
  private static func start() throws -> (PhasePoint, DenseMetric) {
    let metric = try DenseMetric(
      inverseMassMatrix: Matrix(rows: 2, columns: 2, elements: [0.8, 0.3, 0.3, 0.5]))
    var point = PhasePoint(density, at: [0.9, -0.4])
    point.setMomentum([0.3, 1.2], metric)
    return (point, metric)
  }

  /// The properties that an integrator lacks.
  static func violations(of integrator: some Integrator) throws -> [String] {
    var violations: [String] = []
    let (point, metric) = try start()
    func end(_ start: PhasePoint, by step: Double, _ steps: Int) -> PhasePoint {
      var end = start
      end.advance(density, metric, integrator, by: step, steps: steps)
      return end
    }
    func differ(_ a: [Double], _ b: [Double]) -> Bool {
      zip(a, b).contains { abs($0 - $1) > 1e-12 }
    }

    func error(_ steps: Int) -> Double {
      abs(end(point, by: 1.5 / Double(steps), steps).energy - point.energy)
    }
    let orders = [64, 128, 256].map { Double.log2(error($0) / error(2 * $0)) }
    if orders.contains(where: { abs($0 - Double(integrator.order)) > 0.02 }) {
      violations.append("order")
    }

    var back = end(point, by: 0.3, 50)
    back.setMomentum(back.momentum.map(-), metric)
    back = end(back, by: 0.3, 50)
    if differ(back.position, point.position) || differ(back.momentum, point.momentum.map(-)) {
      violations.append("reversible")
    }
    back = end(end(point, by: 0.3, 50), by: -0.3, 50)
    if differ(back.position, point.position) || differ(back.momentum, point.momentum) {
      violations.append("backwards in time")
    }

    // The density is Gaussian, so the map is linear and differences are exact to rounding.
    func map(_ z: [Double]) -> [Double] {
      var moved = PhasePoint(density, at: Array(z[0..<2]))
      moved.setMomentum(Array(z[2..<4]), metric)
      moved = end(moved, by: 0.4, 5)
      return moved.position + moved.momentum
    }
    let origin = point.position + point.momentum
    let image = map(origin)
    let columns = (0..<4).map { j in
      var shifted = origin
      shifted[j] += 1
      return zip(map(shifted), image).map { $0 - $1 }
    }
    let brackets = (0..<4).flatMap { a in
      (0..<4).map { b in
        let (u, v) = (columns[a], columns[b])
        let bracket: Double = u[0] * v[2] - u[2] * v[0] + u[1] * v[3] - u[3] * v[1]
        return bracket - (b == a + 2 ? 1 : (a == b + 2 ? -1 : 0))
      }
    }
    if brackets.contains(where: { abs($0) > 1e-13 }) { violations.append("symplectic") }

    let after = end(point, by: 0.3, 3)
    var anew = PhasePoint(density, at: after.position)
    anew.setMomentum(after.momentum, metric)
    if differ(after.velocity, anew.velocity) || differ(after.gradient, anew.gradient)
      || abs(after.logDensity - anew.logDensity) > 1e-12
    {
      violations.append("up to date")
    }

    var lost = PhasePoint(NowhereFinite(), at: [0.9, -0.4])
    lost.setMomentum([0.3, 1.2], metric)
    if lost.advance(NowhereFinite(), metric, integrator, by: 0.3, steps: 3) != 1
      || lost.logDensity != -.infinity
    {
      violations.append("reports where the density is not finite")
    }
    return violations
  }

  @Test(
    "order, reversibility, symplecticity (Jᵀ Ω J = Ω) and state, for every integrator",
    arguments: integrators)
  func all(integrator: any Integrator) throws {
    #expect(try Self.violations(of: integrator) == [])
  }

  /// Euler's method, which is neither reversible nor preserves volume.
  private struct Euler: Integrator {
    let order = 1
    func step(
      position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
      velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
      by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
    ) -> Double {
      for i in 0..<position.count {
        position[i] += time * velocity[i]
        momentum[i] += time * gradient[i]
      }
      metric.velocity(of: momentum.span, into: &velocity)
      return density.logDensity(at: position.span, gradient: &gradient)
    }
  }

  /// A leapfrog step that forgets to bring the velocity up to date.
  private struct Stale: Integrator {
    let order = 2
    func step(
      position: inout MutableSpan<Double>, momentum: inout MutableSpan<Double>,
      velocity: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
      by time: Double, _ density: borrowing some LogDensity, _ metric: borrowing some Metric
    ) -> Double {
      let value = Leapfrog().step(
        position: &position, momentum: &momentum, velocity: &velocity, gradient: &gradient,
        by: time, density, metric)
      for i in 0..<velocity.count { velocity[i] = momentum[i] }
      return value
    }
  }

  @Test("too high an order, a step that is not symmetric, lost volume and a stale state are caught")
  func brokenTwins() throws {
    let asymmetric = try Self.violations(of: KickDrift.symplecticEuler)
    #expect(asymmetric == ["order", "reversible", "backwards in time"])
    #expect(try Self.violations(of: Euler()).contains("symplectic"))
    #expect(try Self.violations(of: Stale()).contains("up to date"))
  }
}
