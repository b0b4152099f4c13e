import RealModule

/// The density of a positive parameter whose logarithm is normal.
public struct LogNormalPrior: PriorDensity {
  /// `logNormal`.
  public static let name = "logNormal"
  /// The mean and the standard deviation of the logarithm.
  public static let arguments = [
    PriorArgument("logMean", "mean"), PriorArgument("logStandardDeviation", "sd", .positive),
  ]

  /// The density of the natural logarithm.
  public let logarithm: NormalPrior

  /// A density with the mean and the standard deviation of the natural logarithm.
  public init(logMean: Double, logStandardDeviation: Double) {
    logarithm = NormalPrior(mean: logMean, standardDeviation: logStandardDeviation)
  }

  /// A density from the mean and the standard deviation of the natural logarithm.
  public init(_ numbers: [Double]) { logarithm = NormalPrior(numbers) }

  /// The mean and the standard deviation of the logarithm.
  public var numbers: [Double] { logarithm.numbers }

  /// The logarithm in words.
  public func words(_ number: (Double) -> String) -> String {
    "log-normal, the logarithm \(number(logarithm.mean)) ± \(number(logarithm.standardDeviation))"
  }

  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// That of the logarithm, minus log x.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard value > 0 else { return (-.infinity, 0) }
    let (density, slope) = logarithm.logDensity(at: .log(value))
    return (density - .log(value), (slope - 1) / value)
  }

  /// exp(μ + σ u).
  public func value(atNormal u: Double) -> Double { .exp(logarithm.value(atNormal: u)) }

  /// (log x − μ) / σ.
  public func normal(at value: Double) -> Double { logarithm.normal(at: .log(value)) }
}

extension Prior {
  /// The density of a positive parameter whose natural logarithm is normal.
  public static func logNormal(logMean: Double, logStandardDeviation: Double) -> Prior {
    Prior(LogNormalPrior(logMean: logMean, logStandardDeviation: logStandardDeviation))
  }
}
