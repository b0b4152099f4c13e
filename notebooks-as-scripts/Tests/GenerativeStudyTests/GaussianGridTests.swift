import GenerativeStudy
import Inference
import Testing

@Suite struct GaussianGridTests {
  // By quadrature elsewhere, agreeing with two million draws; without overlap log 9 + log(2πe/4).
  @Test(
    "the entropy is that of independent quadrature",
    arguments: [(1.5, 3.2051), (2, 3.4877), (2.5, 3.6029), (3, 3.6385), (30, 3.6488)])
  func entropy(spacing: Double, expected: Double) {
    #expect(abs(GaussianGrid(spacing: spacing).entropy - expected) < 5.1e-5)
  }

  @Test("draws have the density that is told, and the mean of −log p is the entropy")
  func draws() {
    let grid = GaussianGrid(spacing: 3)
    let random = grid.draw(20_000, seed: 1, "draws")
    let (value, error) = mean(grid.logDensities(random).map { -$0 })
    #expect(abs(value - grid.entropy) < 5 * error)
    // Of other points it is not.
    let other = GaussianGrid(spacing: 2.8).draw(20_000, seed: 1, "draws")
    #expect(abs(mean(grid.logDensities(other).map { -$0 }).value - grid.entropy) > 5 * error)
  }

  @Test("balanced draws have as many of each mode, but for one, and the covariance of a mode")
  func balanced() {
    // Far apart nobody is nearer to another mode's centre.
    let grid = GaussianGrid(spacing: 8)
    #expect(grid.counts(nearest: grid.drawBalanced(900, seed: 1, "even")).allSatisfy { $0 == 100 })
    var generator = RandomStream(seed: 1, "odd")
    var favourites: Set<[Int]> = []
    for _ in 0..<20 {
      let counts = grid.counts(nearest: grid.drawBalanced(1000, using: &generator))
      #expect(counts.reduce(0, +) == 1000 && counts.allSatisfy { $0 == 111 || $0 == 112 })
      favourites.insert(counts)
    }
    #expect(favourites.count > 3)
    let points = grid.drawBalanced(9000, seed: 2, "covariance")
    let squares = points.map { x in
      let distance = x - 8 * (x / 8).rounded()
      return distance * distance
    }
    let (variance, error) = mean(squares)
    #expect(abs(variance - 0.25) < 5 * error)
  }

  @Test(
    "points are counted by the nearest centre, row by row, and those that are nowhere not at all")
  func counts() {
    let grid = GaussianGrid(spacing: 3)
    let points: [Double] = [-3, -3, 0.2, -2.9, 100, -100, 0, 0, 1.4, 1.6, .nan, 0]
    #expect(grid.counts(nearest: points) == [1, 1, 1, 0, 1, 0, 0, 1, 0])
    let centers = grid.centers.flatMap { [$0.x, $0.y] }
    #expect(grid.counts(nearest: centers) == [Int](repeating: 1, count: 9))
  }
}
