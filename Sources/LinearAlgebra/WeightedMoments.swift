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
    if dimension > Self.mostPlainColumns {
      covariance = Self.product(points, weights, sum, mean)
    } else {
      for (n, weight) in weights.enumerated() where weight > 0 {
        for i in 0..<dimension {
          let scaled = weight / sum * (points[n * dimension + i] - mean[i])
          for j in 0...i { covariance[i, j] += scaled * (points[n * dimension + j] - mean[j]) }
        }
      }
    }
    for i in 0..<dimension {
      for j in 0..<i { covariance[j, i] = covariance[i, j] }
    }
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// Beyond these, products of blocks of points are faster.
  private static let mostPlainColumns = 48

  /// Σ w (x − m)(x − m)ᵀ / Σ w, of which only the lower triangle is right.
  private static func product(
    _ points: [Double], _ weights: [Double], _ sum: Double, _ mean: [Double]
  ) -> Matrix {
    let (dimension, width) = (mean.count, 256)
    var block = [Double](repeating: 0, count: dimension * width)
    var result = [Double](repeating: 0, count: dimension * dimension)
    for first in stride(from: 0, to: weights.count, by: width) {
      for column in 0..<width {
        let n = first + column
        let weight = n < weights.count && weights[n] > 0 ? (weights[n] / sum).squareRoot() : 0
        for i in 0..<dimension {
          block[i * width + column] =
            weight > 0 ? weight * (points[n * dimension + i] - mean[i]) : 0
        }
      }
      block.withUnsafeBufferPointer { block in
        result.withUnsafeMutableBufferPointer { result in
          guard let block = block.baseAddress, let result = result.baseAddress else { return }
          Double.addSquare(of: block, rows: dimension, columns: width, to: result)
        }
      }
    }
    return Matrix(rows: dimension, columns: dimension, elements: result)
  }
}
