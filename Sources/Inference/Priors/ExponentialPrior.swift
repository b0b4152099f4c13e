import RealModule

/// The density λ exp(−λ x) of a positive parameter.
public struct ExponentialPrior: PriorDensity {
  /// `exponential`.
  public static let name = "exponential"
  /// The rate λ, the inverse of the mean.
  public static let arguments = [PriorArgument("rate", nil, .positive)]

  /// The rate λ, the inverse of the mean.
  public let rate: Double

  /// A density with its rate.
  public init(rate: Double) { self.rate = rate }

  /// A density from its rate.
  public init(_ numbers: [Double]) { self.init(rate: numbers[0]) }

  /// The rate.
  public var numbers: [Double] { [rate] }
  /// The positive numbers.
  public var support: (lower: Double, upper: Double) { (0, .infinity) }

  /// log λ − λ x.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    value >= 0 ? (.log(rate) - rate * value, -rate) : (-.infinity, 0)
  }

  /// −log Φ(−u) / λ.
  public func value(atNormal u: Double) -> Double {
    (u < 0
      ? -.log(onePlus: -NormalDistribution.probability(below: u))
      : -NormalDistribution.logProbability(below: -u)) / rate
  }

  /// −Φ⁻¹(exp(−λ x)).
  public func normal(at value: Double) -> Double {
    let exponent = rate * value
    return exponent < 0.7
      ? NormalDistribution.quantile(-.expMinusOne(-exponent))
      : -NormalDistribution.quantile(logProbability: -exponent)
  }
}

extension Prior {
  /// The density λ exp(−λ x) of a positive parameter.
  public static func exponential(rate: Double) -> Prior { Prior(ExponentialPrior(rate: rate)) }
}
