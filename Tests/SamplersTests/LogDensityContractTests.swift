import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// What every density must satisfy for samplers to sample it.
@Suite struct LogDensityContractTests {
  /// y = a + b x with a common offset s of the data, whose errors are 0.5.
  private struct OffsetLine: Likelihood, OffsetLikelihood {
    let parameterNames = ["a", "s", "b"]
    let offset: LinearOffset? = LinearOffset(parameter: "s", scale: .identity, precision: 20)
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for i in 0..<5 {
        let x = Double(i)
        let residual = 2 * (p[0] * p[0] + p[2] * x + p[1] - 0.4 * x - 1)
        sum -= 0.5 * residual * residual
      }
      return sum
    }
  }

  /// A part that depends on one parameter only.
  private struct Penalty: Likelihood {
    let parameterNames = ["b"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      -0.5 * p[0] * p[0] / 0.09
    }
  }

  private static func posterior() throws -> Posterior {
    try Posterior(
      ParameterSpace([
        Parameter("a", prior: .uniform(lower: 0, upper: 2)), Parameter("k", prior: .fixed(3)),
        Parameter("s", prior: .normal(mean: 0.2, standardDeviation: 1)),
        Parameter("b", prior: .logNormal(logMean: -1, logStandardDeviation: 0.5)),
      ]), OffsetLine(), Penalty())
  }

  /// Every density, with names for their failures; a new one is a line here.
  static func densities() throws -> [(name: String, density: any LogDensity)] {
    let gaussian = CorrelatedGaussian(dimension: 3, correlation: 0.6)
    let posterior = try posterior()
    let collapsed = try #require(CollapsedPosterior(posterior))
    let map = try TransportMapTests.randomMap(dimension: 3)
    return [
      ("default members", gaussian), ("natural", posterior), ("probits", posterior.standardised),
      ("collapsed", collapsed), ("transformed", TransformedDensity(gaussian, in: map)),
      ("transformed posterior", TransformedDensity(posterior, in: map)),
      ("transformed, collapsed", TransformedDensity(collapsed, in: map)),
      ("behind a flow", NeutraDensity(gaussian, behind: SampleFlow.residual.flow())),
    ]
  }

  /// The properties that a density lacks, at some points of moderate size.
  static func violations(of density: some LogDensity) async -> [String] {
    var violations: [String] = []
    let (count, dimension) = (12, density.dimension)
    var random = RandomStream(seed: 7, "points")
    let points = (0..<count).map { _ in (0..<dimension).map { _ in 2 * random.nextUniform() - 1 } }
    let singles = points.map { density.logDensityAndGradient(at: $0) }

    if points.contains(where: { gradientError(of: density, at: $0) > 1e-6 }) {
      violations.append("gradient")
    }
    let flat = points.flatMap(\.self)
    var (values, gradients) = (
      [Double](repeating: .nan, count: count), flat.map { _ in Double.nan }
    )
    func batch(_ values: inout [Double], _ gradients: inout [Double]) {
      var valueSpan = values.mutableSpan
      var gradientSpan = gradients.mutableSpan
      density.logDensities(at: flat.span, gradients: &gradientSpan, into: &valueSpan)
    }
    batch(&values, &gradients)
    if values != singles.map(\.logDensity) || gradients != singles.flatMap(\.gradient) {
      violations.append("many points at once")
    }
    var alone = values.map { _ in Double.nan }
    var span = alone.mutableSpan
    density.logDensities(at: flat.span, into: &span)
    if alone != singles.map(\.logDensity) { violations.append("values alone") }

    let workers = LocalWorkers(threadCount: 4)
    let parallel = await workers.map(4 * count) {
      density.logDensityAndGradient(at: points[$0 % count])
    }
    for (n, result) in parallel.enumerated()
    where result.logDensity != singles[n % count].logDensity
      || result.gradient != singles[n % count].gradient
    {
      violations.append("on several threads")
      break
    }

    let columns = density.columns
    for (point, single) in zip(points, singles) {
      let draw = density.draw(at: point, logDensity: single.logDensity)
      if draw.values.count != columns.count || Set(columns.map(\.name)).count != columns.count
        || !draw.values.allSatisfy(\.isFinite) || !draw.logDensity.isFinite
      {
        violations.append("draws")
        break
      }
    }
    for (point, single) in zip(points, singles) {
      let sum = density.parts(at: point).reduce(0) { $0 + $1.value }
      if abs(sum - single.logDensity) > 1e-9 * max(1, abs(sum)) {
        violations.append("parts")
        break
      }
    }
    let own = dimension - density.independentCount
    for point in points where (0...dimension).contains(own) {
      func rest(_ position: [Double]) -> Double {
        position[own...].reduce(density.logDensityAndGradient(at: position).logDensity) {
          $0 - NormalDistribution.logDensity(at: $1)
        }
      }
      let moved = point[..<own] + point[own...].map { 0.7 - 2 * $0 }
      if abs(rest(Array(moved)) - rest(point)) > 1e-9 * max(1, abs(rest(point))) {
        violations.append("independent coordinates")
        break
      }
    }
    var (first, second) = (RandomStream(seed: 1, "start"), RandomStream(seed: 1, "start"))
    let start = density.startingPoint(using: &first)
    if start.count != dimension || !start.allSatisfy(\.isFinite)
      || start != density.startingPoint(using: &second)
    {
      violations.append("starting point")
    }
    return violations
  }

  @Test("gradients, many points, threads, draws, parts and starts, for every density")
  func all() async throws {
    for (name, density) in try Self.densities() {
      let violations = await Self.violations(of: density)
      #expect(violations == [], "\(name)")
    }
  }

  /// A density that is wrong in one way.
  private struct Broken: LogDensity {
    enum Fault: String, CaseIterable {
      case gradient, batch = "many points at once", values = "values alone", draws, parts
      case independence = "independent coordinates", start = "starting point"
    }
    let fault: Fault
    private let gaussian = CorrelatedGaussian(dimension: 2, correlation: 0.5)

    var dimension: Int { 2 }
    var independentCount: Int { fault == .independence ? 1 : 0 }

    init(_ fault: Fault) { self.fault = fault }

    func logDensity(at position: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let value = gaussian.logDensity(at: position, gradient: &gradient)
      if fault == .gradient { gradient[1] *= 1.001 }
      return value
    }
    func logDensities(
      at positions: Span<Double>, gradients: inout MutableSpan<Double>,
      into values: inout MutableSpan<Double>
    ) {
      gaussian.logDensities(at: positions, gradients: &gradients, into: &values)
      if fault == .batch { gradients[gradients.count - 1] += 1e-12 }
      if fault == .gradient {
        for n in 0..<values.count { gradients[2 * n + 1] *= 1.001 }
      }
    }
    func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>) {
      gaussian.logDensities(at: positions, into: &values)
      if fault == .values { values[1] += 1e-12 }
    }
    func draw(
      at position: [Double], logDensity: Double
    ) -> (values: [Double], logDensity: Double) {
      (fault == .draws ? position + [1] : position, logDensity)
    }
    func parts(at position: [Double]) -> [(name: String, value: Double)] {
      let value = logDensityAndGradient(at: position).logDensity
      return [("density", fault == .parts ? value + 1e-3 : value)]
    }
    func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
      (0..<(fault == .start ? 1 : 2)).map { _ in generator.nextUniform() }
    }
  }

  @Test(
    "each fault is caught, and no other is seen", arguments: Broken.Fault.allCases.map(\.rawValue))
  func brokenTwins(name: String) async throws {
    let fault = try #require(Broken.Fault(rawValue: name))
    let violations = await Self.violations(of: Broken(fault))
    #expect(violations == [name])
  }
}
