import RealModule

/// The normal density truncated at one or both ends, and renormalised.
public struct TruncatedNormalPrior: PriorDensity {
  /// `truncatedNormal`.
  public static let name = "truncatedNormal"
  /// The mean and the standard deviation before the cut, and the ends, which may be infinite.
  public static let arguments = [
    PriorArgument("mean"), PriorArgument("standardDeviation", "sd", .positive),
    PriorArgument("lower", nil, .end), PriorArgument("upper", nil, .end),
  ]

  /// The mean and the standard deviation before the cut, and the ends.
  public let mean, standardDeviation, lower, upper: Double
  /// The log probability between the ends before the cut.
  private let logMass: Double

  /// A density with the mean and the standard deviation before the cut, and the ends.
  public init(
    mean: Double, standardDeviation: Double, lower: Double = -.infinity, upper: Double = .infinity
  ) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    (self.lower, self.upper) = (lower, upper)
    logMass = NormalDistribution.logProbability(
      from: (lower - mean) / standardDeviation, to: (upper - mean) / standardDeviation)
  }

  /// A density from mean, standard deviation and both ends.
  public init(_ numbers: [Double]) {
    self.init(
      mean: numbers[0], standardDeviation: numbers[1], lower: numbers[2], upper: numbers[3])
  }

  /// The mean, the standard deviation and both ends.
  public var numbers: [Double] { [mean, standardDeviation, lower, upper] }

  /// Ends that are not in order, or so far from the mean that nothing is left.
  public var flaw: String? {
    boundsFlaw(lower, upper)
      ?? (logMass.isFinite ? nil : "nothing of the density is left between the bounds")
  }

  /// The normal density and the interval in words.
  public func words(_ number: (Double) -> String) -> String {
    "normal, \(number(mean)) ± \(number(standardDeviation)), in (\(number(lower)), \(number(upper)))"
  }

  /// The interval.
  public var support: (lower: Double, upper: Double) { (lower, upper) }

  /// The normal density over the probability between the ends.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard lower <= value, value <= upper else { return (-.infinity, 0) }
    let z = (value - mean) / standardDeviation
    return (
      NormalDistribution.logDensity(at: z) - .log(standardDeviation) - logMass,
      -z / standardDeviation
    )
  }

  /// That of the normal density between the ends.
  public func value(atNormal u: Double) -> Double {
    let (low, high) = ((lower - mean) / standardDeviation, (upper - mean) / standardDeviation)
    let z = NormalDistribution.value(atNormal: u, from: low, to: high)
    return min(max(mean + standardDeviation * z, lower), upper)
  }

  /// By the smaller of the probabilities on both sides.
  public func normal(at value: Double) -> Double {
    let (low, high) = ((lower - mean) / standardDeviation, (upper - mean) / standardDeviation)
    let z = (value - mean) / standardDeviation
    return NormalDistribution.normal(at: z, from: low, to: high)
  }
}

/// The normal density around zero of a parameter that is positive.
public struct HalfNormalPrior: PriorDensity {
  /// `halfNormal`.
  public static let name = "halfNormal"
  /// The standard deviation of the whole.
  public static let arguments = [PriorArgument("standardDeviation", "sd", .positive)]

  private let whole: TruncatedNormalPrior

  /// A density with the standard deviation of the whole.
  public init(standardDeviation: Double) {
    whole = TruncatedNormalPrior(mean: 0, standardDeviation: standardDeviation, lower: 0)
  }

  /// A density from the standard deviation of the whole.
  public init(_ numbers: [Double]) { self.init(standardDeviation: numbers[0]) }

  /// The standard deviation of the whole.
  public var numbers: [Double] { [whole.standardDeviation] }
  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// Twice the normal density.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    whole.logDensity(at: value)
  }

  /// That of the normal density cut at zero.
  public func value(atNormal u: Double) -> Double { whole.value(atNormal: u) }

  /// That of the normal density cut at zero.
  public func normal(at value: Double) -> Double { whole.normal(at: value) }
}

extension Prior {
  /// The normal density truncated at one or both ends, and renormalised.
  public static func truncatedNormal(
    mean: Double, standardDeviation: Double, lower: Double = -.infinity, upper: Double = .infinity
  ) -> Prior {
    Prior(
      TruncatedNormalPrior(
        mean: mean, standardDeviation: standardDeviation, lower: lower, upper: upper))
  }

  /// The normal density around zero of a parameter that is positive.
  public static func halfNormal(standardDeviation: Double) -> Prior {
    Prior(HalfNormalPrior(standardDeviation: standardDeviation))
  }
}
