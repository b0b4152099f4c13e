import RealModule

/// The Chebyshev nodes of the first kind on [−1, 1], with the polynomial through values at them.
///
/// For a function that is analytic near the interval the polynomial converges geometrically, and its
/// last coefficients show how far it has converged (Trefethen 2013, "Approximation Theory and
/// Approximation Practice", chapters 4 and 8).
struct ChebyshevGrid: Sendable {
  /// K, the number of nodes.
  let count: Int
  /// The nodes, ascending.
  let nodes: [Double]
  /// The matrix from values to coefficients: node by node, K × K; coefficient k of the value
  /// at node j is at j K + k.
  let transform: [Double]
  /// The weights of the barycentric formula.
  private let barycentric: [Double]
  /// A quadrature that is exact for polynomials of degree K − 1.
  private let rule: GaussLegendre

  init(count: Int) {
    self.count = count
    let angles = (0..<count).map { .pi * (Double(count - 1 - $0) + 0.5) / Double(count) }
    nodes = angles.map { Double.cos($0) }
    barycentric = angles.enumerated().map { ($0 % 2 == 0 ? 1 : -1) * Double.sin($1) }
    rule = GaussLegendre(count: count / 2 + 1)
    transform = angles.flatMap { angle in
      (0..<count).map { (k: Int) -> Double in
        (k == 0 ? 1 : 2) / Double(count) * Double.cos(Double(k) * angle)
      }
    }
  }

  /// The value of each cardinal polynomial, which is 1 at one node and 0 at the others, at a point:
  /// K weights for the values at the nodes, by the barycentric formula.
  func weights(at x: Double) -> [Double] {
    if let hit = nodes.firstIndex(of: x) { return nodes.indices.map { $0 == hit ? 1 : 0 } }
    let terms = nodes.indices.map { barycentric[$0] / (x - nodes[$0]) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// The mean of each cardinal polynomial over [−1, x]: K weights that turn a function's values into
  /// its mean from the left end to a point.
  func meanWeights(upTo x: Double) -> [Double] {
    var mean = [Double](repeating: 0, count: count)
    for (node, weight) in zip(rule.nodes, rule.weights) {
      let values = weights(at: node * (1 + x) - 1)
      for j in 0..<count { mean[j] += weight * values[j] }
    }
    return mean
  }

  /// The matrix from values at the nodes to the Chebyshev coefficients of the mean over [−1,
  /// x] as a function of x: node by node, K × K.
  ///
  /// The mean of T_k is T_k / (k + 1) + 2 Σ (−1)^(k−j) j T_j / (k² − 1) over j from 1 to k − 1, that of T₁ is (T₁ − T₀) / 2.
  func meanTransform() -> [Double] {
    var matrix = [Double](repeating: 0, count: count * count)
    for first in stride(from: 0, to: matrix.count, by: count) {
      // Σ (−1)^(k−j) cₖ / (k² − 1) over k above j.
      var sum = 0.0
      for j in stride(from: count - 1, through: 1, by: -1) {
        let order = Double(j)
        let coefficient = transform[first + j]
        matrix[first + j] = coefficient / (order + 1) + 2 * order * sum
        if j > 1 { sum = -(sum + coefficient / (order * order - 1)) }
      }
      matrix[first] = transform[first] - 0.5 * transform[first + 1]
    }
    return matrix
  }

  /// The largest sum of the magnitudes of the last two coefficients of a function.
  func tail(of values: UnsafePointer<Double>) -> Double {
    var (last, beforeLast) = (0.0, 0.0)
    transform.withUnsafeBufferPointer { transform in
      for j in 0..<count {
        last += transform[j * count + count - 1] * values[j]
        beforeLast += transform[j * count + count - 2] * values[j]
      }
    }
    return abs(last) + abs(beforeLast)
  }

  /// The estimated error of the interpolating polynomial.
  func truncation(of values: UnsafePointer<Double>) -> Double {
    var last = SIMD4<Double>.zero
    for j in 0..<count {
      for k in 0..<4 { last[k] += transform[(j + 1) * count - 4 + k] * values[j] }
    }
    return Self.truncation(last)
  }

  /// The same from the last four coefficients: the truncated ones, extrapolated from these two
  /// pairs as a geometric series.
  ///
  /// At least a quarter of the sum of the last pair is always assumed.
  static func truncation(_ last: SIMD4<Double>) -> Double {
    let earlier = abs(last[0]) + abs(last[1])
    let final = abs(last[2]) + abs(last[3])
    let ratio = final / earlier
    guard ratio < 0.5 else { return final }
    return final * max(0.25, 2 * ratio / (1 - ratio))
  }
}
