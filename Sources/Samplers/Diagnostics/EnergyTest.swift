import Inference
import RealModule

/// Whether two sets of independent draws are from one distribution: the energy distance with a
/// permutation test.
///
/// E² = 2 E|X − Y| − E|X − X′| − E|Y − Y′| with all pairs, in coordinates in which the pooled draws have
/// unit covariance; zero if and only if the distributions are the same. Under the hypothesis that they are, any
/// assignment of the draws to the two sets is as likely, which gives the p-value. Source: Székely &
/// Rizzo 2013, Journal of Statistical Planning and Inference 143, 1249.
public struct EnergyTest: Sendable, Equatable {
  /// E², estimated without the pairs of a draw with itself, so that its expectation is zero for equal
  /// distributions.
  public let squaredDistance: Double
  /// The fraction of permutations with a distance at least as large, the data themselves counted: 1 / (permutations + 1)
  /// at least.
  public let pValue: Double
  /// The shift, in standard deviations, of one of two unit normal distributions that has this energy
  /// distance: √(E² D Γ(D/2) / Γ((D+1)/2)) for small shifts in D dimensions. It tells how large a
  /// difference is, where the p-value tells whether there is one.
  public let equivalentShift: Double

  /// So many permutations with a larger distance tell p well enough where it is not small (Besag & Clifford
  /// 1991, Biometrika 78, 301).
  private static let sufficientCount = 20

  /// Compares two sets of draws.
  ///
  /// - Parameters:
  ///   - first: draws × dimensions, independent of each other.
  ///   - second: likewise.
  ///   - permutations: how many at most; fewer where many of them have a larger distance.
  ///   - generator: of the permutations.
  /// - Returns: nil if either set has fewer than 10 draws, or a dimension does not vary.
  ///
  /// Cost: (n + m)² / 2 distances, and n² / 2 additions a permutation.
  public init?(
    _ first: [[Double]], _ second: [[Double]], permutations: Int = 999,
    using generator: inout some RandomNumberGenerator
  ) {
    guard first.count >= 10, second.count >= 10,
      let draws = whitened(first + second), let dimension = draws.first?.count
    else { return nil }
    let (count, n) = (draws.count, first.count)
    var distances = [Float](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<i {
        var sum = 0.0
        for k in 0..<dimension {
          let change = draws[i][k] - draws[j][k]
          sum += change * change
        }
        let distance = Float(sum.squareRoot())
        distances[i * count + j] = distance
        distances[j * count + i] = distance
      }
    }
    let rows = (0..<count).map { i in
      (0..<count).reduce(0.0) { $0 + Double(distances[i * count + $1]) }
    }
    let total = rows.reduce(0, +)
    let (size, otherSize) = (Double(n), Double(count - n))

    /// E² if these draws are the first set.
    func squared(_ members: ArraySlice<Int>) -> Double {
      var within = 0.0
      let list = Array(members)
      distances.withUnsafeBufferPointer { distances in
        for i in list {
          var sum: Float = 0
          for j in list { sum += distances[i * count + j] }
          within += Double(sum)
        }
      }
      let across = list.reduce(0) { $0 + rows[$1] } - within
      let others = total - 2 * across - within
      return 2 * across / (size * otherSize) - within / (size * (size - 1))
        - others / (otherSize * (otherSize - 1))
    }
    var order = Array(0..<count)
    let observed = squared(order[..<n])
    var (larger, made) = (0, 0)
    while made < permutations, larger < Self.sufficientCount {
      order.shuffle(using: &generator)
      if squared(order[..<n]) >= observed { larger += 1 }
      made += 1
    }
    squaredDistance = observed
    pValue =
      larger < Self.sufficientCount
      ? Double(larger + 1) / Double(permutations + 1) : Double(larger) / Double(made)
    let half = 0.5 * Double(dimension)
    equivalentShift = .sqrt(
      max(observed, 0) * Double(dimension) * .exp(.logGamma(half) - .logGamma(half + 0.5)))
  }
}

/// The draws in coordinates in which they have unit covariance; nil if they vary in fewer dimensions
/// than they have.
private func whitened(_ draws: [[Double]]) -> [[Double]]? {
  let dimension = draws[0].count
  let columns = (0..<dimension).map { k in draws.map { $0[k] } }
  let means = columns.map(mean)
  var factor = [[Double]](repeating: [Double](repeating: 0, count: dimension), count: dimension)
  for i in 0..<dimension {
    for j in 0...i {
      var sum =
        zip(columns[i], columns[j]).reduce(0) { $0 + ($1.0 - means[i]) * ($1.1 - means[j]) }
        / Double(draws.count - 1)
      let scale = sum
      for k in 0..<j { sum -= factor[i][k] * factor[j][k] }
      if i == j {
        guard sum > 1e-12 * scale, sum.isFinite else { return nil }
        factor[i][i] = .sqrt(sum)
      } else {
        factor[i][j] = sum / factor[j][j]
      }
    }
  }
  return draws.map { draw in
    var solution = [Double](repeating: 0, count: dimension)
    for i in 0..<dimension {
      var value = draw[i] - means[i]
      for k in 0..<i { value -= factor[i][k] * solution[k] }
      solution[i] = value / factor[i][i]
    }
    return solution
  }
}
