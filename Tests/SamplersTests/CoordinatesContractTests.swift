import Inference
import LinearAlgebra
import RealModule
import Samplers
import TestSupport
import Testing

/// How far coordinates are from what they promise, at one place.
struct CoordinatesCheck {
  /// The largest element of u(x(u)) − u, relative to the largest of u or 1.
  let inverseError: Double
  /// The difference of log |det du/dx| from that of a Jacobian by differences, and of its value by
  /// the two directions.
  let logJacobianError: Double
  /// As `gradientError`, of some density in the coordinates.
  let gradientError: Double

  init(_ map: some Coordinates, at x: [Double]) {
    let count = map.dimension
    let (point, logJacobian) = map.point(at: x)
    let (back, logJacobianBack) = map.coordinates(of: point)
    let again = map.point(at: back).point
    inverseError =
      largest(zip(again, point).map { abs($0 - $1) }) / max(1, largest(point.map { abs($0) }))
    func derivative(_ row: Int, _ column: Int) -> Double {
      func difference(_ step: Double) -> Double {
        var (above, below) = (x, x)
        above[column] += step
        below[column] -= step
        let (up, down) = (map.point(at: above).point[row], map.point(at: below).point[row])
        return (up - down) / (2 * step)
      }
      return (4 * difference(5e-4) - difference(1e-3)) / 3
    }
    var jacobian = (0..<count).map { row in (0..<count).map { derivative(row, $0) } }
    logJacobianError = largest([
      abs(logJacobian - Self.logDeterminant(&jacobian)), abs(logJacobian - logJacobianBack),
    ])
    let density = TransformedDensity(
      CorrelatedGaussian(dimension: count, correlation: 0.4), in: map)
    gradientError = TestSupport.gradientError(of: density, at: x)
  }

  /// log |det A| by elimination with pivots.
  private static func logDeterminant(_ rows: inout [[Double]]) -> Double {
    var sum = 0.0
    for i in rows.indices {
      guard let pivot = (i..<rows.count).max(by: { abs(rows[$0][i]) < abs(rows[$1][i]) }) else {
        continue
      }
      rows.swapAt(i, pivot)
      sum += .log(abs(rows[i][i]))
      for j in i + 1..<max(rows.count, i + 1) {
        let ratio = rows[j][i] / rows[i][i]
        for k in i..<rows.count { rows[j][k] -= ratio * rows[i][k] }
      }
    }
    return sum
  }
}

/// Coordinates that bend: u₁ = x₁, u₂ = x₂ eˢ + x₁², s = 0.3 x₁.
struct Bend: Coordinates {
  let dimension = 2
  func point(at x: Span<Double>, _ u: inout MutableSpan<Double>) -> Double {
    u[0] = x[0]
    u[1] = x[1] * .exp(0.3 * x[0]) + x[0] * x[0]
    return 0.3 * x[0]
  }
  func coordinates(of u: Span<Double>, _ x: inout MutableSpan<Double>) -> Double {
    x[0] = u[0]
    x[1] = (u[1] - u[0] * u[0]) * .exp(-0.3 * u[0])
    return 0.3 * u[0]
  }
  func pullBack(_ g: inout MutableSpan<Double>, at x: Span<Double>, point: Span<Double>) {
    let scale = Double.exp(0.3 * x[0])
    g[0] += g[1] * (0.3 * x[1] * scale + 2 * x[0]) + 0.3
    g[1] *= scale
  }
}

/// Bent coordinates without their Jacobian.
struct Forgetful: Coordinates {
  let bend = Bend()
  let dimension = 2
  func point(at x: Span<Double>, _ u: inout MutableSpan<Double>) -> Double {
    _ = bend.point(at: x, &u)
    return 0
  }
  func coordinates(of u: Span<Double>, _ x: inout MutableSpan<Double>) -> Double {
    _ = bend.coordinates(of: u, &x)
    return 0
  }
  func pullBack(_ g: inout MutableSpan<Double>, at x: Span<Double>, point: Span<Double>) {
    bend.pullBack(&g, at: x, point: point)
    g[0] -= 0.3
  }
}

