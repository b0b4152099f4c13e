public import LinearAlgebra
import RealModule

/// Coordinates in which a density with a mean m and a covariance C = A Aᵀ has mean 0 and covariance I:
/// u = m + A x.
///
/// A = V √Λ with the principal axes, the widest first, or the Cholesky factor for an order of the
/// parameters, each with its regression on those before it removed.
///
/// Suitable in any number of dimensions for a unimodal density; curvature and truncation remain.
public struct WhiteningCoordinates: Coordinates, Codable, Equatable {
  /// m.
  public let mean: [Double]
  /// A, row by row: `dimension²` numbers.
  public let axes: [Double]
  /// A⁻¹, row by row.
  private let inverse: [Double]
  /// log |det A|.
  let logJacobian: Double

  /// Coordinates along the principal axes, from a mean and a covariance.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is not positive definite.
  public init(mean: [Double], covariance: Matrix) throws(NotPositiveDefinite) {
    precondition(
      covariance.isSquare && covariance.rows == mean.count,
      "a covariance of \(covariance.rows) × \(covariance.columns) for \(mean.count) means")
    let count = mean.count
    // The factor tells which minor fails.
    _ = try Cholesky(covariance)
    guard let principal = covariance.principalAxes(), principal.allSatisfy({ $0.variance > 0 })
    else { throw NotPositiveDefinite(order: count) }
    var axes = [Double](repeating: 0, count: count * count)
    var (inverse, logJacobian) = (axes, 0.0)
    for (axis, (variance, direction)) in principal.enumerated() {
      let deviation = variance.squareRoot()
      logJacobian += .log(deviation)
      for i in 0..<count {
        axes[i * count + axis] = deviation * direction[i]
        inverse[axis * count + i] = 1 / deviation * direction[i]
      }
    }
    (self.mean, self.axes, self.inverse, self.logJacobian) = (mean, axes, inverse, logJacobian)
  }

  /// Coordinates in an order of the parameters, from a mean and a covariance.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is not positive definite.
  package init(mean: [Double], covariance: Matrix, order: [Int]) throws(NotPositiveDefinite) {
    let count = mean.count
    var ordered = covariance
    for i in 0..<count { for j in 0..<count { ordered[i, j] = covariance[order[i], order[j]] } }
    let factor = try Cholesky(ordered)
    var (axes, inverse) = (
      [Double](repeating: 0, count: count * count), [Double](repeating: 0, count: count * count)
    )
    for i in 0..<count {
      for j in 0...i { axes[order[i] * count + j] = factor[i, j] }
      var column = [Double](repeating: 0, count: count)
      column[i] = 1
      var span = column.mutableSpan
      factor.whiten(&span)
      for j in 0..<count { inverse[j * count + order[i]] = column[j] }
    }
    (self.mean, self.axes, self.inverse) = (mean, axes, inverse)
    logJacobian = 0.5 * factor.logDeterminant
  }

  /// Coordinates in which the curvature at the mode is that of N(0, I).
  public init(_ approximation: LaplaceApproximation) throws(NotPositiveDefinite) {
    try self.init(mean: approximation.mode, covariance: approximation.covariance)
  }

  private init(mean: [Double], axes: [Double], inverse: [Double], logJacobian: Double) {
    (self.mean, self.axes, self.inverse) = (mean, axes, inverse)
    self.logJacobian = logJacobian
  }

