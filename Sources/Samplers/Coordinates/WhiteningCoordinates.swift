public import LinearAlgebra
import RealModule

/// Coordinates in which a density with a mean m and a covariance C = L Lᵀ has mean 0 and covariance
/// I: u = m + L x.
///
/// Good for any number of dimensions as long as the density is one hill; bends and walls remain.
public struct WhiteningCoordinates: Coordinates, Codable, Equatable {
  /// m.
  public let mean: [Double]
  /// L, row by row, zero above the diagonal: `dimension²` numbers.
  public let factor: [Double]
  /// log det L.
  let logJacobian: Double

  /// Coordinates from a mean and a covariance.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is none.
  public init(mean: [Double], covariance: Matrix) throws(NotPositiveDefinite) {
    precondition(
      covariance.isSquare && covariance.rows == mean.count,
      "a covariance of \(covariance.rows) × \(covariance.columns) for \(mean.count) means")
    let cholesky = try Cholesky(covariance)
    self.mean = mean
    factor = mean.indices.flatMap { row in mean.indices.map { cholesky[row, $0] } }
    logJacobian = 0.5 * cholesky.logDeterminant
  }

  /// Coordinates in which the curvature at the mode is that of N(0, I).
  public init(_ approximation: LaplaceApproximation) throws(NotPositiveDefinite) {
    try self.init(mean: approximation.mode, covariance: approximation.covariance)
  }

  /// The number of means.
  public var dimension: Int { mean.count }

  /// Writes m + L x; dimension² / 2 multiplications.
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    let count = mean.count
    for row in 0..<count {
      var sum = mean[row]
      for column in 0...row { sum += factor[row * count + column] * coordinates[column] }
      point[row] = sum
    }
    return logJacobian
  }

  /// Writes L⁻¹ (u − m).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    let count = mean.count
    for row in 0..<count {
      var rest = point[row] - mean[row]
      for column in 0..<row { rest -= factor[row * count + column] * coordinates[column] }
      coordinates[row] = rest / factor[row * count + row]
    }
    return logJacobian
  }

  /// Writes Lᵀ ∂f/∂u.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    let count = mean.count
    for column in 0..<count {
      var sum = 0.0
      for row in column..<count { sum += factor[row * count + column] * gradient[row] }
      gradient[column] = sum
    }
  }
}
