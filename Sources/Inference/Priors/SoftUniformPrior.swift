import RealModule

/// A uniform density on [center − halfWidth, center + halfWidth] blurred by logistic noise of scale 1 /
/// sharpness: u(x) = s(β(x − c + a)) s(β(a − x + c)) / Z with Z = 2a / (1 − exp(−2aβ)), s the logistic
/// function.
///
/// With c = 0, a = 3, β = 1 it is the base density of Souveton et al. 2023 (arXiv 2302.01955), section
/// 5, with its constant.
public struct SoftUniformPrior: PriorDensity {
  /// `softUniform`.
  public static let name = "softUniform"
  /// The center c, the half width a and the sharpness β.
  public static let arguments = [
    PriorArgument("center"), PriorArgument("halfWidth", "halfwidth", .positive),
    PriorArgument("sharpness", nil, .positive),
  ]

  /// The center c, the half width a and the sharpness β.
  public let center, halfWidth, sharpness: Double

  /// A density with its center, half width and sharpness.
  public init(center: Double, halfWidth: Double, sharpness: Double) {
    (self.center, self.halfWidth, self.sharpness) = (center, halfWidth, sharpness)
  }

  /// A density from its center, half width and sharpness.
  public init(_ numbers: [Double]) {
    self.init(center: numbers[0], halfWidth: numbers[1], sharpness: numbers[2])
  }

  /// The center, the half width and the sharpness.
  public var numbers: [Double] { [center, halfWidth, sharpness] }

  /// The interval in words.
  public func words(_ number: (Double) -> String) -> String {
    "soft uniform around \(number(center)), half width \(number(halfWidth)), sharpness \(number(sharpness))"
  }

  /// All numbers.
  public var support: (lower: Double, upper: Double) { (-.infinity, .infinity) }

  /// The sum of two log logistics.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    let inner = sharpness * (value - center + halfWidth)
    let outer = sharpness * (halfWidth - value + center)
    let logNormalisation =
      .log(2 * halfWidth) - .log(-.expMinusOne(-2 * halfWidth * sharpness))
    return (
      logLogistic(inner) + logLogistic(outer) - logNormalisation,
      sharpness * (logistic(-inner) - logistic(-outer))
    )
  }

  /// The distribution function solved for x (Souveton et al. 2023 leave it out): with p below and q above,
  /// x − c = a (p − q) + [log(1 − exp(−2aβp)) − log(1 − exp(−2aβq))] / β.
  public func value(atNormal u: Double) -> Double {
    let below = NormalDistribution.probability(below: u)
    let above = NormalDistribution.probability(below: -u)
    let scale = 2 * halfWidth * sharpness
    func logComplement(_ probability: Double, _ deviate: Double) -> Double {
      let exponent = scale * probability
      return exponent < 1e-20
        ? .log(scale) + NormalDistribution.logProbability(below: deviate)
        : .log(-.expMinusOne(-exponent))
    }
    return center + halfWidth * (below - above)
      + (logComplement(below, u) - logComplement(above, -u)) / sharpness
  }

  /// The probability beyond |x − c| is [softplus(A) − softplus(A − 2aβ)] / 2aβ with A = β (a − |x − c|),
  /// which is one logarithm without cancellation.
  public func normal(at value: Double) -> Double {
    let scale = 2 * halfWidth * sharpness
    let near = sharpness * (halfWidth - abs(value - center))
    let far = Double.log(onePlus: .exp(near - scale))
    let ratio = -Double.exp(near) * .expMinusOne(-scale) / (1 + .exp(near - scale))
    let difference =
      near > 30 ? near + .log(onePlus: .exp(-near)) - far : .log(onePlus: ratio)
    let normal = NormalDistribution.quantile(min(difference / scale, 0.5))
    return value < center ? normal : -normal
  }

  /// A uniform deviate and a logistic one.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    let flat = center + halfWidth * (2 * generator.nextUniform() - 1)
    let u = generator.nextUniform()
    return flat + .log(u / (1 - u)) / sharpness
  }
}

/// 1 / (1 + exp(−x)).
private func logistic(_ x: Double) -> Double {
  let e = Double.exp(-abs(x))
  return x < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// log(1 / (1 + exp(−x))), without overflow.
private func logLogistic(_ x: Double) -> Double {
  min(x, 0) - .log(onePlus: .exp(-abs(x)))
}

extension Prior {
  /// A uniform density on [center − halfWidth, center + halfWidth] blurred by logistic noise of scale 1 /
  /// sharpness.
  public static func softUniform(center: Double, halfWidth: Double, sharpness: Double) -> Prior {
    Prior(SoftUniformPrior(center: center, halfWidth: halfWidth, sharpness: sharpness))
  }
}
