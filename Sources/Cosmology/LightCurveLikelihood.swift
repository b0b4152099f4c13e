import Inference
import LinearAlgebra
import RealModule

/// The likelihood of light curves that are standardised in the fit: shape and colour have
/// coefficients of their own, and the covariance depends on them.
///
/// m_B = 5 log₁₀[(1 + z_HEL) D_M(z_HD) / 10 pc] + M − α × shape + β × colour, plus ΔM for massive hosts,
/// with an error of covariance C(α, β). log L = −½ χ² − ½ N log 2π, χ² = rᵀ C⁻¹ r. Source: Tripp 1998,
/// A&A 331, 815; Betoule et al. 2014, A&A 568, A22, section 5.
///
/// A normal density of the residuals would also have −½ log det C, which is not constant here, and is
/// left out on purpose. It corresponds to true shapes and colours with a flat, unbounded
/// population, and with it α and β are biased low: JLA's table gives β = 2.69 ± 0.06
/// instead of 3.15 ± 0.08, and in simulations β falls short of the truth by eight standard deviations.
/// χ² alone, as in CosmoMC and the analyses of the releases, gives Ωm, α and β without such a bias, and
/// errors of α and β that are 10 to 20 % too small: it ignores the populations of shapes and
/// colours, which need a hierarchical model. Source: Kelly 2007, ApJ 665, 1489 (flat priors of
/// covariates); March et al. 2011, MNRAS 418, 2308 (of supernovae).
///
/// Marginalised offsets are integrated over exp(log L) under flat priors, which adds −½ log det(S / 2π)
/// with S = Uᵀ C⁻¹ U for their columns U. It also depends on α and β, and makes the two treatments of
/// offsets give the same posterior; with one term per offset instead of per supernova, it moves β
/// by a few hundredths of its error.
///
/// As log L is not a density of the data, ln Z can only compare models of the same light curves.
///
/// Its parameters are those of the distances, then `alpha`, `beta`, and unless they are marginalised
/// `M` (for h = 0.7) and `delta_M`, the latter if there are hosts of both classes.
///
/// Cost of one call with gradient: n³/3 multiplications; n if supernovae are independent.
public struct LightCurveLikelihood<Distances: ComovingDistances>: GaussianLikelihood {
  /// The sample.
  public let sample: LightCurveSample
  /// The distances to its redshifts.
  public let distances: Distances
  /// The parameters of the distances, `alpha`, `beta`, and the offsets that are sampled.
  public let parameterNames: [String]

  let covariance: LightCurveCovariance
  /// The columns of M and ΔM.
  let offsetColumns: [[Double]]
  let treatment: OffsetTreatment
  /// The magnitudes minus 5 log₁₀(1 + z_HEL) and 5 log₁₀ (c/H₀ / 10 pc).
  let magnitudes: [Double]

  /// Joins a sample and distances to its redshifts.
  public init(
    _ sample: LightCurveSample, distances: Distances, offset: OffsetTreatment = .sampled
  ) {
    precondition(
      distances.redshifts == sample.supernovae.map(\.redshift),
      "distances to other redshifts than the sample's")
    self.sample = sample
    self.distances = distances
    treatment = offset
    covariance = LightCurveCovariance(sample)
    let massive = sample.supernovae.map { $0.hasMassiveHost ? 1.0 : 0 }
    let everything = [Double](repeating: 1, count: sample.count)
    let hasBoth = massive.contains(0) && massive.contains(1)
    offsetColumns = hasBoth ? [everything, massive] : [everything]
    parameterNames =
      distances.parameterNames + ["alpha", "beta"]
      + (offset == .sampled ? Array(["M", "delta_M"].prefix(offsetColumns.count)) : [])
    magnitudes = sample.supernovae.map {
      $0.magnitude - 5 * .log10(1 + $0.heliocentricRedshift) - 5 * .log10(hubbleDistance / 0.7) - 25
    }
  }

