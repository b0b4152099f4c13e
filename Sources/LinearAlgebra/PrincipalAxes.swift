import RealModule

extension Matrix {
  /// The principal axes of a covariance, the widest first: variances, and unit vectors whose largest element is positive.
  ///
  /// - Returns: nil if elements are not finite, or LAPACK finds no eigenvectors.
  /// - Complexity: O(D³).
  package func principalAxes() -> [(variance: Double, direction: [Double])]? {
    guard elements.allSatisfy(\.isFinite), let (values, vectors) = symmetricEigenvectors() else {
      return nil
    }
    return values.indices.reversed().map { index in
      let vector = values.indices.map { vectors[index, $0] }
      // A vector and its opposite are the same axis.
      let largest = vector.max { abs($0) < abs($1) } ?? 1
      return (values[index], largest < 0 ? vector.map { -$0 } : vector)
    }
  }
}

/// The angle between the lines along two vectors, 0 to 90 degrees.
package func angleInDegrees(between first: [Double], and second: [Double]) -> Double {
  let (a, b) = (unit(first), unit(second))
  let along = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  // The part across keeps digits of small angles, which the cosine does not.
  let across = zip(a, b).reduce(0) { sum, pair in
    let rest = pair.1 - along * pair.0
    return sum + rest * rest
  }
  return Double.atan2(y: across.squareRoot(), x: abs(along)) * 180 / .pi
}

private func unit(_ vector: [Double]) -> [Double] {
  let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return vector.map { $0 / length }
}
