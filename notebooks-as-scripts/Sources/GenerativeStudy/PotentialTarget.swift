public import Inference

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A density e⁻ᵁ of two dimensions on a square, normalised on a grid of cells that it is drawn from.
public struct PotentialTarget: Sendable {
  /// The name in tables and files.
  public let name: String
  /// Half of the square's side.
  public let edge: Double
  private let energy: @Sendable (Double, Double) -> Double
  private let cellCount = 800
  private let cumulative: [Double]
  private let logNormalisation: Double
  /// −∫ p log p, in nats.
  public let entropy: Double

  /// The density of an energy U, zero outside of the square.
  public init(_ name: String, edge: Double, energy: @escaping @Sendable (Double, Double) -> Double)
  {
    self.name = name
    self.edge = edge
    self.energy = energy
    let width = 2 * edge / Double(cellCount)
    var (cumulative, sum, mean) = ([Double](), 0.0, 0.0)
    for row in 0..<cellCount {
      for column in 0..<cellCount {
        let value = energy(
          -edge + (Double(column) + 0.5) * width, -edge + (Double(row) + 0.5) * width)
        let weight = exp(-value) * width * width
        sum += weight
        mean += weight * value
        cumulative.append(sum)
      }
    }
    self.cumulative = cumulative
    logNormalisation = log(sum)
    entropy = mean / sum + log(sum)
  }

  /// Rezende & Mohamed 2015, figure 3, the first density: a ring with two bright sides.
  public static var ring: PotentialTarget {
    PotentialTarget("ring", edge: 4) { x, y in
      let radial = (hypot(x, y) - 2) / 0.4
      let (left, right) = ((x - 2) / 0.6, (x + 2) / 0.6)
      return 0.5 * radial * radial - log(exp(-0.5 * left * left) + exp(-0.5 * right * right))
    }
  }

  /// The second density there: a wave, cut at |x| = 4.
  public static var wave: PotentialTarget {
    PotentialTarget("wave", edge: 4) { x, y in
      let distance = (y - sin(0.5 * .pi * x)) / 0.4
      return 0.5 * distance * distance
    }
  }

  /// The log density of points, two numbers each.
  public func logDensities(_ points: [Double]) -> [Double] {
    stride(from: 0, to: points.count, by: 2).map {
      -energy(points[$0], points[$0 + 1]) - logNormalisation
    }
  }

  /// Draws points: a cell by its weight, and a place in it.
  public func draw(_ count: Int, seed: Seed, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: seed, purpose)
    let width = 2 * edge / Double(cellCount)
    var points: [Double] = []
    points.reserveCapacity(2 * count)
    for _ in 0..<count {
      let height = Double.random(in: 0..<1, using: &generator) * cumulative[cumulative.count - 1]
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > height { high = middle } else { low = middle + 1 }
      }
      for cell in [low % cellCount, low / cellCount] {
        let place = Double(cell) + Double.random(in: 0..<1, using: &generator)
        points.append(-edge + place * width)
      }
    }
    return points
  }
}