  /// The distances, and the likelihood given them.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    parts(at: parameters, distances, "likelihood of light curves")
  }

  /// The magnitudes; shapes and colours are covariates.
  public var data: [Double] { sample.supernovae.map(\.magnitude) }

  /// The magnitudes of the model for the measured shapes and colours; with offsets of 0 where
  /// they are marginalised.
  public func prediction(at parameters: [Double]) -> [Double] {
    let shapeCount = distances.parameterNames.count
    let (alpha, beta) = (parameters[shapeCount], parameters[shapeCount + 1])
    let comoving = distances.values(at: Array(parameters.prefix(shapeCount)))
    return sample.supernovae.indices.map { i in
      let supernova = sample.supernovae[i]
      let model = 5 * .log10(comoving[i]) - alpha * supernova.shape + beta * supernova.color
      let offset = zip(parameters.dropFirst(shapeCount + 2), offsetColumns).reduce(0) {
        $0 + $1.0 * $1.1[i]
      }
      return supernova.magnitude - magnitudes[i] + model + offset
    }
  }

  /// The same likelihood with other magnitudes.
  public func replacingData(_ data: [Double]) -> LightCurveLikelihood {
    let supernovae = zip(sample.supernovae, data).map { supernova, magnitude in
      var other = supernova
      other.magnitude = magnitude
      return other
    }
    return LightCurveLikelihood(
      LightCurveSample(supernovae, blocks: sample.blocks), distances: distances,
      offset: treatment)
  }

  /// The number of marginalised offsets.
  public var marginalisedCount: Int { treatment == .marginalised ? offsetColumns.count : 0 }

  /// χ² at one value of each parameter, at the best values of marginalised offsets; infinite where
  /// the model has no meaning.
  public func chiSquared(at parameters: [Double]) -> Double {
    var gradient = parameters
    var span = gradient.mutableSpan
    return evaluate(parameters.span, &span)?.chiSquared ?? .infinity
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    evaluate(parameters, &gradient)?.logLikelihood ?? -.infinity
  }

  /// The likelihood with its gradient, χ², and the offsets: those given, or the best ones.
  func evaluate(
    _ parameters: Span<Double>, _ gradient: inout MutableSpan<Double>
  ) -> (logLikelihood: Double, chiSquared: Double, offsets: [Double])? {
    let (count, shapeCount) = (sample.count, distances.parameterNames.count)
    let (alpha, beta) = (parameters[shapeCount], parameters[shapeCount + 1])
    guard alpha.isFinite, beta.isFinite else { return nil }
    var comoving = [Double](repeating: 0, count: count)
    var tape = [Double](repeating: 0, count: distances.tapeCount)
    var comovingSpan = comoving.mutableSpan
    var tapeSpan = tape.mutableSpan
    let shape = parameters.extracting(0..<shapeCount)
    guard distances.evaluate(at: shape, distances: &comovingSpan, tape: &tapeSpan) else {
      return nil
    }

    var residuals = [Double](repeating: 0, count: count)
    for (i, supernova) in sample.supernovae.enumerated() {
      guard comoving[i] > 0 else { return nil }
      residuals[i] =
        5 * .log10(comoving[i]) - magnitudes[i] - alpha * supernova.shape + beta * supernova.color
    }
    var offsets: [Double] = []
    if treatment == .sampled {
      for (index, column) in offsetColumns.enumerated() {
        let value = parameters[shapeCount + 2 + index]
        guard value.isFinite else { return nil }
        for i in 0..<count { residuals[i] += value * column[i] }
        offsets.append(value)
      }
    }

    let coefficients = LightCurveCovariance.Coefficients(alpha: alpha, beta: beta)
    guard
      let solution = LightCurveSolution(
        covariance, coefficients, residuals,
        marginalising: treatment == .marginalised ? offsetColumns : [])
    else { return nil }
    let weighted = solution.weighted

    // ∂ log L / ∂θ = −(P r) · ∂r/∂θ, plus the change of C for α and β.
    var sensitivities = (0..<count).map { -magnitudesPerLog * weighted[$0] / comoving[$0] }
    var sensitivitySpan = sensitivities.mutableSpan
    distances.pullBack(
      &sensitivitySpan, at: shape, tape: tape.span, gradient: &gradient)
    var (shapeSum, colorSum) = (0.0, 0.0)
    for (i, supernova) in sample.supernovae.enumerated() {
      shapeSum += weighted[i] * supernova.shape
      colorSum += weighted[i] * supernova.color
    }
    gradient[shapeCount] = shapeSum + solution.alphaSlope
    gradient[shapeCount + 1] = -colorSum + solution.betaSlope
    if treatment == .sampled {
      for (index, column) in offsetColumns.enumerated() {
        gradient[shapeCount + 2 + index] = -zip(weighted, column).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return (
      solution.logLikelihood, solution.chiSquared,
      treatment == .sampled ? offsets : solution.offsets
    )
  }
}
