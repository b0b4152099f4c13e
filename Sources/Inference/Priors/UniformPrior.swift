import RealModule

/// The uniform density 1 / (upper − lower) inside an interval.
public struct UniformPrior: PriorDensity {
  /// `uniform`.
  public static let name = "uniform"
  /// Both ends, finite.
  public static let arguments = [PriorArgument("lower"), PriorArgument("upper")]

  /// The ends of the interval.
  public let lower, upper: Double
  private let logDensityInside: Double

  /// A density on an interval.
  public init(lower: Double, upper: Double) {
    (self.lower, self.upper) = (lower, upper)
    logDensityInside = -.log(upper - lower)
  }

  /// A density on an interval from its ends.
  public init(_ numbers: [Double]) { self.init(lower: numbers[0], upper: numbers[1]) }

  /// The ends.
  public var numbers: [Double] { [lower, upper] }

  /// Ends that are not in order, or too far apart for a number.
  public var flaw: String? { boundsFlaw(lower, upper) }

  /// The interval in words.
  public func words(_ number: (Double) -> String) -> String {
    "uniform in (\(number(lower)), \(number(upper)))"
  }

  /// The interval.
  public var support: (lower: Double, upper: Double) { (lower, upper) }

  /// −log(upper − lower), the same at the ends.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard lower <= value, value <= upper else { return (-.infinity, 0) }
    return (logDensityInside, 0)
  }

  /// From the nearer end.
  public func value(atNormal u: Double) -> Double { value(atNormal: u, from: lower, to: upper) }

  /// From the nearer end.
  public func normal(at value: Double) -> Double { normal(at: value, from: lower, to: upper) }

  /// The share of the width.
  public func logProbability(from a: Double, to b: Double) -> Double {
    .log((b - a) / (upper - lower))
  }

  /// From the nearer end.
  public func value(atNormal u: Double, from a: Double, to b: Double) -> Double {
    let tail = (b - a) * NormalDistribution.probability(below: -abs(u))
    return u < 0 ? a + tail : b - tail
  }

  /// From the nearer end.
  public func normal(at value: Double, from a: Double, to b: Double) -> Double {
    let width = b - a
    let (below, above) = ((value - a) / width, (b - value) / width)
    return below < above ? NormalDistribution.quantile(below) : -NormalDistribution.quantile(above)
  }

  /// One uniform deviate.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    lower + (upper - lower) * generator.nextUniform()
  }
}

/// What is wrong with the ends of an interval, in words; nil if nothing is.
func boundsFlaw(_ lower: Double, _ upper: Double) -> String? {
  if lower > upper { return "bounds reversed" }
  if lower == upper { return "both bounds are \(lower)" }
  return (upper - lower).isFinite || lower.isInfinite || upper.isInfinite
    ? nil : "bounds too far apart"
}

extension Prior {
  /// The uniform density inside an interval.
  public static func uniform(lower: Double, upper: Double) -> Prior {
    Prior(UniformPrior(lower: lower, upper: upper))
  }
}
