public import Inference

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Nine equal normal densities of covariance 0.25 I on a 3 × 3 grid (Souveton et al. 2023, section
/// 5): what the generative flows of the paper learn.
///
/// The density is a product of one for each axis, with three modes each, so its entropy is twice a
/// one-dimensional integral.
public struct GaussianGrid: Sendable {
  /// The distance between neighbouring centres. The paper does not say; at 3 an axis has the
  /// standard deviation 2.5 of its wide prior.
  public let spacing: Double

  /// A grid about the origin.
  public init(spacing: Double) { self.spacing = spacing }

  /// The standard deviation of a mode.
  public static let width = 0.5

  /// The nine centres, row by row.
  public var centers: [(x: Double, y: Double)] {
    (-1...1).flatMap { y in (-1...1).map { (Double($0) * spacing, Double(y) * spacing) } }
  }

  /// The log density of a point.
  public func logDensity(_ x: Double, _ y: Double) -> Double { logMarginal(x) + logMarginal(y) }

  /// The log density of one coordinate.
  public func logMarginal(_ x: Double) -> Double {
    let squares = (-1...1).map { center in
      let z = (x - Double(center) * spacing) / Self.width
      return -0.5 * z * z
    }
    let largest = squares.reduce(-.infinity, max)
    let sum = squares.reduce(0) { $0 + exp($1 - largest) }
    return largest + log(sum / 3) - log(Self.width) - 0.5 * log(2 * .pi)
  }

  /// The log densities of points.
  ///
  /// - Parameter points: two numbers each.
  public func logDensities(_ points: [Double]) -> [Double] {
    stride(from: 0, to: points.count, by: 2).map { logDensity(points[$0], points[$0 + 1]) }
  }

  /// −∫ p log p, in nats, by the trapezium rule, which is exact to rounding for what falls off this
  /// fast: 3.6385 at spacing 3, 3.4877 at spacing 2.
  public var entropy: Double {
    let (edge, count) = (spacing + 12 * Self.width, 4000)
    let step = 2 * edge / Double(count)
    let marginal = (0...count).reduce(0.0) { sum, k in
      let value = logMarginal(-edge + Double(k) * step)
      return sum - step * exp(value) * value
    }
    return 2 * marginal
  }

  /// Draws points, two numbers each.
  public func draw(_ count: Int, seed: Seed, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: seed, purpose)
    return draw(count, using: &generator)
  }

  /// Draws points, two numbers each, from a stream.
  public func draw(_ count: Int, using generator: inout RandomStream) -> [Double] {
    var points: [Double] = []
    points.reserveCapacity(2 * count)
    for _ in 0..<count {
      for _ in 0..<2 {
        let center = spacing * Double(Int.random(in: -1...1, using: &generator))
        points.append(center + Self.width * generator.nextStandardNormal())
      }
    }
    return points
  }

  /// Draws points, two numbers each, with as many of each mode as of any other, but for one: what is
  /// learned from them is as good, and the weights of modes are free of the noise of random counts.
  public func drawBalanced(_ count: Int, seed: Seed, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: seed, purpose)
    return drawBalanced(count, from: 0, using: &generator)
  }

  /// Draws such points from a stream; which modes have one less than others is up to chance.
  public func drawBalanced(_ count: Int, using generator: inout RandomStream) -> [Double] {
    let first = Int.random(in: 0..<9, using: &generator)
    return drawBalanced(count, from: first, using: &generator)
  }

  private func drawBalanced(
    _ count: Int, from first: Int, using generator: inout RandomStream
  ) -> [Double] {
    let centers = centers
    return (first..<first + count).flatMap { n in
      let center = centers[n % centers.count]
      return [center.x, center.y].map { $0 + Self.width * generator.nextStandardNormal() }
    }
  }

  /// How many of some points are nearest to each centre.
  public func counts(nearest points: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: 9)
    func nearest(_ x: Double) -> Int { min(max(Int((x / spacing).rounded()), -1), 1) + 1 }
    for n in stride(from: 0, to: points.count, by: 2) where points[n].isFinite {
      counts[3 * nearest(points[n + 1]) + nearest(points[n])] += 1
    }
    return counts
  }
}
