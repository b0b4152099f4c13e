import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct LineDensityTests {
  @Test("draws far away with next to no weight do not make densities coarse")
  func farAway() throws {
    var random = RandomStream(seed: 3, "far")
    let near = (0..<4000).map { _ in (random.nextStandardNormal(), random.nextStandardNormal()) }
    let far = (0..<100).map { _ in (900 * random.nextUniform() - 100, 900 * random.nextUniform()) }
    let weights = near.map { _ in 1.0 } + far.map { _ in 1e-12 }
    let (x, y) = ((near + far).map(\.0), (near + far).map(\.1))
    let all = -Double.infinity ... .infinity
    let line = try #require(
      LineDensity(x, weights: weights, bounds: all, effectiveSampleSize: 4000))
    #expect(line.positions[0] > -10 && line.positions[line.positions.count - 1] < 10)
    let plane = try #require(
      PlaneDensity(x, y, weights: weights, bounds: (all, all), effectiveSampleSize: 4000))
    #expect(plane.x[1] - plane.x[0] < 0.2 && plane.y[1] - plane.y[0] < 0.2)
  }

  @Test("a uniform quantity has a flat density, to 3 %, up to the edges of its prior")
  func uniform() throws {
    // One draw in each of 20,000 cells: what is left of a slope is the estimate's own.
    var random = RandomStream(seed: 1, "uniform")
    let draws = (0..<20_000).map { -3 + 5 * (Double($0) + random.nextUniform()) / 20_000 }
    let density = try #require(
      LineDensity(
        draws, weights: draws.map { _ in 1 }, bounds: -3...2, effectiveSampleSize: 8000))
    #expect(
      density.positions.first == -3 && density.positions.last.map { abs($0 - 2) < 1e-12 } == true)
    let worst = density.values.map { abs($0 * 5 - 1) }.max() ?? 1
    #expect(worst < 0.03, "\(worst)")
    // Without the edges the same draws fall to a half there.
    let naive = try #require(
      LineDensity(
        draws, weights: draws.map { _ in 1 }, bounds: -.infinity ... .infinity,
        effectiveSampleSize: 8000))
    #expect(naive.value(at: -3) * 5 < 0.6)
  }

  @Test("a normal density is right within 4 % of its peak, and its integral is 1")
  func normal() throws {
    var random = RandomStream(seed: 2, "normal")
    let draws = (0..<20_000).map { _ in random.nextStandardNormal() }
    let density = try #require(
      LineDensity(
        draws, weights: draws.map { _ in 1 }, bounds: -.infinity ... .infinity,
        effectiveSampleSize: 20_000))
    for x in stride(from: -3.0, through: 3, by: 0.1) {
      let exact = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      #expect(abs(density.value(at: x) - exact) < 0.04 * 0.4)
    }
    #expect(abs(density.quantile(1 - 1e-9) - (density.positions.last ?? 0)) < 2)
  }

  /// GetDist 1.7.7, run on these draws on 2026-11-21 with the range (0, N): its limits from the draws,
  /// and the quantiles of its density.
  @Test("limits are those of GetDist to 1 % of σ, on a density that is highest at its edge")
  func getDist() throws {
    var state: UInt64 = 1
    let draws = (0..<20_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return -log(1 - Double(state >> 11) * 0x1p-53)
    }
    let sigma = 0.9864671620730964
    let density = try #require(
      LineDensity(
        draws, weights: draws.map { _ in 1 }, bounds: 0 ... .infinity, effectiveSampleSize: 20_000))
    let limits = [(0.16, 0.17694), (0.5, 0.69528), (0.84, 1.82202), (0.975, 3.63054)]
    for (probability, limit) in limits {
      #expect(abs(density.quantile(probability) - limit) < 0.01 * sigma, "\(probability)")
    }
    #expect(abs(density.value(at: 0) - 1) < 0.05)
  }

  @Test("weights count: thinned draws with weights have the density of all")
  func weights() throws {
    var random = RandomStream(seed: 3, "weights")
    let draws = (0..<40_000).map { _ in random.nextStandardNormal() }
    // Importance draws from a wider normal density.
    let wide = draws.map { 1.5 * $0 }
    let weights = zip(wide, draws).map { exp(-0.5 * $0 * $0 + 0.5 * $1 * $1) }
    let density = try #require(
      LineDensity(
        wide, weights: weights, bounds: -.infinity ... .infinity, effectiveSampleSize: 20_000))
    #expect(abs(density.quantile(0.16) + 0.9945) < 0.02)
    #expect(abs(density.quantile(0.84) - 0.9945) < 0.02)
  }

  @Test(
    "weights without a finite sum have no density, and huge ones are weights like others",
    arguments: [(1e308, false), (.infinity, false), (.nan, false), (1e300, true), (1e-300, true)])
  func hugeWeights(weight: Double, isUsable: Bool) {
    let draws = (0..<200).map { sin(Double(7 * $0)) }
    let weights = draws.map { _ in weight }
    let all = -Double.infinity ... .infinity
    let line = LineDensity(draws, weights: weights, bounds: all, effectiveSampleSize: 200)
    let plane = PlaneDensity(
      draws, draws.map { $0 * $0 }, weights: weights, bounds: (all, all), effectiveSampleSize: 200)
    #expect((line != nil) == isUsable && (plane != nil) == isUsable)
    #expect(
      LineDensity(
        draws, weights: draws.map { _ in 1 }, bounds: 5...6, effectiveSampleSize: 200) == nil)
  }

  @Test("draws that do not vary, or have no weight, have no density")
  func constant() {
    let range = -Double.infinity ... .infinity
    #expect(LineDensity([1, 1], weights: [1, 1], bounds: range, effectiveSampleSize: 2) == nil)
    #expect(LineDensity([1, 2], weights: [0, 0], bounds: range, effectiveSampleSize: 2) == nil)
    #expect(LineDensity([], weights: [], bounds: range, effectiveSampleSize: 2) == nil)
    #expect(
      LineDensity([-1e308, 1e308], weights: [1, 1], bounds: range, effectiveSampleSize: 2) == nil)
  }
}