/// What coordinates must satisfy for a density in them to be the same density.
@Suite struct CoordinatesContractTests {
  private static let mean = [1, -2, 0.5]
  private static let covariance = Matrix(
    rows: 3, columns: 3, elements: [4, 1, 0.3, 1, 2, -0.5, 0.3, -0.5, 0.3])

  /// Every kind of coordinates; a new one is a line here.
  static func all() throws -> [any Coordinates] {
    let space = try ParameterSpace([
      Parameter("a", prior: .uniform(lower: -1, upper: 3)), Parameter("k", prior: .fixed(2)),
      Parameter("b", prior: .normal(mean: 1, standardDeviation: 2)),
      Parameter("c", prior: .logNormal(logMean: 0.3, logStandardDeviation: 0.5)),
    ])
    let dependent = try ParameterSpace(
      [
        Parameter("a", prior: .uniform(lower: 0, upper: 1)),
        Parameter("b", prior: .normal(mean: 1, standardDeviation: 2)),
        Parameter("c", prior: .halfNormal(standardDeviation: 2)),
      ], requiring: ["b > 2 * a - 1", "c < b + 4"])
    let whitening = try WhiteningCoordinates(mean: mean, covariance: covariance)
    return [
      NaturalCoordinates(space), NaturalCoordinates(dependent), whitening,
      try WhiteningCoordinates(mean: mean, covariance: covariance, order: [2, 0, 1]),
      FittedCoordinates.probit(dimension: 3), FittedCoordinates.natural(NaturalCoordinates(space)),
      FittedCoordinates.whitened(whitening),
      FittedCoordinates.map(try TransportMapTests.randomMap(dimension: 2)), Bend(),
    ] + (try (1...4).map { try TransportMapTests.randomMap(dimension: $0) })
  }

  @Test("inverse, Jacobian and gradient belong together, for all coordinates")
  func consistency() throws {
    for coordinates in try Self.all() {
      var random = RandomStream(seed: 1, "coordinates", coordinates.dimension)
      for _ in 0..<20 {
        let x = (0..<coordinates.dimension).map { _ in 4 * random.nextUniform() - 2 }
        let check = CoordinatesCheck(coordinates, at: x)
        #expect(check.inverseError < 1e-11, "\(type(of: coordinates)) at \(x)")
        #expect(check.logJacobianError < 1e-7, "\(type(of: coordinates)) at \(x)")
        #expect(check.gradientError < 1e-6, "\(type(of: coordinates)) at \(x)")
      }
    }
  }

  /// An inverse that is off by a little.
  private struct WrongInverse: Coordinates {
    let bend = Bend()
    let dimension = 2
    func point(at x: Span<Double>, _ u: inout MutableSpan<Double>) -> Double {
      bend.point(at: x, &u)
    }
    func coordinates(of u: Span<Double>, _ x: inout MutableSpan<Double>) -> Double {
      let logJacobian = bend.coordinates(of: u, &x)
      x[1] += 1e-6
      return logJacobian
    }
    func pullBack(_ g: inout MutableSpan<Double>, at x: Span<Double>, point: Span<Double>) {
      bend.pullBack(&g, at: x, point: point)
    }
  }

  /// The gradient of the density alone, without that of the Jacobian.
  private struct WrongGradient: Coordinates {
    let bend = Bend()
    let dimension = 2
    func point(at x: Span<Double>, _ u: inout MutableSpan<Double>) -> Double {
      bend.point(at: x, &u)
    }
    func coordinates(of u: Span<Double>, _ x: inout MutableSpan<Double>) -> Double {
      bend.coordinates(of: u, &x)
    }
    func pullBack(_ g: inout MutableSpan<Double>, at x: Span<Double>, point: Span<Double>) {
      bend.pullBack(&g, at: x, point: point)
      g[0] -= 0.3
    }
  }

  @Test("a missing Jacobian, a wrong inverse and a wrong gradient are caught")
  func brokenTwins() {
    let x = [0.7, -1.2]
    #expect(CoordinatesCheck(Forgetful(), at: x).logJacobianError > 0.1)
    #expect(CoordinatesCheck(WrongInverse(), at: x).inverseError > 1e-7)
    #expect(CoordinatesCheck(WrongGradient(), at: x).gradientError > 0.01)
  }
}
