import Inference
import LinearAlgebra
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
  /// distance: √(E² D Γ(D/2) / Γ((D+1)/2)) for small shifts in D dimensions. It measures how large a
  /// difference is, where the p-value tests whether there is one.
  public let equivalentShift: Double

  /// The number of permutations with a larger distance after which p is known well enough where it is not small (Besag & Clifford
  /// 1991, Biometrika 78, 301).
  private static let sufficientCount = 10
  /// The number of permutations per matrix product, initially and at most: large products are faster,
  /// and most tests need few.
  private static let batchSizes = (first: 32, largest: 256)

  /// Compares two sets of draws.
  ///
  /// - Parameters:
  ///   - first: draws × dimensions, independent of each other.
  ///   - second: likewise.
  ///   - permutations: how many at most; fewer where many of them have a larger distance.
  ///   - generator: of the permutations.
  /// - Returns: nil if either set has fewer than 10 draws, or a dimension does not vary.
  ///
  /// Cost: (n + m)² / 2 distances, and (n + m)² multiplications per permutation, in products of matrices.
  public init?(
    _ first: [[Double]], _ second: [[Double]], permutations: Int = 999,
    using generator: inout some RandomNumberGenerator
  ) {
    guard first.count >= 10, second.count >= 10,
      let draws = whitened(first + second), let dimension = draws.first?.count
    else { return nil }
    let (count, n) = (draws.count, first.count)
    let distances = Self.distances(draws.map { $0.map { Float($0) } })
    let rows = Self.sums(distances, count)
    let total = rows.reduce(0, +)
    let (size, otherSize) = (Double(n), Double(count - n))

    /// E² for each of some choices of the first set.
    func squared(_ choices: [ArraySlice<Int>]) -> [Double] {
      let width = choices.count
      // One for a member, draws × choices, and the sums over members of each draw's distances.
      var members = [Float](repeating: 0, count: count * width)
      for (choice, list) in choices.enumerated() {
        for i in list { members[i * width + choice] = 1 }
      }
      let sums = [Float](unsafeUninitializedCapacity: count * width) { buffer, filled in
        distances.withUnsafeBufferPointer { distances in
          members.withUnsafeBufferPointer { members in
            guard let left = distances.baseAddress, let right = members.baseAddress,
              let result = buffer.baseAddress
            else { return }
            Float.multiply(
              MatrixOperand(left, stride: count), MatrixOperand(right, stride: width),
              rows: count, columns: width, inner: count, adding: 0, to: result,
              resultStride: width)
            filled = count * width
          }
        }
      }
      return choices.enumerated().map { choice, list in
        var (within, ofRows) = (0.0, 0.0)
        for i in list {
          within += Double(sums[i * width + choice])
          ofRows += rows[i]
        }
        let across = ofRows - within
        let others = total - 2 * across - within
        return 2 * across / (size * otherSize) - within / (size * (size - 1))
          - others / (otherSize * (otherSize - 1))
      }
    }
    var order = Array(0..<count)
    let observed = squared([order[..<n]])[0]
    var (larger, made) = (0, 0)
    while made < permutations, larger < Self.sufficientCount {
      let size = min(max(made, Self.batchSizes.first), Self.batchSizes.largest)
      let choices = (0..<min(size, permutations - made)).map { _ in
        order.shuffle(using: &generator)
        return order[..<n]
      }
      for distance in squared(choices) where larger < Self.sufficientCount {
        if distance >= observed { larger += 1 }
        made += 1
      }
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

extension EnergyTest {
  /// The distances between all draws minus a typical one, count × count, with zeros on the diagonal: what
  /// all have in common drops out of E², and with it most of the rounding.
  private static func distances(_ draws: [[Float]]) -> [Float] {
    let count = draws.count
    let columns = draws[0].indices.map { k in draws.map { $0[k] } }
    return [Float](unsafeUninitializedCapacity: count * count) { buffer, filled in
      var common: Float = 0
      for i in 0..<count {
        let row = UnsafeMutableBufferPointer(rebasing: buffer[i * count..<(i + 1) * count])
        row.initialize(repeating: 0)
        for column in columns {
          column.withUnsafeBufferPointer { column in
            let own = column[i]
            for j in 0..<count { row[j] += (column[j] - own) * (column[j] - own) }
          }
        }
        for j in 0..<count { row[j] = row[j].squareRoot() }
        if i == 0 { common = row.reduce(0, +) / Float(count - 1) }
        for j in 0..<count { row[j] -= common }
        row[i] = 0
      }
      filled = count * count
    }
  }

  /// The sums of the rows of a symmetric matrix, from all columns at a time.
  private static func sums(_ matrix: [Float], _ count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    sums.withUnsafeMutableBufferPointer { sums in
      matrix.withUnsafeBufferPointer { matrix in
        for i in 0..<count {
          let row = UnsafeBufferPointer(rebasing: matrix[i * count..<(i + 1) * count])
          for j in 0..<count { sums[j] += Double(row[j]) }
        }
      }
    }
    return sums
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
