import RealModule

/// The gamma density of a positive parameter, βᵃ xᵃ⁻¹ exp(−β x) / Γ(a).
public struct GammaPrior: PriorDensity {
  /// `gamma`.
  public static let name = "gamma"
  /// The shape a and the rate β.
  public static let arguments = [
    PriorArgument("shape", nil, .positive), PriorArgument("rate", nil, .positive),
  ]

  /// The shape a and the rate β.
  public let shape, rate: Double
  private let logGamma: Double

  /// A density with its shape and rate; the mean is a / β.
  public init(shape: Double, rate: Double) {
    (self.shape, self.rate) = (shape, rate)
    logGamma = .logGamma(shape)
  }

  /// A density from its shape and rate.
  public init(_ numbers: [Double]) { self.init(shape: numbers[0], rate: numbers[1]) }

  /// The shape and the rate.
  public var numbers: [Double] { [shape, rate] }
  /// Above a shape of a million.
  public var flaw: String? {
    shape > Self.largestShape
      ? "shape is above \(Int(Self.largestShape)), where the density is a normal one" : nil
  }
  /// The largest shape for which quantiles are computed, as the cost grows with its root.
  private static let largestShape = 1e6

  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// a log β − log Γ(a) + (a − 1) log x − β x.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard value > 0 else { return (-.infinity, 0) }
    return (
      shape * .log(rate) - logGamma + (shape - 1) * .log(value) - rate * value,
      (shape - 1) / value - rate
    )
  }

  /// In y = log β x, whose density is log-concave.
  public func value(atNormal u: Double) -> Double {
    let quantile = LogConcaveQuantile(start: .log(shape)) { y in
      let tails = IncompleteGamma.logTails(shape, .exp(y), logX: y)
      return (tails.below, tails.above, shape * y - .exp(y) - logGamma)
    }
    return .exp(quantile.point(atNormal: u)) / rate
  }

  /// From the smaller tail.
  public func normal(at value: Double) -> Double {
    let x = rate * value
    let tails = IncompleteGamma.logTails(shape, x, logX: .log(x))
    return LogConcaveQuantile.normal(tails.below, tails.above)
  }
}

/// The density of a positive parameter whose inverse has a gamma density, βᵃ x⁻ᵃ⁻¹ exp(−β / x) / Γ(a).
public struct InverseGammaPrior: PriorDensity {
  /// `inverseGamma`.
  public static let name = "inverseGamma"
  /// The shape a and the scale β.
  public static let arguments = [
    PriorArgument("shape", nil, .positive), PriorArgument("scale", nil, .positive),
  ]

  private let inverse: GammaPrior

  /// A density with its shape and scale.
  public init(shape: Double, scale: Double) { inverse = GammaPrior(shape: shape, rate: scale) }

  /// A density from its shape and scale.
  public init(_ numbers: [Double]) { self.init(shape: numbers[0], scale: numbers[1]) }

  /// The shape and the scale.
  public var numbers: [Double] { inverse.numbers }
  /// Above a shape of a million.
  public var flaw: String? { inverse.flaw }
  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// That of the inverse, minus 2 log x.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard value > 0 else { return (-.infinity, 0) }
    let (density, slope) = inverse.logDensity(at: 1 / value)
    return (density - 2 * .log(value), -slope / (value * value) - 2 / value)
  }

  /// That of the inverse in the other tail.
  public func value(atNormal u: Double) -> Double { 1 / inverse.value(atNormal: -u) }

  /// That of the inverse in the other tail.
  public func normal(at value: Double) -> Double { -inverse.normal(at: 1 / value) }
}

extension Prior {
  /// The gamma density of a positive parameter; the mean is shape / rate.
  public static func gamma(shape: Double, rate: Double) -> Prior {
    Prior(GammaPrior(shape: shape, rate: rate))
  }

  /// The density of a positive parameter whose inverse has a gamma density.
  public static func inverseGamma(shape: Double, scale: Double) -> Prior {
    Prior(InverseGammaPrior(shape: shape, scale: scale))
  }
}
