import RealModule

/// The Cauchy density, 1 / [π s (1 + z²)] with z = (x − m) / s.
public struct CauchyPrior: PriorDensity {
  /// `cauchy`.
  public static let name = "cauchy"
  /// The location m and the scale s.
  public static let arguments = [
    PriorArgument("location"), PriorArgument("scale", nil, .positive),
  ]

  /// The location and the scale.
  public let location, scale: Double

  /// A density with its location and scale.
  public init(location: Double, scale: Double) { (self.location, self.scale) = (location, scale) }

  /// A density from its location and scale.
  public init(_ numbers: [Double]) { self.init(location: numbers[0], scale: numbers[1]) }

  /// The location and the scale.
  public var numbers: [Double] { [location, scale] }
  /// All numbers.
  public var support: (lower: Double, upper: Double) { (-.infinity, .infinity) }

  /// −log π s (1 + z²).
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    let z = (value - location) / scale
    return (
      -.log(.pi * scale) - 2 * .log(.hypot(1, z)),
      z == 0 ? 0 : -2 / (z + 1 / z) / scale
    )
  }

  /// m + s tan π(Φ(u) − ½).
  public func value(atNormal u: Double) -> Double {
    let tail = NormalDistribution.probability(below: -abs(u))
    let distance = tail > 0.25 ? .tan(.pi * (0.5 - tail)) : 1 / Double.tan(.pi * tail)
    return u < 0 ? location - scale * distance : location + scale * distance
  }

  /// Φ⁻¹(½ + arctan(z) / π).
  public func normal(at value: Double) -> Double {
    let z = (value - location) / scale
    let tail =
      abs(z) > 1 ? Double.atan(1 / abs(z)) / .pi : 0.5 - Double.atan(abs(z)) / .pi
    let normal = NormalDistribution.quantile(tail)
    return z < 0 ? normal : -normal
  }
}

/// The Cauchy density around zero of a parameter that is positive, 2 / [π s (1 + (x/s)²)].
public struct HalfCauchyPrior: PriorDensity {
  /// `halfCauchy`.
  public static let name = "halfCauchy"
  /// The scale s.
  public static let arguments = [PriorArgument("scale", nil, .positive)]

  private let whole: CauchyPrior

  /// A density with its scale.
  public init(scale: Double) { whole = CauchyPrior(location: 0, scale: scale) }

  /// A density from its scale.
  public init(_ numbers: [Double]) { self.init(scale: numbers[0]) }

  /// The scale.
  public var numbers: [Double] { [whole.scale] }
  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// Twice the Cauchy density.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard value >= 0 else { return (-.infinity, 0) }
    let (density, slope) = whole.logDensity(at: value)
    return (density + .log(2), slope)
  }

  /// s tan πΦ(u)/2.
  public func value(atNormal u: Double) -> Double {
    u < 0
      ? whole.scale * .tan(0.5 * .pi * NormalDistribution.probability(below: u))
      : whole.scale / .tan(0.5 * .pi * NormalDistribution.probability(below: -u))
  }

  /// Φ⁻¹(2 arctan(x/s) / π).
  public func normal(at value: Double) -> Double {
    let z = value / whole.scale
    return z < 1
      ? NormalDistribution.quantile(2 * .atan(z) / .pi)
      : -NormalDistribution.quantile(2 * .atan(1 / z) / .pi)
  }
}

extension Prior {
  /// The Cauchy density.
  public static func cauchy(location: Double, scale: Double) -> Prior {
    Prior(CauchyPrior(location: location, scale: scale))
  }

  /// The Cauchy density around zero of a parameter that is positive.
  public static func halfCauchy(scale: Double) -> Prior { Prior(HalfCauchyPrior(scale: scale)) }
}
