/// The slopes of the cubic spline through points, with the same cubic in the first two and in the last two intervals
/// ("not a knot"; de Boor 2001, "A Practical Guide to Splines", chapter IV).
enum CubicSpline {
  /// The slopes at the points.
  ///
  /// - Parameters:
  ///   - x: ascending, at least four.
  ///   - y: as many values.
  static func slopes(_ x: [Double], _ y: [Double]) -> [Double] {
    let n = x.count
    let width = zip(x, x.dropFirst()).map { $1 - $0 }
    let rise = (0..<n - 1).map { (y[$0 + 1] - y[$0]) / width[$0] }
    // Rows: below, on and above the diagonal, and the right side.
    var (below, diagonal, above, right) = (
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: n),
      [Double](repeating: 0, count: n), [Double](repeating: 0, count: n)
    )
    for i in 1..<n - 1 {
      below[i] = width[i]
      diagonal[i] = 2 * (width[i - 1] + width[i])
      above[i] = width[i - 1]
      right[i] = 3 * (width[i] * rise[i - 1] + width[i - 1] * rise[i])
    }
    let first = x[2] - x[0]
    diagonal[0] = width[1]
    above[0] = first
    right[0] =
      ((width[0] + 2 * first) * width[1] * rise[0] + width[0] * width[0] * rise[1]) / first
    let last = x[n - 1] - x[n - 3]
    below[n - 1] = last
    diagonal[n - 1] = width[n - 3]
    right[n - 1] =
      (width[n - 2] * width[n - 2] * rise[n - 3]
        + (2 * last + width[n - 2]) * width[n - 3] * rise[n - 2]) / last
    for i in 1..<n {
      let factor = below[i] / diagonal[i - 1]
      diagonal[i] -= factor * above[i - 1]
      right[i] -= factor * right[i - 1]
    }
    var slopes = right
    slopes[n - 1] /= diagonal[n - 1]
    for i in stride(from: n - 2, through: 0, by: -1) {
      slopes[i] = (right[i] - above[i] * slopes[i + 1]) / diagonal[i]
    }
    return slopes
  }

  /// The four weights of value and slope at both ends of an interval, and their derivatives: value left and right, slope
  /// left and right.
  static func hermite(_ s: Double, width: Double) -> (weights: SIMD4<Double>, slopes: SIMD4<Double>)
  {
    let r = 1 - s
    return (
      SIMD4((1 + 2 * s) * r * r, s * s * (3 - 2 * s), width * s * r * r, -width * s * s * r),
      SIMD4(-6 * s * r / width, 6 * s * r / width, r * (r - 2 * s), s * (s - 2 * r))
    )
  }

  /// The interval of a point, with its place from 0 to 1 in it; nil outside.
  static func interval(_ axis: [Double], _ x: Double) -> (index: Int, place: Double)? {
    guard x >= axis[0], x <= axis[axis.count - 1] else { return nil }
    var (low, high) = (0, axis.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if axis[middle] <= x { low = middle } else { high = middle }
    }
    return (low, (x - axis[low]) / (axis[high] - axis[low]))
  }
}
