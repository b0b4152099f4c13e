import Inference
import Inference
import LinearAlgebra

/// Local components averaged over draws of a density, with how much they vary.
///
/// Component i of the mean is compared with component i of each draw.
public struct ComponentAverage: Sendable, Equatable {
  /// Those of the mean covariance.
  public let mean: LocalComponents
  /// The standard deviation over the draws of the logarithm of each scale.
  public let logScaleDeviations: [Double]
  /// The median over the draws of the angle between a local direction and that of the mean, in degrees.
  public let medianAngles: [Double]
  /// The mean of the effective dimension, and its standard deviation over the draws.
  public let effectiveDimension, effectiveDimensionDeviation: Double

  /// The average of local components.
  ///
  /// - Parameters:
  ///   - local: at the draws, of one dimension.
  ///   - resolution: below which a direction does not count for the effective dimension.
  /// - Returns: nil for no components.
  public init?(_ local: [LocalComponents], resolution: Double? = nil) {
    guard let first = local.first else { return nil }
    var sum = first.covariance
    for other in local.dropFirst() { sum.add(1, other.covariance) }
    let average = Matrix(
      rows: sum.rows, columns: sum.columns, elements: sum.elements.map { $0 / Double(local.count) })
    guard let mean = LocalComponents(average) else { return nil }
    self.mean = mean
    let indices = mean.scales.indices
    func deviation(_ values: [Double]) -> Double {
      values.count > 1 ? sampleVariance(values).squareRoot() : 0
    }
    logScaleDeviations = indices.map { index in
      deviation(local.map { Double.log(max($0.scales[index], .leastNormalMagnitude)) })
    }
    medianAngles = indices.map { index in
      quantile(0.5, ofSorted: local.map { $0.angle(index, to: mean.directions[index]) }.sorted())
    }
    let dimensions = local.map { $0.effectiveDimension(resolution: resolution) }
    effectiveDimension = Inference.mean(dimensions)
    effectiveDimensionDeviation = deviation(dimensions)
  }
}
