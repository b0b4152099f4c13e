public import LinearAlgebra

extension SupernovaSample {
  /// The weights with which magnitudes count for their common zero point: C⁻¹ 1 / (1ᵀ C⁻¹ 1). The best
  /// offset of a model is the weighted sum of the residuals.
  ///
  /// - Returns: one number a supernova; their sum is 1.
  /// - Throws: `NotPositiveDefinite` if the covariance is none.
  ///
  /// Cost: a factorisation of the covariance.
  public func offsetWeights() throws(NotPositiveDefinite) -> [Double] {
    let factor = try covariance.factor()
    let ones = [Double](repeating: 1, count: count)
    var weights = ones
    var span = weights.mutableSpan
    let sum = factor.solve(ones.span, into: &span)
    return weights.map { $0 / sum }
  }
}
