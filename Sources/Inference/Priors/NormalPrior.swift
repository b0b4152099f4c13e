import RealModule

/// The normal density.
public struct NormalPrior: PriorDensity {
  /// `normal`.
  public static let name = "normal"
  /// The mean and the standard deviation.
  public static let arguments = [
    PriorArgument("mean"), PriorArgument("standardDeviation", "sd", .positive),
  ]

  /// The mean and the standard deviation.
  public let mean, standardDeviation: Double
  private let constant: Double

  /// A density with its mean and standard deviation.
  public init(mean: Double, standardDeviation: Double) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    constant = -0.5 * .log(2 * .pi) - .log(standardDeviation)
  }

  /// A density from its mean and standard deviation.
  public init(_ numbers: [Double]) { self.init(mean: numbers[0], standardDeviation: numbers[1]) }

  /// The mean and the standard deviation.
  public var numbers: [Double] { [mean, standardDeviation] }

  /// `normal, mean ± sd`.
  public func words(_ number: (Double) -> String) -> String {
    "normal, \(number(mean)) ± \(number(standardDeviation))"
  }

  /// All numbers.
  public var support: (lower: Double, upper: Double) { (-.infinity, .infinity) }

  /// −½ z² − log σ − ½ log 2π with z = (x − μ) / σ.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    let deviation = (value - mean) / standardDeviation
    return (constant - 0.5 * deviation * deviation, -deviation / standardDeviation)
  }

  /// μ + σ u.
  public func value(atNormal u: Double) -> Double { mean + standardDeviation * u }

  /// (x − μ) / σ.
  public func normal(at value: Double) -> Double { (value - mean) / standardDeviation }
}

extension Prior {
  /// The normal density.
  public static func normal(mean: Double, standardDeviation: Double) -> Prior {
    Prior(NormalPrior(mean: mean, standardDeviation: standardDeviation))
  }
}
