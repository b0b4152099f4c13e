/// Mean and covariance of weighted points:
///
///     m = Σ wₙ xₙ / Σ wₙ        C = Σ wₙ (xₙ − m)(xₙ − m)ᵀ / Σ wₙ
public struct WeightedMoments: Sendable {
  /// m, D numbers.
  public let mean: [Double]
  /// C, D × D.
  public let covariance: Matrix

  /// The moments of points, in O(points × D²).
  ///
  /// Points of zero weight are ignored, so they need not be finite.
  ///
  /// - Parameters:
  ///   - points: points × dimension, point by point.
  ///   - weights: one for each point, at least 0; they need not add up to 1.
  ///   - dimension: D, at least 1.
  public init(_ points: [Double], _ weights: [Double], dimension: Int) {
    precondition(
      points.count == weights.count * dimension,
      "\(points.count) numbers for \(weights.count) points of \(dimension)")
    let sum = weights.reduce(0, +)
    var mean = [Double](repeating: 0, count: dimension)
    var covariance = Matrix(diagonal: mean)
    for (n, weight) in weights.enumerated() where weight > 0 {
      for i in 0..<dimension { mean[i] += weight / sum * points[n * dimension + i] }
    }
    for (n, weight) in weights.enumerated() where weight > 0 {
      for i in 0..<dimension {
        let scaled = weight / sum * (points[n * dimension + i] - mean[i])
        for j in 0...i { covariance[i, j] += scaled * (points[n * dimension + j] - mean[j]) }
      }
    }
    for i in 0..<dimension {
      for j in 0..<i { covariance[j, i] = covariance[i, j] }
    }
    (self.mean, self.covariance) = (mean, covariance)
  }
}
