import LinearAlgebra

/// Mean and covariance of weighted points that span their space.
struct PointMoments {
  let mean: [Double]
  let covariance: Matrix
  /// The wide density around them.
  let wide: DefensiveDensity

  /// Nil if the points that count do not span the space.
  ///
  /// - Parameters:
  ///   - points: points × dimension.
  ///   - weights: one for each point; they add up to 1.
  ///   - dimension: D.
  init?(_ points: [Double], _ weights: [Double], dimension: Int) {
    var mean = [Double](repeating: 0, count: dimension)
    var products = [Double](repeating: 0, count: dimension * dimension)
    for (index, weight) in weights.enumerated() where weight > 0 {
      for i in 0..<dimension { mean[i] += weight * points[index * dimension + i] }
    }
    for (index, weight) in weights.enumerated() where weight > 0 {
      for i in 0..<dimension {
        let deviation = points[index * dimension + i] - mean[i]
        for j in 0...i {
          products[i * dimension + j] +=
            weight * deviation * (points[index * dimension + j] - mean[j])
        }
      }
    }
    for i in 0..<dimension {
      for j in 0..<i { products[j * dimension + i] = products[i * dimension + j] }
    }
    let covariance = Matrix(rows: dimension, columns: dimension, elements: products)
    guard let wide = try? DefensiveDensity(mean: mean, covariance: covariance) else { return nil }
    (self.mean, self.covariance, self.wide) = (mean, covariance, wide)
  }

  /// √Cᵢᵢ.
  var deviations: [Double] { covariance.diagonal.map { $0.squareRoot() } }
}
