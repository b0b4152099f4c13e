import RealModule

/// Student's t density with ν degrees of freedom, ∝ (1 + z²/ν)^(−(ν+1)/2) with z = (x − m) / s.
public struct StudentTPrior: PriorDensity {
  /// `studentT`.
  public static let name = "studentT"
  /// The degrees of freedom ν, the location m and the scale s.
  public static let arguments = [
    PriorArgument("degreesOfFreedom", "df", .positive), PriorArgument("location"),
    PriorArgument("scale", nil, .positive),
  ]

  /// The degrees of freedom, the location and the scale.
  public let degreesOfFreedom, location, scale: Double
  private let logNormalisation: Double

  /// A density with its degrees of freedom, location and scale.
  public init(degreesOfFreedom: Double, location: Double, scale: Double) {
    (self.degreesOfFreedom, self.location, self.scale) = (degreesOfFreedom, location, scale)
    let half = 0.5 * degreesOfFreedom
    logNormalisation =
      .logGamma(half + 0.5) - .logGamma(half) - 0.5 * .log(degreesOfFreedom * .pi) - .log(scale)
  }

  /// A density from its degrees of freedom, location and scale.
  public init(_ numbers: [Double]) {
    self.init(degreesOfFreedom: numbers[0], location: numbers[1], scale: numbers[2])
  }

  /// The degrees of freedom, the location and the scale.
  public var numbers: [Double] { [degreesOfFreedom, location, scale] }
  /// All numbers.
  public var support: (lower: Double, upper: Double) { (-.infinity, .infinity) }

  /// −½ (ν + 1) log(1 + z²/ν) and the constant.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    let z = (value - location) / (scale * degreesOfFreedom.squareRoot())
    let slope = z == 0 ? 0 : 1 / (z + 1 / z) / (scale * degreesOfFreedom.squareRoot())
    return (
      logNormalisation - (degreesOfFreedom + 1) * .log(.hypot(1, z)),
      -(degreesOfFreedom + 1) * slope
    )
  }

  /// In y = arsinh(z / √ν), whose density is log-concave.
  public func value(atNormal u: Double) -> Double {
    let width = scale * degreesOfFreedom.squareRoot()
    let quantile = LogConcaveQuantile(start: 0) { y in
      let tails = tails(y)
      return (
        tails.below, tails.above,
        logNormalisation + .log(width) - degreesOfFreedom * logCosh(y)
      )
    }
    return location + width * .sinh(quantile.point(atNormal: u))
  }

  /// From the smaller tail.
  public func normal(at value: Double) -> Double {
    let z = (value - location) / (scale * degreesOfFreedom.squareRoot())
    let tails = tails(.asinh(z))
    return LogConcaveQuantile.normal(tails.below, tails.above)
  }

  /// P(T > t) = ½ I(ν/2, ½) at 1 / (1 + z²/ν) for positive t.
  private func tails(_ y: Double) -> (below: Double, above: Double) {
    let (logX, tanh) = (-2 * logCosh(y), Double.tanh(abs(y)))
    let point = IncompleteBeta.Point(
      x: .exp(logX), complement: tanh * tanh, logX: logX, logComplement: 2 * .log(tanh))
    let both = IncompleteBeta.logTails(0.5 * degreesOfFreedom, 0.5, point)
    let (near, outer) = (Double.log(0.5 + 0.5 * .exp(both.above)), both.below - .log(2))
    return y < 0 ? (outer, near) : (near, outer)
  }
}

/// log cosh y.
private func logCosh(_ y: Double) -> Double {
  abs(y) + .log(onePlus: .exp(-2 * abs(y))) - .log(2)
}

extension Prior {
  /// Student's t density.
  public static func studentT(degreesOfFreedom: Double, location: Double, scale: Double) -> Prior {
    Prior(StudentTPrior(degreesOfFreedom: degreesOfFreedom, location: location, scale: scale))
  }
}
