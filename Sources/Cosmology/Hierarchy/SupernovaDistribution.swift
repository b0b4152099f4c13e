import Inference
import RealModule

/// The distribution of one supernova's observed magnitude, shape and colour at one value of each parameter, to draw from: by its true
/// shape, colour and absolute magnitude, and not by the closed form in which the likelihood has integrated them out.
struct SupernovaDistribution: Sendable {
  /// What makes residuals other than normal ones.
  private enum Noise {
    case normal
    /// Of which fraction magnitudes have 1 mag² more variance.
    case outliers(Double)
    /// ν; m − k · (x₁, c) has √v t around its mean.
    case student(freedom: Double, slopes: (shape: Double, color: Double), deviation: Double)
  }

  private let means: (magnitude: Double, shape: Double, color: Double)
  private let alpha, beta: Double
  private let scatter, shapeDeviation, colorDeviation: Double
  private let errors: ErrorFactor
  private let noise: Noise
  /// The probability to be of type Ia, and what others have more of.
  private let contaminants: (share: Double, offset: Double, scatter: Double)?
  private let limit: (magnitude: Double, width: Double)?

  /// - Parameters:
  ///   - i: which of the likelihood's supernovae.
  ///   - means: those of all magnitudes, shapes and colours.
  ///   - parameters: one value for each parameter.
  init(
    _ likelihood: HierarchicalLikelihood, _ i: Int, _ means: [Double], _ parameters: [Double]
  ) throws(SimulationError) {
    let (names, groups, model) = (
      likelihood.kernel.parameters, likelihood.groups, likelihood.model
    )
    let supernova = likelihood.sample.supernovae[i]
    let count = likelihood.sample.count
    let isLightCurve = model.standardises
    guard let errors = ErrorFactor(supernova, magnitudeAlone: !isLightCurve) else {
      throw .noCovariance(redshift: supernova.redshift)
    }
    self.errors = errors
    scatter =
      groups.scatters.indices.isEmpty
      ? 0 : parameters[names.scatters[groups.scatters.indices[i]]]
    if isLightCurve {
      let population = names.populations[groups.populations.indices[i]]
      (alpha, beta) = (parameters[names.alpha], parameters[names.beta])
      shapeDeviation = parameters[population.shapeDeviation]
      colorDeviation = parameters[population.colorDeviation]
      self.means = (means[i], means[count + i], means[2 * count + i])
    } else {
      (alpha, beta, shapeDeviation, colorDeviation) = (0, 0, 0, 0)
      self.means = (means[i], 0, 0)
    }
    contaminants = names.contaminants.map { places in
      // The logit of the probability is shifted.
      let odds = (model.probabilities?[i] ?? 1) * .exp(parameters[places.shift])
      return (
        odds / (odds + 1 - (model.probabilities?[i] ?? 1)), parameters[places.offset],
        parameters[places.scatter]
      )
    }
    limit = names.limitWidth.map { width in
      (parameters[names.limits[groups.limits.indices[i]]], parameters[width])
    }
    let parameter = names.noise.map { parameters[$0] } ?? 0
    switch model.noise {
    case .student where parameter > 0:
      let (slopes, variance) = Self.regression(
        supernova, alpha: alpha, beta: beta, scatter: scatter, shape: shapeDeviation,
        color: colorDeviation, isLightCurve: isLightCurve)
      noise = .student(freedom: 1 / parameter, slopes: slopes, deviation: variance.squareRoot())
    case .normal, .student: noise = .normal
    case .outliers: noise = .outliers(parameter)
    }
  }

  /// The regression of observed magnitudes on observed shapes and colours, with the variance that it leaves.
  private static func regression(
    _ supernova: LightCurveSample.Supernova, alpha: Double, beta: Double, scatter: Double,
    shape: Double, color: Double, isLightCurve: Bool
  ) -> (slopes: (shape: Double, color: Double), variance: Double) {
    let (xx, cc) = (shape * shape, color * color)
    let own = supernova.magnitudeVariance + scatter * scatter
    guard isLightCurve else { return ((0, 0), own) }
    let (a, b) = (supernova.shapeVariance + xx, supernova.colorVariance + cc)
    let e = supernova.shapeColorCovariance
    let mx = supernova.magnitudeShapeCovariance - alpha * xx
    let mc = supernova.magnitudeColorCovariance + beta * cc
    let determinant = a * b - e * e
    let slopes = ((b * mx - e * mc) / determinant, (a * mc - e * mx) / determinant)
    let mm = own + alpha * alpha * xx + beta * beta * cc
    return (slopes, mm - slopes.0 * mx - slopes.1 * mc)
  }

