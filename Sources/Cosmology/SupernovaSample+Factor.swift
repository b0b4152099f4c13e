import LinearAlgebra

extension SupernovaSample.Covariance {
  /// The covariance in a form that magnitudes can be whitened with.
  ///
  /// - Throws: `NotPositiveDefinite` if it is not.
  func factor() throws(NotPositiveDefinite) -> CovarianceFactor {
    switch self {
    case .total(let matrix): return try CovarianceFactor(dense: matrix)
    case .systematic(var matrix, let errors):
      for i in errors.indices { matrix[i, i] += errors[i] * errors[i] }
      return try CovarianceFactor(dense: matrix)
    case .inverse(let matrix): return try CovarianceFactor(inverse: matrix)
    case .independent(let errors): return try CovarianceFactor(standardDeviations: errors)
    case .factored(let variances, let modes):
      return try CovarianceFactor(variances: variances, modes: modes)
    }
  }

  /// The variance of each supernova in mag².
  ///
  /// Cost: n³ multiplications for an inverse, else n or n × rank.
  public var variances: [Double] {
    switch self {
    case .total(let matrix): return matrix.diagonal
    case .systematic(let matrix, let errors):
      return zip(matrix.diagonal, errors).map { $0 + $1 * $1 }
    case .inverse(let matrix):
      return (try? Cholesky(matrix))?.inverse.diagonal ?? matrix.diagonal.map { _ in .nan }
    case .independent(let errors): return errors.map { $0 * $0 }
    case .factored(let variances, let modes):
      return variances.indices.map { row in
        (0..<modes.columns).reduce(variances[row]) { $0 + modes[row, $1] * modes[row, $1] }
      }
    }
  }
}

extension SupernovaSample {
  /// The weights of magnitudes in their common zero point: C⁻¹ 1 / (1ᵀ C⁻¹ 1). The best
  /// offset of a model is the weighted sum of the residuals.
  ///
  /// - Returns: one number per supernova; their sum is 1.
  /// - Throws: `NotPositiveDefinite` if the covariance is not.
  ///
  /// Cost: a factorisation of the covariance.
  func offsetWeights() throws(NotPositiveDefinite) -> [Double] {
    let factor = try covariance.factor()
    let ones = [Double](repeating: 1, count: count)
    var weights = ones
    var span = weights.mutableSpan
    let sum = factor.solve(ones.span, into: &span)
    return weights.map { $0 / sum }
  }
}