@Suite struct PlaneDensityTests {
  private static func normalDraws(
    _ count: Int, correlation: Double, seed: Seed
  ) -> (x: [Double], y: [Double]) {
    var random = RandomStream(seed: seed, "plane")
    var (x, y) = ([Double](), [Double]())
    for _ in 0..<count {
      let (a, b) = (random.nextStandardNormal(), random.nextStandardNormal())
      x.append(0.3 + 0.03 * a)
      y.append(-19 + 2 * (correlation * a + (1 - correlation * correlation).squareRoot() * b))
    }
    return (x, y)
  }

  /// Whether a point is inside closed lines.
  private static func isInside(_ point: (Double, Double), _ contours: ContourLines) -> Bool {
    var crossings = 0
    for line in contours.lines {
      for (a, b) in zip(line, line.dropFirst() + line.prefix(1))
      where (a.y > point.1) != (b.y > point.1) {
        let x = a.x + (point.1 - a.y) / (b.y - a.y) * (b.x - a.x)
        if x > point.0 { crossings += 1 }
      }
    }
    return crossings % 2 == 1
  }

  @Test(
    "the contour of 68.3 % holds 68.3 ± 1 % of a correlated normal density, that of 95.4 % so too",
    arguments: [0.0, 0.6, -0.9, 0.98])
  func mass(correlation: Double) throws {
    let draws = Self.normalDraws(20_000, correlation: correlation, seed: 4)
    let density = try #require(
      PlaneDensity(
        draws.x, draws.y, weights: draws.x.map { _ in 1 },
        bounds: (-.infinity ... .infinity, -.infinity ... .infinity), effectiveSampleSize: 20_000))
    // Draws that the contour has not seen: their fraction has a standard error of 0.2 %.
    let others = Self.normalDraws(40_000, correlation: correlation, seed: 5)
    func mass(_ level: Double) -> Double {
      let contours = ContourLines(
        x: density.x, y: density.y, values: density.values, level: level)
      let inside = others.x.indices.count { Self.isInside((others.x[$0], others.y[$0]), contours) }
      return Double(inside) / Double(others.x.count)
    }
    for probability in CornerPlot.probabilities {
      let found = mass(density.level(enclosing: probability))
      #expect(abs(found - probability) < 0.01, "\(found)")
    }
    // The common mistake: the "one sigma" level of one dimension.
    let mistaken = mass(exp(-0.5) * (density.values.max() ?? 0))
    #expect(abs(mistaken - 0.393) < 0.03 && abs(mistaken - 0.683) > 0.01)
  }

  @Test("a uniform density in a box is flat, to 3 %, up to the edges and into the corners")
  func box() throws {
    var random = RandomStream(seed: 6, "box")
    var (x, y) = ([Double](), [Double]())
    for i in 0..<300 {
      for j in 0..<300 {
        x.append((Double(i) + random.nextUniform()) / 300)
        y.append(-3 + 5 * (Double(j) + random.nextUniform()) / 300)
      }
    }
    let density = try #require(
      PlaneDensity(
        x, y, weights: x.map { _ in 1 }, bounds: (0...1, -3...2), effectiveSampleSize: 8000))
    let worst = density.values.map { abs($0 * 5 - 1) }.max() ?? 1
    #expect(worst < 0.03, "\(worst)")
  }

  @Test("a region that is cut by an edge ends there, and holds its mass")
  func cut() throws {
    let all = Self.normalDraws(40_000, correlation: 0.7, seed: 7)
    let kept = all.x.indices.filter { all.x[$0] > 0.3 }
    let (x, y) = (kept.map { all.x[$0] }, kept.map { all.y[$0] })
    let density = try #require(
      PlaneDensity(
        x, y, weights: x.map { _ in 1 }, bounds: (0.3...1, -.infinity ... .infinity),
        effectiveSampleSize: Double(x.count)))
    let contours = ContourLines(
      x: density.x, y: density.y, values: density.values,
      level: density.level(enclosing: 0.683))
    let lowest = contours.lines.flatMap { $0.map(\.x) }.min()
    #expect(lowest == 0.3)
    let others = Self.normalDraws(80_000, correlation: 0.7, seed: 8)
    let right = others.x.indices.filter { others.x[$0] > 0.3 }
    let inside = right.count { Self.isInside((others.x[$0], others.y[$0]), contours) }
    #expect(abs(Double(inside) / Double(right.count) - 0.683) < 0.01)
  }

  @Test("draws in one direction only have no plane density")
  func constant() {
    let range = -Double.infinity ... .infinity
    #expect(
      PlaneDensity(
        [1, 2, 3], [1, 1, 1], weights: [1, 1, 1], bounds: (range, range), effectiveSampleSize: 3)
        == nil)
  }
}

