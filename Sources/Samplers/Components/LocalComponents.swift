public import LinearAlgebra

/// The principal directions of a density near a point, and how far it reaches along each: the components of a flow
/// (Feinman & Parthasarathy 2019, arXiv:1908.01686), from its local covariance C.
///
/// C = Σ sᵢ² vᵢ vᵢᵀ with s₁ ≥ s₂ ≥ …. A flow's latent variables are whitened, so that all look equally important, and
/// fixed up to a rotation only; vᵢ and sᵢ are neither. The scores vᵢ·δx have the standard deviations sᵢ.
public struct LocalComponents: Sendable, Equatable {
  /// C, D × D.
  public let covariance: Matrix
  /// sᵢ, the local standard deviations, from the largest; D numbers in units of the coordinates, 0 or more.
  public let scales: [Double]
  /// vᵢ, D unit vectors of D numbers in the order of the scales, each with its largest element positive.
  public let directions: [[Double]]

  /// The components of a covariance.
  ///
  /// - Parameter covariance: C, symmetric.
  /// - Returns: nil if its elements are not finite.
  /// - Complexity: O(D³).
  public init?(_ covariance: Matrix) {
    guard let axes = covariance.principalAxes() else { return nil }
    self.covariance = covariance
    scales = axes.map { max(0, $0.variance).squareRoot() }
    directions = axes.map(\.direction)
  }

  /// The components of a density by its curvature Λ: covariance Λ⁻¹, but for directions in which that is larger than a
  /// largest variance, or Λ is not positive.
  ///
  /// - Parameters:
  ///   - curvature: −∇∇ log m, symmetric.
  ///   - largestScale: the square root of the largest variance.
  /// - Returns: nil if its elements are not finite.
  init?(curvature: Matrix, largestScale: Double) {
    guard let axes = curvature.principalAxes() else { return nil }
    let least = 1 / (largestScale * largestScale)
    var covariance = Matrix(diagonal: axes.map { _ in 0 })
    for (value, direction) in axes {
      for i in axes.indices {
        for j in axes.indices {
          covariance[i, j] += direction[i] * direction[j] / max(value, least)
        }
      }
    }
    self.init(covariance)
  }

  /// The number of directions in which the density reaches further than a resolution τ: Σ sᵢ² / (sᵢ² + τ²), to which a
  /// direction of scale τ contributes a half.
  ///
  /// - Parameter resolution: τ, in units of the coordinates; a tenth of the largest scale if nil.
  public func effectiveDimension(resolution: Double? = nil) -> Double {
    let resolution = resolution ?? 0.1 * (scales.first ?? 0)
    guard resolution > 0 else { return Double(scales.count { $0 > 0 }) }
    return scales.reduce(0) { sum, scale in
      sum + 1 / (1 + (resolution / scale) * (resolution / scale))
    }
  }

  /// vᵢ·δx: the un-whitened scores of an offset from the point, in the order of the scales.
  ///
  /// - Parameter offset: δx, D numbers.
  public func scores(of offset: [Double]) -> [Double] {
    directions.map { direction in zip(direction, offset).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The angle between one of the directions and a vector, 0 to 90 degrees, whatever their signs.
  public func angle(_ index: Int, to vector: [Double]) -> Double {
    angleInDegrees(between: directions[index], and: vector)
  }
}
