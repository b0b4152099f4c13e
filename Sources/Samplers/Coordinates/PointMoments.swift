import LinearAlgebra

/// Mean and covariance of weighted points that span their space, and the wide density around them.
struct PointMoments {
  let mean: [Double]
  let covariance: Matrix
  let wide: DefensiveDensity

  /// Nil if the points that count do not span the space.
  ///
  /// - Parameters:
  ///   - points: points × dimension.
  ///   - weights: one for each point.
  ///   - dimension: D.
  init?(_ points: [Double], _ weights: [Double], dimension: Int) {
    let moments = WeightedMoments(points, weights, dimension: dimension)
    guard
      let wide = try? DefensiveDensity(mean: moments.mean, covariance: moments.covariance)
    else { return nil }
    (mean, covariance, self.wide) = (moments.mean, moments.covariance, wide)
  }

  /// √Cᵢᵢ.
  var deviations: [Double] { covariance.diagonal.map { $0.squareRoot() } }
}