@Suite struct ContourLinesTests {
  private static let nodes = (0...100).map { -2 + 0.04 * Double($0) }

  private func area(_ line: [(x: Double, y: Double)]) -> Double {
    abs(
      zip(line, line.dropFirst() + line.prefix(1)).reduce(0) {
        $0 + 0.5 * ($1.0.x * $1.1.y - $1.1.x * $1.0.y)
      })
  }

  @Test("the contour of a cone is a circle")
  func circle() {
    let values = Self.nodes.flatMap { x in
      Self.nodes.map { max(0, 3 - (x * x + $0 * $0).squareRoot()) }
    }
    let contours = ContourLines(x: Self.nodes, y: Self.nodes, values: values, level: 2)
    #expect(contours.lines.count == 1)
    #expect(abs(area(contours.lines[0]) - .pi) < 0.005)
  }

  @Test("what reaches the ends of the grid is closed along them; two modes have two lines")
  func edgesAndHills() {
    let flat = [Double](repeating: 1, count: 101 * 101)
    let box = ContourLines(x: Self.nodes, y: Self.nodes, values: flat, level: 0.5)
    #expect(box.lines.count == 1 && abs(area(box.lines[0]) - 16) < 1e-9)
    func hill(_ x: Double, _ y: Double) -> Double { exp(-20 * (x * x + y * y)) }
    let hills = Self.nodes.flatMap { x in
      Self.nodes.map { y in hill(x - 1, y) + hill(x + 1, y) }
    }
    #expect(ContourLines(x: Self.nodes, y: Self.nodes, values: hills, level: 0.5).lines.count == 2)
    #expect(ContourLines(x: Self.nodes, y: Self.nodes, values: flat, level: 2).lines.isEmpty)
    // A saddle: corners of a chessboard.
    let board = ContourLines(
      x: [0, 1, 2], y: [0, 1, 2], values: [1, 0, 1, 0, 1, 0, 1, 0, 1], level: 0.6)
    #expect(board.lines.allSatisfy { $0.count > 2 })
  }
}
