import Inference
import LinearAlgebra
import Samplers
import Testing

/// What every inverse mass matrix must satisfy, with the draws of warm-up and the checkpoints.
@Suite struct MetricContractTests {
  private static let matrix = Matrix(
    rows: 3, columns: 3, elements: [0.8, 0.3, -0.1, 0.3, 0.5, 0.2, -0.1, 0.2, 2])

  /// Every metric with one set of masses; a new one is a line here.
  static func metrics() throws -> [any AdaptiveMetric] {
    [
      UnitMetric(dimension: 3), try #require(DiagonalMetric(inverseMasses: [0.25, 4, 1.5])),
      try DenseMetric(inverseMassMatrix: matrix),
    ]
  }

  /// The velocity of a momentum.
  private static func velocity(_ metric: some Metric, _ momentum: [Double]) -> [Double] {
    var velocity = [Double](repeating: .nan, count: momentum.count)
    var span = velocity.mutableSpan
    metric.velocity(of: momentum.span, into: &span)
    return velocity
  }

  /// Momenta drawn from one random stream.
  private static func momenta(_ metric: some Metric, count: Int) -> [[Double]] {
    var random = RandomStream(seed: 4, "momenta")
    return (0..<count).map { _ in
      var momentum = [0.0, 0, 0]
      var span = momentum.mutableSpan
      metric.sampleMomentum(into: &span, using: &random)
      return momentum
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The properties of a kinetic energy and its momenta that a metric of three dimensions lacks.
  static func violations(of metric: some Metric) -> [String] {
    var violations: [String] = []
    let (a, b) = ([2.0, -1, 0.3], [0.4, 0.7, -3])
    let (va, vb) = (velocity(metric, a), velocity(metric, b))
    let both = velocity(metric, zip(a, b).map { 2 * $0 - $1 })
    if zip(both, zip(va, vb)).contains(where: { abs($0 - (2 * $1.0 - $1.1)) > 1e-12 }) {
      violations.append("linear")
    }
    if abs(dot(va, b) - dot(vb, a)) > 1e-12 { violations.append("symmetric") }
    if dot(va, a) <= 0 || dot(vb, b) <= 0 { violations.append("positive definite") }
    // p ~ N(0, M) is E[p (M⁻¹p)ᵀ] = I, whatever M is.
    let momenta = momenta(metric, count: 40_000)
    let pairs = momenta.map { ($0, velocity(metric, $0)) }
    let count = Double(pairs.count)
    for i in 0..<3 {
      for j in 0..<3 {
        let products = pairs.map { $0.0[i] * $0.1[j] }
        let mean = products.reduce(0, +) / count
        let variance = products.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        if abs(mean - (i == j ? 1 : 0)) > 4.5 * (variance / count).squareRoot() {
          violations.append("momenta ~ N(0, M)")
          return violations
        }
      }
    }
    return violations
  }

  /// The properties that warm-up and checkpoints rely on.
  private static func adaptationViolations<M: AdaptiveMetric>(of metric: M) -> [String] {
    var violations: [String] = []
    let momentum = [2.0, -1, 0.3]
    if velocity(M(dimension: 3), momentum) != momentum { violations.append("M = I at first") }
    let masses = metric.inverseMasses
    if let copy = M(dimension: 3, inverseMasses: masses) {
      if velocity(copy, momentum) != velocity(metric, momentum)
        || momenta(copy, count: 10) != momenta(metric, count: 10)
      {
        violations.append("the same metric from its masses")
      }
    } else {
      violations.append("a metric from its own masses")
    }
    var damaged = [masses + [1]]
    if let first = masses.first {
      damaged.append(masses.dropLast())
      damaged += [-first, 0, .nan, .infinity].map { [$0] + masses.dropFirst() }
    }
    if damaged.contains(where: { M(dimension: 3, inverseMasses: $0) != nil }) {
      violations.append("damaged masses are refused")
    }
    return violations
  }

  @Test("kinetic energy, momenta and checkpoints, for every metric")
  func all() throws {
    for metric in try Self.metrics() {
      #expect(Self.violations(of: metric) == [], "\(type(of: metric))")
      #expect(Self.adaptationViolations(of: metric) == [], "\(type(of: metric))")
    }
  }

  /// Momenta with the covariance M⁻¹ instead of M.
  private struct Inverted: Metric {
    let inverseMasses = [0.25, 4, 1.5]
    func sampleMomentum(
      into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
    ) {
      for i in 0..<3 {
        momentum[i] = inverseMasses[i].squareRoot() * generator.nextStandardNormal()
      }
    }
    func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>) {
      for i in 0..<3 { velocity[i] = inverseMasses[i] * momentum[i] }
    }
  }

  /// A velocity that turns with the momentum, as a magnetic field would have it.
  private struct Twisted: Metric {
    func sampleMomentum(
      into momentum: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
    ) { generator.fillWithStandardNormals(&momentum) }
    func velocity(of momentum: Span<Double>, into velocity: inout MutableSpan<Double>) {
      velocity[0] = momentum[0] + 0.2 * momentum[1]
      velocity[1] = momentum[1] - 0.2 * momentum[0]
      velocity[2] = momentum[2]
    }
  }

  @Test("momenta of the inverse covariance and a velocity that turns are caught")
  func brokenTwins() {
    #expect(Self.violations(of: Inverted()) == ["momenta ~ N(0, M)"])
    #expect(Self.violations(of: Twisted()).contains("symmetric"))
  }

  @Test("the velocity is the inverse mass matrix times the momentum")
  func velocities() throws {
    let momentum = [2.0, -1, 0.5]
    let expected: [[Double]] = [[2, -1, 0.5], [0.5, -4, 0.75], [1.25, 0.2, 0.6]]
    for (metric, exact) in zip(try Self.metrics(), expected) {
      for (a, b) in zip(Self.velocity(metric, momentum), exact) { #expect(abs(a - b) < 1e-15) }
    }
  }
}
