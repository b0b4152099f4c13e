import Inference
import LinearAlgebra
import RealModule
import Samplers
import TestSupport
import Testing

@Suite struct LeapfrogTests {
  static let metric = Matrix(rows: 2, columns: 2, elements: [0.8, 0.3, 0.3, 0.5])

  static let density = CorrelatedGaussian(dimension: 2, correlation: 0.7)

  /// A point with a momentum.
  private func start() throws -> (PhasePoint, DenseMetric) {
    let metric = try DenseMetric(inverseMassMatrix: Self.metric)
    var point = PhasePoint(Self.density, at: [0.9, -0.4])
    point.setMomentum([0.3, 1.2], metric)
    return (point, metric)
  }

  /// The power of the step size with which the energy error falls, at ever smaller steps.
  private func measuredOrders(_ integrator: some Integrator) throws -> [Double] {
    let (point, metric) = try start()
    func error(_ steps: Int) -> Double {
      var end = point
      end.advance(Self.density, metric, integrator, by: 1.5 / Double(steps), steps: steps)
      return abs(end.energy - point.energy)
    }
    return [64, 128, 256].map { .log2(error($0) / error(2 * $0)) }
  }

  @Test(
    "the energy error falls with the power of the step size that the integrator states",
    arguments: [Leapfrog(), KickDrift.twoStage] as [any Integrator])
  func order(integrator: any Integrator) throws {
    for order in try measuredOrders(integrator) {
      #expect(abs(order - Double(integrator.order)) < 0.02, "\(order)")
    }
  }

  @Test("an integrator that states too high an order is caught")
  func wrongOrder() throws {
    for order in try measuredOrders(KickDrift.symplecticEuler) { #expect(abs(order - 1) < 0.1) }
  }

  @Test("with the momentum reversed it goes back where it came from")
  func reversibility() throws {
    let (point, metric) = try start()
    var end = point
    end.advance(Self.density, metric, Leapfrog(), by: 0.3, steps: 50)
    end.setMomentum(end.momentum.map(-), metric)
    end.advance(Self.density, metric, Leapfrog(), by: 0.3, steps: 50)
    for i in 0..<2 {
      #expect(abs(end.position[i] - point.position[i]) < 1e-12)
      #expect(abs(end.momentum[i] + point.momentum[i]) < 1e-12)
    }
  }

  @Test("the map of phase space is symplectic: Jᵀ Ω J = Ω")
  func symplecticity() throws {
    let (point, metric) = try start()
    func map(_ z: [Double]) -> [Double] {
      var moved = PhasePoint(Self.density, at: Array(z[0..<2]))
      moved.setMomentum(Array(z[2..<4]), metric)
      moved.advance(Self.density, metric, Leapfrog(), by: 0.4, steps: 5)
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

  @Test("momenta have the mass matrix as covariance, for every metric")
  func momenta() throws {
    func check(_ metric: some Metric, _ exact: [Double]) {
      var random = RandomStream(seed: 4, "momenta")
      let count = 100_000
      var point = PhasePoint(Self.density, at: [0, 0])
      var sums = [0.0, 0, 0]
      for _ in 0..<count {
        point.drawMomentum(metric, using: &random)
        sums[0] += point.momentum[0] * point.momentum[0]
        sums[1] += point.momentum[0] * point.momentum[1]
        sums[2] += point.momentum[1] * point.momentum[1]
      }
      // The standard error of a variance σ² is √2 σ², that of a covariance is less.
      for (sum, value) in zip(sums, exact) {
        let standardError = 1.5 * max(exact[0], exact[2]) / Double(count).squareRoot()
        #expect(abs(sum / Double(count) - value) < 4 * standardError)
      }
    }
    // The inverse of [[0.8, 0.3], [0.3, 0.5]], whose determinant is 0.31.
    check(try DenseMetric(inverseMassMatrix: Self.metric), [0.5 / 0.31, -0.3 / 0.31, 0.8 / 0.31])
    check(try #require(DiagonalMetric(inverseMasses: [0.25, 4])), [4, 0, 0.25])
    check(UnitMetric(dimension: 2), [1, 0, 1])
  }

  @Test("the velocity is the inverse mass matrix times the momentum, for every metric")
  func velocities() throws {
    var point = PhasePoint(Self.density, at: [0, 0])
    point.setMomentum([2, -1], try DenseMetric(inverseMassMatrix: Self.metric))
    #expect(abs(point.velocity[0] - 1.3) < 1e-15 && abs(point.velocity[1] - 0.1) < 1e-15)
    point.setMomentum([2, -1], try #require(DiagonalMetric(inverseMasses: [0.25, 4])))
    #expect(point.velocity == [0.5, -4])
    point.setMomentum([2, -1], UnitMetric(dimension: 2))
    #expect(point.velocity == [2, -1])
    #expect(point.energy == 2.5 - point.logDensity)
  }

  @Test("an estimated covariance is that of the vectors, with smaller correlations")
  func estimator() throws {
    var estimator = CovarianceEstimator(dimension: 2)
    let vectors: [[Double]] = [[1_000_001, 2], [999_999, 1], [1_000_003, 0.5], [1_000_000, 4]]
    for vector in vectors { estimator.add(vector) }
    let covariance = estimator.regularizedCovariance
    let means: [Double] = [1_000_000.75, 1.875]
    for i in 0..<2 {
      for j in 0..<2 {
        var sum = 0.0
        for vector in vectors { sum += (vector[i] - means[i]) * (vector[j] - means[j]) }
        let shrinkage: Double = i == j ? 1 : 4.0 / 9
        #expect(abs(covariance[i, j] - shrinkage * sum / 3) < 1e-9)
      }
    }
    #expect(DiagonalMetric(estimator)?.inverseMasses == covariance.diagonal)
  }
}
