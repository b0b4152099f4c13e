import Inference
import LinearAlgebra

extension DenseMetric {
  /// The metric whose inverse mass matrix is a covariance of parameters, carried to a density's coordinates by the
  /// derivatives of the parameters there.
  ///
  /// Parameters that the covariance has not keep the covariance that unit scales in the coordinates give them.
  ///
  /// - Parameters:
  ///   - known: the covariance.
  ///   - density: a density whose draws begin with as many parameters as it has coordinates.
  ///   - place: the coordinates at which the derivatives are taken.
  /// - Returns: nil if the map from coordinates to parameters has no inverse there.
  init?(_ known: NamedCovariance, carriedTo density: some LogDensity, at place: [Double]) {
    let count = density.dimension
    guard density.columns.count >= count else { return nil }
    let (places, covariance) = known.part(of: density.columns.prefix(count).map(\.name))
    let slopes = Self.slopes(of: density, at: place)
    // J Jᵀ is what unit scales are in the parameters.
    var target = (0..<count).map { i in
      (0..<count).map { j in (0..<count).reduce(0) { $0 + slopes[i][$1] * slopes[j][$1] } }
    }
    for i in places {
      for j in 0..<count { (target[i][j], target[j][i]) = (0, 0) }
    }
    for (a, i) in places.enumerated() {
      for (b, j) in places.enumerated() { target[i][j] = covariance[a][b] }
    }
    // J⁻¹ C J⁻ᵀ, by columns and then by rows.
    guard let half = Self.solve(slopes, target),
      let whole = Self.solve(slopes, Self.transposed(half))
    else { return nil }
    var elements: [Double] = []
    for i in 0..<count {
      for j in 0..<count { elements.append(0.5 * (whole[i][j] + whole[j][i])) }
    }
    self.init(dimension: count, inverseMasses: elements)
  }

  /// ∂ parameter / ∂ coordinate, by central differences.
  private static func slopes(of density: some LogDensity, at place: [Double]) -> [[Double]] {
    let columns = place.indices.map { j -> [Double] in
      var (above, below) = (place, place)
      let step = 1e-5 * max(1, abs(place[j]))
      above[j] += step
      below[j] -= step
      let (high, low) = (
        density.draw(at: above, logDensity: 0).values, density.draw(at: below, logDensity: 0).values
      )
      return place.indices.map { (high[$0] - low[$0]) / (above[j] - below[j]) }
    }
    return transposed(columns)
  }

  private static func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix.indices.map { i in matrix.indices.map { matrix[$0][i] } }
  }

  /// A⁻¹ B by Gauss's elimination with the largest pivots of scaled rows; nil where A has no inverse.
  private static func solve(_ a: [[Double]], _ b: [[Double]]) -> [[Double]]? {
    var (a, b) = (a, b)
    for i in a.indices {
      let scale = a[i].reduce(0) { max($0, abs($1)) }
      guard scale > 0, scale.isFinite else { return nil }
      a[i] = a[i].map { $0 / scale }
      b[i] = b[i].map { $0 / scale }
    }
    for k in a.indices {
      let pivot = a.indices[k...].max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      guard abs(a[pivot][k]) > 1e-12 else { return nil }
      a.swapAt(k, pivot)
      b.swapAt(k, pivot)
      for i in a.indices where i != k {
        let factor = a[i][k] / a[k][k]
        guard factor != 0 else { continue }
        for j in a.indices {
          a[i][j] -= factor * a[k][j]
          b[i][j] -= factor * b[k][j]
        }
      }
    }
    return a.indices.map { i in b[i].map { $0 / a[i][i] } }
  }
}
