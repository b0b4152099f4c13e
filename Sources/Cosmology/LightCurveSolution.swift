import RealModule

/// Residuals for a covariance that depends on α and β: log L, and what the change of the
/// covariance adds to its gradient.
///
/// With U the columns of marginalised offsets, Y = C⁻¹ U, S = Uᵀ Y and P = C⁻¹ − Y S⁻¹ Yᵀ:
/// log L = −½ rᵀ P r − ½ log det(S / 2π) − ½ N log 2π, and ∂ log L / ∂C = ½ (P r rᵀ P + Y S⁻¹ Yᵀ), a sum
/// of as many squares as there are columns, and one.
struct LightCurveSolution {
  let logLikelihood: Double
  let chiSquared: Double
  /// P r.
  let weighted: [Double]
  /// The offsets that minimise χ², one per marginalised column.
  let offsets: [Double]
  /// Σ ∂ log L / ∂C × ∂C/∂α, and the same for β.
  let alphaSlope: Double
  let betaSlope: Double

  /// Nil if C is not positive definite at these coefficients.
  init?(
    _ covariance: LightCurveCovariance, _ coefficients: LightCurveCovariance.Coefficients,
    _ residuals: [Double], marginalising columns: [[Double]]
  ) {
    let count = covariance.count
    guard let factor = covariance.factor(coefficients.values) else { return nil }

    var weighted = factor.solve(residuals)
    var chiSquared = zip(residuals, weighted).reduce(0) { $0 + $1.0 * $1.1 }
    var logNormalisation = -0.5 * Double(count) * .log(2 * .pi)

    // The offsets, orthogonalised one after the other in the metric C⁻¹: then S
    // is diagonal.
    var images: [(column: [Double], weight: Double)] = []
    var offsets: [Double] = []
    var shares: [[Double]] = []
    for column in columns {
      var image = factor.solve(column)
      shares.append([])
      for earlier in images {
        let share = zip(column, earlier.column).reduce(0) { $0 + $1.0 * $1.1 } / earlier.weight
        for i in 0..<count { image[i] -= share * earlier.column[i] }
        shares[shares.count - 1].append(share)
      }
      let weight = zip(column, image).reduce(0) { $0 + $1.0 * $1.1 }
      let projection = zip(residuals, image).reduce(0) { $0 + $1.0 * $1.1 }
      chiSquared -= projection * projection / weight
      for i in 0..<count { weighted[i] -= projection / weight * image[i] }
      logNormalisation -= 0.5 * .log(weight / (2 * .pi))
      images.append((image, weight))
      offsets.append(-projection / weight)
    }
    for later in columns.indices.reversed() {
      for (earlier, share) in shares[later].enumerated() {
        offsets[earlier] -= share * offsets[later]
      }
    }
    self.offsets = offsets
    self.weighted = weighted
    self.chiSquared = chiSquared
    logLikelihood = logNormalisation - 0.5 * chiSquared

    func slope(_ slopes: [Double]) -> Double {
      images.reduce(0.5 * covariance.quadraticForm(weighted, slopes)) {
        $0 + 0.5 * covariance.quadraticForm($1.column, slopes) / $1.weight
      }
    }
    alphaSlope = slope(coefficients.alphaSlopes)
    betaSlope = slope(coefficients.betaSlopes)
  }
}
