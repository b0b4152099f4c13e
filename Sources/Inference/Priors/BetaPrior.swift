import RealModule

/// The beta density of a parameter between 0 and 1, xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b).
public struct BetaPrior: PriorDensity {
  /// `beta`.
  public static let name = "beta"
  /// a and b.
  public static let arguments = [
    PriorArgument("a", nil, .positive), PriorArgument("b", nil, .positive),
  ]

  /// The exponents of x and of 1 − x, each plus one.
  public let a, b: Double
  private let logNormalisation: Double

  /// A density with its exponents, each plus one.
  public init(a: Double, b: Double) {
    (self.a, self.b) = (a, b)
    logNormalisation = .logGamma(a) + .logGamma(b) - .logGamma(a + b)
  }

  /// A density from its exponents, each plus one.
  public init(_ numbers: [Double]) { self.init(a: numbers[0], b: numbers[1]) }

  /// a and b.
  public var numbers: [Double] { [a, b] }
  /// 0 and 1.
  public var support: (lower: Double, upper: Double) { (0, 1) }

  /// (a − 1) log x + (b − 1) log(1 − x) − log B(a, b).
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard 0 < value, value < 1 else { return (-.infinity, 0) }
    return (
      (a - 1) * .log(value) + (b - 1) * .log(onePlus: -value) - logNormalisation,
      (a - 1) / value - (b - 1) / (1 - value)
    )
  }

  /// In y = log x / (1 − x), whose density is log-concave.
  public func value(atNormal u: Double) -> Double {
    let quantile = LogConcaveQuantile(start: .log(a / b)) { y in
      let (logX, logComplement) = (-softplus(-y), -softplus(y))
      let tails = IncompleteBeta.logTails(
        a, b,
        .init(
          x: .exp(logX), complement: .exp(logComplement), logX: logX, logComplement: logComplement))
      return (tails.below, tails.above, a * logX + b * logComplement - logNormalisation)
    }
    return min(.exp(-softplus(-quantile.point(atNormal: u))), 1.0.nextDown)
  }

  /// From the smaller tail.
  public func normal(at value: Double) -> Double {
    let tails = IncompleteBeta.logTails(a, b, .init(value))
    return LogConcaveQuantile.normal(tails.below, tails.above)
  }
}

/// log(1 + eʸ).
private func softplus(_ y: Double) -> Double { max(y, 0) + .log(onePlus: .exp(-abs(y))) }

extension Prior {
  /// The beta density of a parameter between 0 and 1.
  public static func beta(a: Double, b: Double) -> Prior { Prior(BetaPrior(a: a, b: b)) }
}
