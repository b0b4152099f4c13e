extension LightCurveLikelihood {
  /// The distance moduli that the light curves give at one value of each parameter, for h = 0.7: a
  /// Hubble diagram.
  ///
  /// μ = m_B + α × shape − β × colour − M, minus ΔM for massive hosts, with the covariance C(α, β).
  /// Offsets that are marginalised have their best values.
  ///
  /// - Parameter parameters: one value for each of `parameterNames`.
  /// - Returns: nil where the model has no meaning.
  public func standardised(at parameters: [Double]) -> SupernovaSample? {
    var gradient = parameters
    var span = gradient.mutableSpan
    guard let offsets = evaluate(parameters.span, &span)?.offsets else { return nil }
    let shapeCount = distances.parameterNames.count
    let (alpha, beta) = (parameters[shapeCount], parameters[shapeCount + 1])
    let moduli = sample.supernovae.enumerated().map { i, supernova in
      zip(offsets, offsetColumns).reduce(
        supernova.magnitude + alpha * supernova.shape - beta * supernova.color
      ) { $0 - $1.0 * $1.1[i] }
    }
    let coefficients = LightCurveCovariance.Coefficients(alpha: alpha, beta: beta).values
    return SupernovaSample(
      redshifts: sample.supernovae.map(\.redshift),
      heliocentricRedshifts: sample.supernovae.map(\.heliocentricRedshift), magnitudes: moduli,
      covariance: covariance.isDiagonal
        ? .independent(covariance.diagonal(coefficients).map { $0.squareRoot() })
        : .total(covariance.matrix(coefficients)))
  }
}