  /// C = A Aᵀ.
  var covariance: Matrix {
    let rows = mean.indices.map { axes[$0 * mean.count..<($0 + 1) * mean.count] }
    return Matrix(
      rows: mean.count, columns: mean.count,
      elements: rows.flatMap { row in rows.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } })
  }

  /// The same with further coordinates, which it leaves unchanged.
  func extended(by more: Int) -> WhiteningCoordinates {
    let count = mean.count
    func block(_ elements: [Double]) -> [Double] {
      (0..<(count + more) * (count + more)).map { index in
        let (i, j) = (index / (count + more), index % (count + more))
        return i < count && j < count ? elements[i * count + j] : (i == j ? 1 : 0)
      }
    }
    return WhiteningCoordinates(
      mean: mean + [Double](repeating: 0, count: more), axes: block(axes), inverse: block(inverse),
      logJacobian: logJacobian)
  }

  private enum CodingKeys: CodingKey {
    case mean, axes, inverse, logJacobian
  }

  /// Reads coordinates that were written.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode([Double].self, forKey: .mean)
    axes = try container.decode([Double].self, forKey: .axes)
    inverse = try container.decode([Double].self, forKey: .inverse)
    logJacobian = try container.decode(Double.self, forKey: .logJacobian)
    let count = mean.count
    guard count > 0, axes.count == count * count, inverse.count == count * count,
      (mean + axes + inverse + [logJacobian]).allSatisfy(\.isFinite),
      (0..<count * count).allSatisfy({ index in
        let (i, j) = (index / count, index % count)
        let product = (0..<count).reduce(0) { $0 + axes[i * count + $1] * inverse[$1 * count + j] }
        return abs(product - (i == j ? 1 : 0)) < 1e-6
      })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .axes, in: container, debugDescription: "axes that contradict each other")
    }
  }

  /// The number of means.
  public var dimension: Int { mean.count }

  /// A⁻¹ C A⁻ᵀ of a covariance C: the identity for the one that the coordinates are made from.
  func whitened(_ covariance: Matrix) -> Matrix {
    let count = mean.count
    var result = Matrix(diagonal: mean.map { _ in 0 })
    for i in 0..<count {
      for j in 0..<count {
        for k in 0..<count {
          for l in 0..<count {
            result[i, j] += inverse[i * count + k] * covariance[k, l] * inverse[j * count + l]
          }
        }
      }
    }
    return result
  }

  /// Writes m + A x; dimension² multiplications.
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    let count = mean.count
    for row in 0..<count {
      var sum = mean[row]
      for column in 0..<count { sum += axes[row * count + column] * coordinates[column] }
      point[row] = sum
    }
    return logJacobian
  }

  /// Writes A⁻¹ (u − m).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    let count = mean.count
    for row in 0..<count {
      var sum = 0.0
      for column in 0..<count {
        sum += inverse[row * count + column] * (point[column] - mean[column])
      }
      coordinates[row] = sum
    }
    return logJacobian
  }

  /// Writes the coordinates of many points, one row per coordinate.
  ///
  /// - Parameters:
  ///   - points: points × dimension.
  ///   - rows: dimension × `stride`, overwritten.
  func coordinates(
    of points: UnsafePointer<Double>, count pointCount: Int,
    into rows: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let count = mean.count
    for row in 0..<count {
      let target = rows + row * stride
      for n in 0..<pointCount {
        var sum = 0.0
        for column in 0..<count {
          sum += inverse[row * count + column] * (points[n * count + column] - mean[column])
        }
        target[n] = sum
      }
    }
  }

  /// The coordinates of weighted points, a row each.
  func rows(of sample: WeightedPoints) -> [[Double]] {
    let pointCount = sample.count
    var rows = [Double](repeating: 0, count: dimension * pointCount)
    rows.withUnsafeMutableBufferPointer { rows in
      sample.points.withUnsafeBufferPointer { points in
        guard let target = rows.baseAddress, let source = points.baseAddress else { return }
        coordinates(of: source, count: pointCount, into: target, stride: pointCount)
      }
    }
    return (0..<dimension).map { Array(rows[$0 * pointCount..<($0 + 1) * pointCount]) }
  }

  /// Writes Aᵀ ∂f/∂u.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    let count = mean.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { old in
      for i in 0..<count { old.initializeElement(at: i, to: gradient[i]) }
      for column in 0..<count {
        var sum = 0.0
        for row in 0..<count { sum += axes[row * count + column] * old[row] }
        gradient[column] = sum
      }
    }
  }
}
