public import Inference
import RealModule

/// Where the distribution function of uniform ranks stays, at all points at once.
///
/// The half width at z is c √(z (1 − z) / n), the same number c of standard deviations everywhere, with c from simulations of
/// uniform ranks (Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32, 32, with the normal limit of the counts).
public struct UniformBand: Sendable {
  /// The number of ranks.
  public let count: Int
  /// z.
  public let points: [Double]
  /// c of 95 % of all sets of uniform ranks.
  public let width: Double
  /// The largest deviations of simulated sets, ascending.
  private let largest: [Double]

  private static let simulationCount = 2000

  /// The band of a number of ranks, at least 2.
  public init(count: Int, seed: Seed = 1) {
    self.count = count
    let steps = max(2, min(100, count))
    points = (1..<steps).map { Double($0) / Double(steps) }
    var random = seed.stream("simultaneous bands")
    var largest: [Double] = []
    for _ in 0..<Self.simulationCount {
      // Few ranks are drawn; many are a Brownian bridge.
      var function: [Double]
      if count <= 500 {
        var counts = [Double](repeating: 0, count: steps)
        for _ in 0..<count { counts[Int(random.nextUniform() * Double(steps))] += 1 }
        function = Self.sums(counts.map { $0 / Double(count) })
      } else {
        let scale = (1 / Double(steps) / Double(count)).squareRoot()
        let walk = Self.sums((0..<steps).map { _ in scale * random.nextStandardNormal() })
        let end = walk[steps - 1]
        function = walk.enumerated().map {
          $1 + Double($0 + 1) / Double(steps) * (1 - end)
        }
      }
      function.removeLast()
      largest.append(Self.deviation(function, points, count))
    }
    self.largest = largest.sorted()
    width = quantile(0.95, ofSorted: self.largest)
  }

  private static func sums(_ steps: [Double]) -> [Double] {
    var total = 0.0
    return steps.map {
      total += $0
      return total
    }
  }

  /// max |F(z) − z| / √(z (1 − z) / n).
  private static func deviation(_ function: [Double], _ points: [Double], _ count: Int) -> Double {
    zip(function, points).reduce(0) { largest, pair in
      let variance = pair.1 * (1 - pair.1) / Double(count)
      return max(largest, abs(pair.0 - pair.1) / variance.squareRoot())
    }
  }

  /// F(z) of ranks: the share of them up to each point.
  public func distribution(of ranks: [Double]) -> [Double] {
    let sorted = ranks.sorted()
    var below = 0
    return points.map { point in
      while below < sorted.count, sorted[below] <= point { below += 1 }
      return Double(below) / Double(max(1, sorted.count))
    }
  }

  /// The share of sets of uniform ranks that leave z further somewhere, at least 1 of 2000.
  public func probability(of ranks: [Double]) -> Double {
    let own = Self.deviation(distribution(of: ranks), points, count)
    let above = largest.count { $0 >= own }
    return Double(above + 1) / Double(largest.count + 1)
  }

  /// The half width of the band at each point.
  public var halfWidths: [Double] {
    points.map { width * ($0 * (1 - $0) / Double(count)).squareRoot() }
  }
}