  /// Draws what is observed.
  func draw(
    using random: inout RandomStream
  ) -> (magnitude: Double, shape: Double, color: Double) {
    let trueShape = shapeDeviation * random.nextStandardNormal()
    let trueColor = colorDeviation * random.nextStandardNormal()
    let error = errors.draw(using: &random)
    let (shape, color) = (trueShape + error.shape, trueColor + error.color)
    var magnitude =
      scatter * random.nextStandardNormal() - alpha * trueShape + beta * trueColor + error.magnitude
    if let contaminants, random.nextUniform() > contaminants.share {
      magnitude += contaminants.offset + contaminants.scatter * random.nextStandardNormal()
    } else {
      switch noise {
      case .normal: break
      case .outliers(let fraction):
        if random.nextUniform() < fraction { magnitude += random.nextStandardNormal() }
      case .student(let freedom, let slopes, let deviation):
        magnitude =
          slopes.shape * shape + slopes.color * color
          + deviation * Self.student(freedom, using: &random)
      }
    }
    return (means.magnitude + magnitude, means.shape + shape, means.color + color)
  }

  /// A deviate of Student's t, by Bailey's form of the polar method.
  private static func student(_ freedom: Double, using random: inout RandomStream) -> Double {
    let radius = freedom * .expMinusOne(-2 / freedom * .log(random.nextUniform()))
    return radius.squareRoot() * .cos(2 * .pi * random.nextUniform())
  }

  /// Whether a supernova of this observed magnitude is found, with probability Φ((m_lim − m)/s).
  func isFound(_ magnitude: Double, using random: inout RandomStream) -> Bool {
    guard let limit else { return true }
    return magnitude + limit.width * random.nextStandardNormal() < limit.magnitude
  }
}

/// The triangular root of a supernova's error covariance, in the order magnitude, shape, colour.
private struct ErrorFactor: Sendable {
  private var mm = 0.0
  private var xm = 0.0
  private var xx = 0.0
  private var cm = 0.0
  private var cx = 0.0
  private var cc = 0.0

  /// Nil if it is no covariance; errors may be zero.
  init?(_ supernova: LightCurveSample.Supernova, magnitudeAlone: Bool) {
    guard let mm = Self.root(supernova.magnitudeVariance, of: supernova.magnitudeVariance) else {
      return nil
    }
    self.mm = mm
    guard !magnitudeAlone else { return }
    xm = mm > 0 ? supernova.magnitudeShapeCovariance / mm : 0
    cm = mm > 0 ? supernova.magnitudeColorCovariance / mm : 0
    guard
      let xx = Self.root(supernova.shapeVariance - xm * xm, of: supernova.shapeVariance)
    else { return nil }
    self.xx = xx
    cx = xx > 0 ? (supernova.shapeColorCovariance - xm * cm) / xx : 0
    let rest = supernova.colorVariance - cm * cm - cx * cx
    guard let cc = Self.root(rest, of: supernova.colorVariance) else { return nil }
    self.cc = cc
  }

  /// The root of what is left of a variance, 0 to rounding; nil if that is negative.
  private static func root(_ rest: Double, of variance: Double) -> Double? {
    guard rest >= -1e-12 * variance else { return nil }
    return max(0, rest).squareRoot()
  }

  func draw(
    using random: inout RandomStream
  ) -> (magnitude: Double, shape: Double, color: Double) {
    let (a, b, c) = (
      random.nextStandardNormal(), random.nextStandardNormal(), random.nextStandardNormal()
    )
    return (mm * a, xm * a + xx * b, cm * a + cx * b + cc * c)
  }
}
