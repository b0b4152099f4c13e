public import Inference
public import LinearAlgebra
import RealModule

/// The Gaussian likelihood of supernova magnitudes, from all N distances and the whole covariance:
/// the direct path.
///
/// log L = −½ rᵀ C⁻¹ r − ½ log det C − ½ N log 2π with residuals r = model − data. The model is
/// μ = 5 log₁₀[(1 + z_HEL) D_M(z_HD) / 10 pc], plus M for apparent magnitudes.
///
/// Its parameters are those of the distances, then
/// - `h` for distance moduli (the value only re-expresses the zero point of the catalog);
/// - `M` for apparent magnitudes, the absolute magnitude for h = 0.7.
///
/// Cost of one call with gradient: N distances and N² multiplications; N only, if the errors are
/// independent.
public struct SupernovaLikelihood<Distances: ComovingDistances>: GradientLikelihood {
  /// The sample.
  public let sample: SupernovaSample
  /// The distances to the sample's redshifts.
  public let distances: Distances
  /// The parameters of the distances, then `h` or `M`.
  public let parameterNames: [String]

  private let errors: CovarianceFactor
  /// Magnitudes less all that no parameter changes: 5 log₁₀(1 + z_HEL), and the Hubble distance.
  private let reducedMagnitudes: [Double]
  /// −½ log det C − ½ N log 2π.
  private let logNormalisation: Double

  /// Joins a sample and distances to its redshifts.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance matrix is none.
  public init(_ sample: SupernovaSample, distances: Distances) throws(NotPositiveDefinite) {
    precondition(
      distances.redshifts == sample.redshifts, "distances to other redshifts than the sample's")
    self.sample = sample
    self.distances = distances
    switch sample.quantity {
    case .distanceModulus: parameterNames = distances.parameterNames + ["h"]
    case .apparentMagnitude: parameterNames = distances.parameterNames + ["M"]
    }
    errors = try sample.covariance.factor()
    logNormalisation = -0.5 * (errors.logDeterminant + Double(sample.count) * .log(2 * .pi))
    reducedMagnitudes = zip(sample.magnitudes, sample.heliocentricRedshifts).map {
      $0 - 5 * .log10(1 + $1) - 5 * .log10(hubbleDistance) - 25
    }
  }

  /// χ² = rᵀ C⁻¹ r at one value of each parameter; infinite where the model has no meaning.
  public func chiSquared(at parameters: [Double]) -> Double {
    var gradient = [Double](repeating: 0, count: parameters.count)
    var span = gradient.mutableSpan
    return -2 * (logLikelihood(at: parameters.span, gradient: &span) - logNormalisation)
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let (count, shapeCount) = (sample.count, distances.parameterNames.count)
    let offset = offset(parameters[shapeCount])
    guard offset.value.isFinite else { return -.infinity }

    return withUnsafeTemporaryAllocation(
      of: Double.self, capacity: (3 + shapeCount) * count
    ) { scratch in
      scratch.initialize(repeating: 0)
      var residuals = scratch.extracting(0..<count).mutableSpan
      var weighted = scratch.extracting(2 * count..<3 * count).mutableSpan
      var slopes = scratch.extracting(3 * count..<(3 + shapeCount) * count).mutableSpan
      var comoving = scratch.extracting(count..<2 * count).mutableSpan
      guard distances.evaluate(at: parameters, distances: &comoving, derivatives: &slopes) else {
        return -.infinity
      }
      for i in 0..<count {
        guard comoving[i] > 0 else { return -.infinity }
        residuals[i] = 5 * .log10(comoving[i]) + offset.value - reducedMagnitudes[i]
      }

      let chiSquared = errors.solve(residuals.span, into: &weighted)
      // ∂ log L / ∂θ = −(C⁻¹ r) · ∂μ/∂θ with ∂μ/∂θ = (5 / ln 10) D′/D.
      for parameter in 0..<shapeCount {
        var sum = 0.0
        for i in 0..<count { sum += weighted[i] * slopes[parameter * count + i] / comoving[i] }
        gradient[parameter] = -sum * 5 / .log(10)
      }
      var sum = 0.0
      for i in 0..<count { sum += weighted[i] }
      gradient[shapeCount] = -sum * offset.derivative
      return logNormalisation - 0.5 * chiSquared
    }
  }

  /// What `h` or `M` adds to every magnitude, and its derivative.
  private func offset(_ parameter: Double) -> (value: Double, derivative: Double) {
    switch sample.quantity {
    case .distanceModulus: (-5 * .log10(parameter), -5 / (parameter * .log(10)))
    case .apparentMagnitude: (parameter - 5 * .log10(0.7), 1)
    }
  }
}
