import LinearAlgebra
import RealModule

/// What residuals of light curves are combined from: r = X(α, β) v, with inner products G = Xᵀ C(α, β)⁻¹ X.
///
/// The columns of X are the residuals of a central cosmology, 5 log₁₀ D − m − α x + β c, then directions of distances,
/// then offsets; v is 1, then q, then the offsets. So χ² = vᵀ G v.
struct LightCurveDesign: Sendable {
  private let sample: LightCurveSample
  private let covariance: LightCurveCovariance
  /// The residuals without shapes and colours.
  private let residuals: [Double]
  /// The directions and offsets, N numbers each.
  private let others: [Double]
  let directionCount: Int
  let offsetCount: Int
  /// The value of M that the residuals include.
  let centralMagnitude: Double

  init(
    _ likelihood: LightCurveLikelihood<some ComovingDistances>, _ directions: DistanceDirections
  ) {
    let sample = likelihood.sample
    self.sample = sample
    covariance = likelihood.covariance
    directionCount = directions.count
    offsetCount = likelihood.offsetColumns.count
    let plain = sample.supernovae.indices.map { i in
      directions.columns[0][i] + 5 * .log10(.log(onePlus: sample.supernovae[i].redshift))
        - likelihood.magnitudes[i]
    }
    let center = -plain.reduce(0, +) / Double(max(1, plain.count))
    centralMagnitude = center
    residuals = plain.map { $0 + center }
    others = (directions.columns.dropFirst() + likelihood.offsetColumns).flatMap(\.self)
  }

  /// The number of supernovae.
  var count: Int { sample.count }

  /// The number of columns without offsets.
  var columnCount: Int { 1 + directionCount }

  /// G at the nodes of a grid; nil where C is not positive definite at one of them.
  func products(
    _ box: CoefficientBox, _ counts: (alpha: Int, beta: Int)
  ) -> [[Double]]? {
    var all: [[Double]] = []
    for (alpha, beta) in box.nodes(counts) {
      guard let products = products(alpha: alpha, beta: beta) else { return nil }
      all.append(products)
    }
    return all
  }

  /// The lower triangle of G, row by row; nil where C is not positive definite.
  ///
  /// Cost: a Cholesky factor, n³/3 multiplications, and n² for each column; n if supernovae are independent.
  func products(alpha: Double, beta: Double) -> [Double]? {
    let coefficients = LightCurveCovariance.Coefficients(alpha: alpha, beta: beta)
    guard let factor = covariance.factor(coefficients.values) else { return nil }
    let first = sample.supernovae.indices.map { i in
      residuals[i] - alpha * sample.supernovae[i].shape + beta * sample.supernovae[i].color
    }
    let size = columnCount + offsetCount
    var columns = Matrix(rows: size, columns: sample.count, elements: first + others)
    factor.whiten(rowsOf: &columns)
    var square = [Double](repeating: 0, count: size * size)
    columns.elements.withUnsafeBufferPointer { columns in
      square.withUnsafeMutableBufferPointer { square in
        guard let columns = columns.baseAddress, let square = square.baseAddress else { return }
        Double.addSquare(of: columns, rows: size, columns: sample.count, to: square)
      }
    }
    return (0..<size).flatMap { i in square[i * size...i * size + i] }
  }

  /// The lower triangle of G − G_o S⁻¹ G_oᵀ without the offsets o, S = G_oo, and log det(S / 2π) behind it.
  func marginalised(_ products: [Double]) -> [Double] {
    var (products, logDeterminant) = (products, 0.0)
    for last in (columnCount..<columnCount + offsetCount).reversed() {
      let start = last * (last + 1) / 2
      let weight = products[start + last]
      logDeterminant += .log(weight / (2 * .pi))
      for i in 0..<last {
        for j in 0...i {
          products[i * (i + 1) / 2 + j] -= products[start + i] * products[start + j] / weight
        }
      }
    }
    return Array(products.prefix(columnCount * (columnCount + 1) / 2)) + [logDeterminant]
  }
}
