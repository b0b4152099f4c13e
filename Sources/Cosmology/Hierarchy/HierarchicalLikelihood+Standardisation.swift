import RealModule

extension HierarchicalLikelihood {
  /// One supernova at one value of each parameter.
  public struct Standardised: Sendable, Equatable {
    /// ρ, the Tripp residual with shape and colour shrunk towards their population, in mag.
    public let residual: Double
    /// The variance of `residual` in mag².
    public let variance: Double
    /// Means and standard deviations of its true shape, colour, and absolute magnitude for h = 0.7, given the
    /// data and the parameters, under normal noise.
    public let shape, color, absoluteMagnitude: (mean: Double, standardDeviation: Double)
    /// χ² of the observed shape and colour in their population.
    public let populationChiSquared: Double
    /// log p of its magnitude, shape and colour, given the parameters and under normal noise.
    public let logDensity: Double

    /// Whether two are the same.
    public static func == (a: Self, b: Self) -> Bool {
      a.residual == b.residual && a.variance == b.variance && a.shape == b.shape
        && a.color == b.color && a.absoluteMagnitude == b.absoluteMagnitude
        && a.populationChiSquared == b.populationChiSquared
    }
  }

  /// What all supernovae are at one value of each parameter; nil where the model has no meaning.
  ///
  /// Conditional distributions are those of a normal vector (x₁, c, M) that is observed as (m_B, x₁, c) with a normal
  /// error.
  public func standardisations(at parameters: [Double]) -> [Standardised]? {
    guard parameters.allSatisfy(\.isFinite), kernel.parameters.haveMeaning(parameters.span) else {
      return nil
    }
    let predicted = prediction(at: parameters)
    guard predicted.allSatisfy(\.isFinite) else { return nil }
    return sample.supernovae.indices.map { standardised($0, predicted, parameters) }
  }

  private func standardised(
    _ i: Int, _ predicted: [Double], _ parameters: [Double]
  ) -> Standardised {
    let names = kernel.parameters
    let supernova = sample.supernovae[i]
    let scatter =
      groups.scatters.indices.isEmpty
      ? 0 : parameters[names.scatters[groups.scatters.indices[i]]]
    var absolute = parameters[names.zeroPoint]
    if let step = names.massStep, supernova.hasMassiveHost { absolute += parameters[step] }
    let dm = supernova.magnitude - predicted[i]
    guard model.standardises else {
      let variance = supernova.magnitudeVariance + scatter * scatter
      let gain = scatter * scatter / variance
      return Standardised(
        residual: dm, variance: variance, shape: (0, 0), color: (0, 0),
        absoluteMagnitude: (
          absolute + gain * dm, scatter * (1 - gain).squareRoot()
        ), populationChiSquared: 0,
        logDensity: -0.5 * (.log(2 * .pi * variance) + dm * dm / variance))
    }
    let count = sample.count
    let population = names.populations[groups.populations.indices[i]]
    let (alpha, beta) = (parameters[names.alpha], parameters[names.beta])
    let (mean, variances) = (
      populationMeans(of: i, at: parameters),
      (
        shape: parameters[population.shapeDeviation] * parameters[population.shapeDeviation],
        color: parameters[population.colorDeviation] * parameters[population.colorDeviation]
      )
    )
    let (dx, dc) = (
      supernova.shape - predicted[count + i], supernova.color - predicted[2 * count + i]
    )
    let a = supernova.shapeVariance + variances.shape
    let b = supernova.colorVariance + variances.color
    let e = supernova.shapeColorCovariance
    let determinant = a * b - e * e
    // The covariance of the observed magnitude with observed shape and colour.
    let mx = supernova.magnitudeShapeCovariance - alpha * variances.shape
    let mc = supernova.magnitudeColorCovariance + beta * variances.color
    let mm =
      supernova.magnitudeVariance + scatter * scatter + alpha * alpha * variances.shape
      + beta * beta * variances.color
    let kx = (b * mx - e * mc) / determinant
    let kc = (a * mc - e * mx) / determinant
    let residual = dm - kx * dx - kc * dc
    let residualVariance = mm - kx * mx - kc * mc
    let populationChiSquared = (b * dx * dx - 2 * e * dx * dc + a * dc * dc) / determinant
    /// The conditional distribution of a latent deviate by its covariances with ρ, dx and dc.
    func conditional(
      _ prior: Double, _ variance: Double, m: Double, x: Double, c: Double
    ) -> (mean: Double, standardDeviation: Double) {
      let r = m - kx * x - kc * c
      let gx = (b * x - e * c) / determinant
      let gc = (a * c - e * x) / determinant
      let mean = prior + r / residualVariance * residual + gx * dx + gc * dc
      let rest = variance - r * r / residualVariance - gx * x - gc * c
      return (mean, max(0, rest).squareRoot())
    }
    return Standardised(
      residual: residual, variance: residualVariance,
      shape: conditional(
        mean.shape, variances.shape, m: -alpha * variances.shape, x: variances.shape, c: 0),
      color: conditional(
        mean.color, variances.color, m: beta * variances.color, x: 0, c: variances.color),
      absoluteMagnitude: conditional(absolute, scatter * scatter, m: scatter * scatter, x: 0, c: 0),
      populationChiSquared: populationChiSquared,
      logDensity: -0.5
        * (.log(2 * .pi * residualVariance) + residual * residual / residualVariance
          + .log(4 * .pi * .pi * determinant) + populationChiSquared))
  }

  /// The distance moduli of the supernovae at one value of each parameter, for h = 0.7, with shapes and colours shrunk
  /// towards their populations: a Hubble diagram. Nil where the model has no meaning.
  public func standardised(at parameters: [Double]) -> SupernovaSample? {
    guard let all = standardisations(at: parameters) else { return nil }
    let comoving = distances.values(
      at: Array(parameters.prefix(kernel.parameters.distanceCount)))
    let moduli = sample.supernovae.indices.map { i in
      all[i].residual + 5 * .log10(comoving[i] * (1 + sample.supernovae[i].heliocentricRedshift))
        + 5 * .log10(hubbleDistance / 0.7) + 25
    }
    return SupernovaSample(
      redshifts: sample.supernovae.map(\.redshift),
      heliocentricRedshifts: sample.supernovae.map(\.heliocentricRedshift), magnitudes: moduli,
      covariance: .independent(all.map { $0.variance.squareRoot() }))
  }
}
