import RealModule

/// The prior density of one parameter, normalised.
///
/// A prior that is not in this list, or that joins several parameters, is a `Likelihood` that reads
/// no data.
public enum Prior: Sendable, Equatable, Codable {
  /// 1 / (upper − lower) inside the interval.
  case uniform(lower: Double, upper: Double)
  /// The normal density.
  case normal(mean: Double, standardDeviation: Double)
  /// A uniform density on [center − halfWidth, center + halfWidth] blurred by logistic noise of
  /// scale 1 / sharpness: u(x) = s(β(x − c + a)) s(β(a − x + c)) / Z with Z = 2a / (1 − exp(−2aβ)),
  /// s the logistic function.
  ///
  /// With c = 0, a = 3, β = 1 it is the base density of Souveton et al. 2023 (arXiv 2302.01955),
  /// section 5, with its constant.
  case softUniform(center: Double, halfWidth: Double, sharpness: Double)
  /// The density of a positive parameter whose logarithm is normal.
  case logNormal(logMean: Double, logStandardDeviation: Double)
  /// No freedom: the parameter keeps this value and is not sampled.
  case fixed(Double)

  /// The open interval where the density is positive.
  public var support: (lower: Double, upper: Double) {
    switch self {
    case .uniform(let lower, let upper): (lower, upper)
    case .normal, .softUniform: (-.infinity, .infinity)
    case .logNormal: (0, .infinity)
    case .fixed(let value): (value, value)
    }
  }

  /// The value of a fixed parameter; nil for one that is free.
  public var fixedValue: Double? {
    if case .fixed(let value) = self { value } else { nil }
  }

  /// The transform that carries the real line onto the support.
  public var transform: Transform {
    switch self {
    case .uniform(let lower, let upper): .logit(lower: lower, upper: upper)
    case .normal, .softUniform, .fixed: .identity
    case .logNormal: .log(lower: 0)
    }
  }

  /// Whether the numbers describe a density: finite, widths positive, bounds in order.
  public var isValid: Bool {
    switch self {
    case .uniform(let lower, let upper):
      lower < upper && (upper - lower).isFinite
    case .normal(let mean, let standardDeviation),
      .logNormal(let mean, let standardDeviation):
      mean.isFinite && standardDeviation.isFinite && standardDeviation > 0
    case .softUniform(let center, let halfWidth, let sharpness):
      center.isFinite && halfWidth.isFinite && halfWidth > 0 && sharpness.isFinite && sharpness > 0
    case .fixed(let value):
      value.isFinite
    }
  }

  /// Returns the log density and its derivative at a value of the parameter.
  ///
  /// Outside the support the log density is minus infinity. A fixed parameter contributes zero.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    switch self {
    case .uniform(let lower, let upper):
      guard lower <= value, value <= upper else { return (-.infinity, 0) }
      return (-.log(upper - lower), 0)
    case .normal(let mean, let standardDeviation):
      let deviation = (value - mean) / standardDeviation
      let constant = -0.5 * .log(2 * .pi) - .log(standardDeviation)
      return (constant - 0.5 * deviation * deviation, -deviation / standardDeviation)
    case .softUniform(let center, let halfWidth, let sharpness):
      let inner = sharpness * (value - center + halfWidth)
      let outer = sharpness * (halfWidth - value + center)
      let logNormalisation =
        .log(2 * halfWidth) - .log(-.expMinusOne(-2 * halfWidth * sharpness))
      return (
        logLogistic(inner) + logLogistic(outer) - logNormalisation,
        sharpness * (logistic(-inner) - logistic(-outer))
      )
    case .logNormal(let logMean, let logStandardDeviation):
      guard value > 0 else { return (-.infinity, 0) }
      let (density, slope) = Prior.normal(mean: logMean, standardDeviation: logStandardDeviation)
        .logDensity(at: .log(value))
      return (density - .log(value), (slope - 1) / value)
    case .fixed:
      return (0, 0)
    }
  }

  /// Draws a value.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    switch self {
    case .uniform(let lower, let upper):
      return lower + (upper - lower) * generator.nextUniform()
    case .normal(let mean, let standardDeviation):
      return mean + standardDeviation * generator.nextStandardNormal()
    case .softUniform(let center, let halfWidth, let sharpness):
      let flat = center + halfWidth * (2 * generator.nextUniform() - 1)
      let u = generator.nextUniform()
      return flat + .log(u / (1 - u)) / sharpness
    case .logNormal(let logMean, let logStandardDeviation):
      return .exp(logMean + logStandardDeviation * generator.nextStandardNormal())
    case .fixed(let value):
      return value
    }
  }
}

/// 1 / (1 + exp(−x)).
private func logistic(_ x: Double) -> Double {
  let e = Double.exp(-abs(x))
  return x < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// log(1 / (1 + exp(−x))), without overflow.
private func logLogistic(_ x: Double) -> Double {
  min(x, 0) - .log(onePlus: .exp(-abs(x)))
}
