import RealModule

/// The density of a positive parameter whose logarithm is uniform, 1 / [x log(upper / lower)].
public struct LogUniformPrior: PriorDensity {
  /// `logUniform`.
  public static let name = "logUniform"
  /// Both ends, positive.
  public static let arguments = [
    PriorArgument("lower", nil, .positive), PriorArgument("upper", nil, .positive),
  ]

  /// The ends.
  public let lower, upper: Double
  /// log(upper / lower), and its logarithm.
  private let length, logLength: Double

  /// A density on an interval.
  public init(lower: Double, upper: Double) {
    (self.lower, self.upper) = (lower, upper)
    length = .log(upper / lower)
    logLength = .log(length)
  }

  /// A density on an interval from its ends.
  public init(_ numbers: [Double]) { self.init(lower: numbers[0], upper: numbers[1]) }

  /// The ends.
  public var numbers: [Double] { [lower, upper] }

  /// Ends that are not in order.
  public var flaw: String? { boundsFlaw(lower, upper) }

  /// The interval in words.
  public func words(_ number: (Double) -> String) -> String {
    "log-uniform in (\(number(lower)), \(number(upper)))"
  }

  /// The interval.
  public var support: (lower: Double, upper: Double) { (lower, upper) }

  /// −log x − log log(upper / lower).
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard lower <= value, value <= upper else { return (-.infinity, 0) }
    return (-.log(value) - logLength, -1 / value)
  }

  /// From the nearer end.
  public func value(atNormal u: Double) -> Double {
    let step = length * NormalDistribution.probability(below: -abs(u))
    return u < 0 ? lower * .exp(step) : upper * .exp(-step)
  }

  /// From the nearer end.
  public func normal(at value: Double) -> Double {
    let below = Double.log(onePlus: (value - lower) / lower) / length
    let above = Double.log(onePlus: (upper - value) / value) / length
    return below < above ? NormalDistribution.quantile(below) : -NormalDistribution.quantile(above)
  }
}

extension Prior {
  /// The density of a positive parameter whose logarithm is uniform.
  public static func logUniform(lower: Double, upper: Double) -> Prior {
    Prior(LogUniformPrior(lower: lower, upper: upper))
  }
}
