import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

@Suite struct LeapfrogTests {
  static let metric = Matrix(rows: 2, columns: 2, elements: [0.8, 0.3, 0.3, 0.5])

  /// A point with a momentum, and the integrator that moves it.
  private func start() throws -> (PhasePoint, Leapfrog<CorrelatedGaussian, DenseMetric>) {
    let density = CorrelatedGaussian(dimension: 2, correlation: 0.7)
    var point = PhasePoint(density, at: [0.9, -0.4])
    point.momentum = [0.3, 1.2]
    return (point, Leapfrog(density, metric: try DenseMetric(inverseMassMatrix: Self.metric)))
  }

  @Test("the energy error falls as the square of the step size")
  func order() throws {
    let (point, leapfrog) = try start()
    func error(_ steps: Int) -> Double {
      var end = point
      leapfrog.advance(&end, by: 1.5 / Double(steps), steps: steps)
      return abs(leapfrog.energy(of: end) - leapfrog.energy(of: point))
    }
    for steps in [64, 128, 256] {
      let ratio = error(steps) / error(2 * steps)
      #expect(abs(ratio - 4) < 0.05, "\(ratio)")
    }
  }

  @Test("with the momentum reversed it goes back where it came from")
  func reversibility() throws {
    let (point, leapfrog) = try start()
    var end = point
    leapfrog.advance(&end, by: 0.3, steps: 50)
    end.momentum = end.momentum.map(-)
    leapfrog.advance(&end, by: 0.3, steps: 50)
    for i in 0..<2 {
      #expect(abs(end.position[i] - point.position[i]) < 1e-12)
      #expect(abs(end.momentum[i] + point.momentum[i]) < 1e-12)
    }
  }

  @Test("merged half kicks are the steps one by one")
  func merging() throws {
    let (point, leapfrog) = try start()
    var (merged, single) = (point, point)
    #expect(leapfrog.advance(&merged, by: 0.2, steps: 7) == 7)
    for _ in 0..<7 { leapfrog.advance(&single, by: 0.2, steps: 1) }
    for i in 0..<2 {
      #expect(abs(merged.position[i] - single.position[i]) < 1e-14)
      #expect(abs(merged.momentum[i] - single.momentum[i]) < 1e-14)
    }
  }

  @Test("the map of phase space is symplectic: Jᵀ Ω J = Ω")
  func symplecticity() throws {
    let (point, leapfrog) = try start()
    func map(_ z: [Double]) -> [Double] {
      var moved = PhasePoint(leapfrog.density, at: Array(z[0..<2]))
      moved.momentum = Array(z[2..<4])
      leapfrog.advance(&moved, by: 0.4, steps: 5)
      return moved.position + moved.momentum
    }
    // The density is Gaussian, so the map is linear and differences are exact to rounding.
    let origin = point.position + point.momentum
    let image = map(origin)
    let columns = (0..<4).map { j in
      var shifted = origin
      shifted[j] += 1
      return zip(map(shifted), image).map { $0 - $1 }
    }
    for a in 0..<4 {
      for b in 0..<4 {
        let (u, v) = (columns[a], columns[b])
        let bracket: Double = u[0] * v[2] - u[2] * v[0] + u[1] * v[3] - u[3] * v[1]
        let exact: Double = b == a + 2 ? 1 : (a == b + 2 ? -1 : 0)
        #expect(abs(bracket - exact) < 1e-13)
      }
    }
  }

  @Test("momenta have the mass matrix as covariance")
  func momenta() throws {
    let metric = try DenseMetric(inverseMassMatrix: Self.metric)
    var random = RandomStream(seed: 4, "momenta")
    let count = 100_000
    var momentum = [0.0, 0]
    var sums = [0.0, 0, 0]
    for _ in 0..<count {
      metric.sampleMomentum(into: &momentum, using: &random)
      sums[0] += momentum[0] * momentum[0]
      sums[1] += momentum[0] * momentum[1]
      sums[2] += momentum[1] * momentum[1]
    }
    // The inverse of [[0.8, 0.3], [0.3, 0.5]], whose determinant is 0.31.
    let exact = [0.5 / 0.31, -0.3 / 0.31, 0.8 / 0.31]
    for (sum, value) in zip(sums, exact) {
      #expect(abs(sum / Double(count) - value) < 4 * 2 * 2.6 / Double(count).squareRoot())
    }
  }
}
