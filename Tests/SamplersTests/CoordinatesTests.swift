import Foundation
import Inference
import LinearAlgebra
import Samplers
import Synchronization
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

@Suite struct CoordinatesTests {
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

  static func whitening() throws -> WhiteningCoordinates {
    try WhiteningCoordinates(
      mean: [1, -2, 0.5],
      covariance: Matrix(rows: 3, columns: 3, elements: [4, 1, 0.3, 1, 2, -0.5, 0.3, -0.5, 0.3]))
  }

  @Test("inverse, Jacobian and gradient of coordinates belong together")
  func consistency() throws {
    var random = RandomStream(seed: 1, "coordinates")
    for _ in 0..<20 {
      let x = (0..<3).map { _ in 4 * random.nextUniform() - 2 }
      for check in [
        CoordinatesCheck(try Self.whitening(), at: x),
        CoordinatesCheck(Bend(), at: Array(x.prefix(2))),
      ] {
        #expect(check.inverseError < 1e-13)
        #expect(check.logJacobianError < 1e-9)
        #expect(check.gradientError < 1e-9)
      }
    }
  }

  @Test("whitened by its moments a normal density is N(0, I)")
  func whitened() throws {
    let gaussian = CorrelatedGaussian(dimension: 3, correlation: 0.7)
    let laplace = try LaplaceApproximation(gaussian, from: [1, 1, -1])
    let density = TransformedDensity(gaussian, in: try WhiteningCoordinates(laplace))
    let top = density.logDensityAndGradient(at: [0, 0, 0]).logDensity
    var random = RandomStream(seed: 2, "whitened")
    for _ in 0..<20 {
      let x = (0..<3).map { _ in random.nextStandardNormal() }
      let (value, gradient) = density.logDensityAndGradient(at: x)
      #expect(abs(value - top + 0.5 * x.reduce(0) { $0 + $1 * $1 }) < 1e-5)
      for (slope, coordinate) in zip(gradient, x) { #expect(abs(slope + coordinate) < 1e-5) }
    }
    // log ∫ = log density + log N(0, I) at the top.
    #expect(abs(laplace.logEvidence - (top + 1.5 * .log(2 * .pi))) < 1e-8)
  }

  @Test("chains in other coordinates are recorded as the density records them")
  func chains() async throws {
    let bent = TransformedDensity(CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Bend())
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(bent, in: RunContext(seed: 5))
    #expect(chains[0].columns.map(\.name) == ["x1", "x2"])
    let draws = chains.map { chain in [chain.column(0), chain.column(1)] }
    let check = MomentCheck([
      (draws.map { $0[0] }, 0), (draws.map { $0[1] }, 0),
      (draws.map { $0[0].map { $0 * $0 } }, 1), (draws.map { $0[1].map { $0 * $0 } }, 1),
      (draws.map { zip($0[0], $0[1]).map { $0 * $1 } }, 0.6),
    ])
    #expect(check.worst < 4.5, "\(check.worst) standard errors")
    // The recorded log density is that of the point.
    for index in 0..<20 {
      let point = Array(chains[0].draw(index))
      let exact = bent.density.logDensityAndGradient(at: point).logDensity
      #expect(abs(chains[0].logDensities[index] - exact) < 1e-12)
    }
    let parts = bent.parts(at: [0.4, 1]).reduce(0) { $0 + $1.value }
    #expect(abs(parts - bent.logDensityAndGradient(at: [0.4, 1]).logDensity) < 1e-14)
  }

  @Test("without their Jacobian, coordinates give wrong moments")
  func brokenTwin() async throws {
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
    let bent = TransformedDensity(
      CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Forgetful())
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(bent, in: RunContext(seed: 5))
    #expect(MomentCheck([(chains.map { $0.column(0) }, 0)]).worst > 4.5)
  }

  /// Keeps chains in memory, and gives back the first draws of one.
  final class Memory: ChainStore {
    let kept: Mutex<(chain: Chain, checkpoint: ChainCheckpoint)?> = Mutex(nil)

    func resume(
      chain index: Int, columns: [Chain.Column]
    ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? { kept.withLock { $0 } }

    func append(
      _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
    ) throws(StorageError) { kept.withLock { $0 = (chain, checkpoint) } }

    func flush() async throws(StorageError) {}
  }

  @Test("a chain in other coordinates is taken up again bit for bit")
  func resuming() async throws {
    let bent = TransformedDensity(CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Bend())
    let kernel = NoUTurnSampler(bent, metric: DenseMetric(dimension: 2))
    func runner(_ count: Int) -> ChainRunner {
      ChainRunner(chainCount: 1, warmUpCount: 200, drawCount: count)
    }
    let store = Memory()
    let context = RunContext(seed: 7, store: ChainsOnly(store))
    _ = try await runner(100).run(kernel, in: context)
    let continued = try await runner(300).run(kernel, in: context)
    #expect(try await runner(300).run(kernel, in: RunContext(seed: 7)) == continued)
  }
}
