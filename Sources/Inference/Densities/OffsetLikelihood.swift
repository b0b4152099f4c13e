import RealModule

/// A likelihood that is normal in an offset: log L = ℓ(θ) − ½ c (s − m(θ))², with a constant c and an
/// offset s that is a parameter or a multiple of its logarithm, such as the zero point of magnitudes.
///
/// A posterior can then be sampled without the parameter, which is drawn afterwards from its exact conditional
/// distribution: see `CollapsedPosterior`.
public protocol OffsetLikelihood: GradientLikelihood {
  /// The offset; nil if the likelihood has none.
  var offset: LinearOffset? { get }
}

extension OffsetLikelihood {
  /// The value of the offset's parameter that maximises the likelihood, given the others.
  ///
  /// - Parameter parameters: one value for each of `parameterNames`; that of the offset may be any with a
  ///   meaning.
  /// - Returns: nil without an offset, or where the likelihood has no meaning.
  public func bestOffsetValue(at parameters: [Double]) -> Double? {
    guard let offset, let index = parameterNames.firstIndex(of: offset.parameter) else {
      return nil
    }
    var gradient = parameters
    var span = gradient.mutableSpan
    guard logLikelihood(at: parameters.span, gradient: &span).isFinite else { return nil }
    let start = offset(parameters[index])
    let best = start + gradient[index] * offset.slope(at: start) / offset.precision
    let value = offset.value(at: best)
    return value.isFinite ? value : nil
  }
}

/// The offset of a likelihood.
public struct LinearOffset: Sendable, Equatable {
  /// How the offset follows from the parameter t.
  public enum Scale: Sendable, Equatable {
    /// s = t.
    case identity
    /// s = f log t, for t > 0.
    case logarithm(factor: Double)
  }

  /// The parameter.
  public let parameter: String
  /// How the offset follows from it.
  public let scale: Scale
  /// c, above 0.
  public let precision: Double

  /// An offset with its precision.
  public init(parameter: String, scale: Scale, precision: Double) {
    (self.parameter, self.scale, self.precision) = (parameter, scale, precision)
  }

  /// s at a value of the parameter.
  func callAsFunction(_ value: Double) -> Double {
    switch scale {
    case .identity: value
    case .logarithm(let factor): factor * .log(value)
    }
  }

  /// The parameter at s.
  func value(at offset: Double) -> Double {
    switch scale {
    case .identity: offset
    case .logarithm(let factor): .exp(offset / factor)
    }
  }

  /// dt/ds.
  func slope(at offset: Double) -> Double {
    switch scale {
    case .identity: 1
    case .logarithm(let factor): .exp(offset / factor) / factor
    }
  }
}

/// The prior of an offset s where it is log-quadratic: π(s) = exp(a + k s − ½ τ (s − μ)²) between
/// two ends.
struct OffsetPrior: Sendable {
  let constant, tilt, precision, center, lower, upper: Double

  /// The prior of s from that of the parameter; nil where it has another form.
  init?(_ prior: Prior, _ offset: LinearOffset) {
    switch (prior.density, offset.scale) {
    case (let flat as UniformPrior, .identity):
      self.init(constant: -.log(flat.upper - flat.lower), lower: flat.lower, upper: flat.upper)
    case (let normal as NormalPrior, .identity):
      self.init(normal: normal.mean, normal.standardDeviation)
    case (let flat as UniformPrior, .logarithm(let factor)):
      guard flat.lower >= 0 else { return nil }
      let (a, b) = (factor * .log(flat.lower), factor * .log(flat.upper))
      // dt/ds = t / f.
      self.init(
        constant: -.log(flat.upper - flat.lower) - .log(abs(factor)), tilt: 1 / factor,
        lower: min(a, b), upper: max(a, b))
    case (let logNormal as LogNormalPrior, .logarithm(let factor)):
      self.init(
        normal: factor * logNormal.logarithm.mean,
        abs(factor) * logNormal.logarithm.standardDeviation)
    default: return nil
    }
  }

  private init(constant: Double, tilt: Double = 0, lower: Double, upper: Double) {
    (self.constant, self.tilt, self.lower, self.upper) = (constant, tilt, lower, upper)
    (precision, center) = (0, 0)
  }

  private init(normal mean: Double, _ deviation: Double) {
    constant = NormalDistribution.logDensity(at: 0) - .log(deviation)
    (tilt, precision, center) = (0, 1 / (deviation * deviation), mean)
    (lower, upper) = (-.infinity, .infinity)
  }

  /// The conditional distribution of s: what the prior makes of exp(−½ c (s − m)²).
  struct Conditional {
    /// log ∫ π(s) exp(−½ c (s − m)²) ds.
    var logIntegral: Double
    /// Its derivative in m.
    var slope: Double
    /// The normal density that is cut at the ends, and these in its standard deviations.
    var mean, deviation, low, high: Double

    /// s at a standard normal deviate of the same cumulative probability.
    func value(at deviate: Double) -> Double {
      if low < -9, high > 9 { return mean + deviation * deviate }
      // In the tail that keeps its digits.
      let isMirrored = low > 0
      let (a, z) = isMirrored ? (-high, -deviate) : (low, deviate)
      let b = isMirrored ? -low : high
      let below = NormalDistribution.logProbability(below: z)
      let above = NormalDistribution.logProbability(below: -z)
      let target = logSum(
        NormalDistribution.logProbability(below: b) + below,
        NormalDistribution.logProbability(below: a) + above)
      let place = min(max(NormalDistribution.quantile(logProbability: target), a), b)
      return mean + deviation * (isMirrored ? -place : place)
    }

    /// The standard normal deviate at s, the inverse of `value(at:)`.
    func deviate(of value: Double) -> Double {
      let place = (value - mean) / deviation
      if low < -9, high > 9 { return place }
      let isMirrored = low > 0
      let (a, b) = isMirrored ? (-high, -low) : (low, high)
      let x = isMirrored ? -place : place
      let whole = NormalDistribution.logProbability(from: a, to: b)
      let below = NormalDistribution.logProbability(from: a, to: x) - whole
      let above = NormalDistribution.logProbability(from: x, to: b) - whole
      let z =
        below < above
        ? NormalDistribution.quantile(logProbability: below)
        : -NormalDistribution.quantile(logProbability: above)
      return isMirrored ? -z : z
    }

    /// The log density of s.
    func logDensity(at value: Double) -> Double {
      NormalDistribution.logDensity(at: (value - mean) / deviation) - .log(deviation)
        - NormalDistribution.logProbability(from: low, to: high)
    }
  }

  /// The conditional distribution of s for a likelihood of precision c around m.
  func conditional(_ c: Double, around m: Double) -> Conditional {
    let whole = c + precision
    let deviation = 1 / whole.squareRoot()
    let mean = (c * m + precision * center + tilt) / whole
    // ½ whole s̄² minus the completed squares.
    let spread = m - center
    var logIntegral =
      constant + tilt * (c * m + precision * center) / whole + 0.5 * tilt * tilt / whole
      - 0.5 * c * precision / whole * spread * spread + .log(deviation)
      - NormalDistribution.logDensity(at: 0)
    var slope = tilt * c / whole - c * precision / whole * spread
    let (low, high) = ((lower - mean) / deviation, (upper - mean) / deviation)
    if low > -9 || high < 9 {
      let logMass = NormalDistribution.logProbability(from: low, to: high)
      logIntegral += logMass
      let edges =
        Double.exp(NormalDistribution.logDensity(at: low) - logMass)
        - .exp(NormalDistribution.logDensity(at: high) - logMass)
      slope += edges / deviation * c / whole
    }
    return Conditional(
      logIntegral: logIntegral, slope: slope, mean: mean, deviation: deviation, low: low, high: high
    )
  }
}
