import Inference
import RealModule

/// Student's t with ν degrees of freedom and scale √v, by 1/ν.
///
/// log p = log Γ((ν+1)/2) − log Γ(ν/2) − ½ log(ν π v) − ½ (ν + 1) log(1 + ρ²/(ν v)); normal for 1/ν → 0.
struct StudentNoise: ResidualNoise {
  /// The place of 1/ν among the parameters.
  let place: Int
  private let inverse: Double
  private let constant, constantSlope: Double
  private let scales: StudentScales
  private var last = Lanes.zero
  private var sum = Lanes.zero

  init(place: Int, parameters: UnsafePointer<Double>, selects: Bool) {
    self.place = place
    // Below this it is normal to rounding.
    inverse = max(parameters[place], 1e-9)
    (constant, constantSlope) = Self.constant(inverse)
    scales = selects ? StudentScales(inverse) : StudentScales.none
  }

  /// log p at ρ = 0 for v = 1, and its derivative in 1/ν.
  static func constant(_ inverse: Double) -> (value: Double, slope: Double) {
    guard inverse > 1e-3 else {
      // Stirling's series of the quotient of both gamma functions.
      let square = inverse * inverse
      return (
        -0.5 * .log(2 * .pi) - 0.25 * inverse + inverse * square / 24,
        -0.25 + square / 8
      )
    }
    let freedom = 1 / inverse
    let value =
      Double.logGamma(0.5 * (freedom + 1)) - .logGamma(0.5 * freedom) - 0.5 * .log(.pi * freedom)
    let slope = 0.5 * (digamma(0.5 * (freedom + 1)) - digamma(0.5 * freedom) - inverse)
    return (value, -slope * freedom * freedom)
  }

  /// The derivative of log Γ, by its recurrence and asymptotic series (Abramowitz & Stegun 6.3.18).
  private static func digamma(_ x: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let y = 1 / (x * x)
    let series =
      y * (1 / 12.0 - y * (1 / 120.0 - y * (1 / 252.0 - y * (1 / 240.0 - y * (1 / 132.0)))))
    return sum + .log(x) - 0.5 / x - series
  }

  @inline(__always)
  private static func polynomial(
    _ y: Lanes, _ c: (Double, Double, Double, Double, Double, Double)
  ) -> Lanes {
    var sum = y * c.5 + c.4
    sum = sum * y + c.3
    sum = sum * y + c.2
    sum = sum * y + c.1
    return sum * y + c.0
  }

  @inline(__always)
  mutating func density(
    _ residual: Lanes, _ variance: Lanes, share: Lanes
  ) -> (value: Lanes, pull: Lanes, slope: Lanes) {
    let inverseVariance = 1 / variance
    let square = residual * residual * inverseVariance
    let y = inverse * square
    let shrink = 1 / (1 + y)
    // log(1 + y)/y − 1 and [log(1 + y) − y/(1 + y)]/y², of which small arguments leave no digits.
    let small = Self.polynomial(y, (-1 / 2.0, 1 / 3.0, -1 / 4.0, 1 / 5.0, -1 / 6.0, 1 / 7.0))
    let smallCurvature = Self.polynomial(
      y, (1 / 2.0, -2 / 3.0, 3 / 4.0, -4 / 5.0, 5 / 6.0, -6 / 7.0))
    let isSmall = y .< 0.01
    let safe = y.replacing(with: 1, where: isSmall)
    let logarithm = Lanes.log(1 + safe)
    let quotient = (logarithm / safe - 1).replacing(with: y * small, where: isSmall)
    let curvature = ((logarithm - safe / (1 + safe)) / (safe * safe))
      .replacing(with: smallCurvature, where: isSmall)

    // ½ (ν + 1) log(1 + y) = ½ (1 + 1/ν) ρ²/v × log(1 + y)/y.
    let kernel = (1 + inverse) * square * (1 + quotient)
    let value = constant - 0.5 * (Lanes.log(variance) + kernel)
    last = constantSlope + 0.5 * square * (square * curvature - shrink)
    let pull = (1 + inverse) * residual * inverseVariance * shrink
    return (value, pull, 0.5 * (pull * residual - 1) * inverseVariance)
  }

  @inline(__always)
  mutating func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes, share: Lanes
  ) -> (value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes) {
    let answer = scales.detection(margin, variance, other: other)
    last = answer.inverseSlope
    return (answer.value, answer.marginSlope, answer.slope, answer.otherSlope)
  }

  /// (ν + 1) r²/(ν + r²), the mean of λ r² over the scales of its normal components.
  mutating func chiSquared(_ residual: Lanes, _ variance: Lanes, share: Lanes) -> Lanes {
    let square = residual * residual / variance
    return (1 + inverse) * square / (1 + inverse * square)
  }

  @inline(__always)
  mutating func accumulate(_ weight: Lanes) { sum += weight * last }

  func write(to gradient: UnsafeMutablePointer<Double>) { gradient[place] += sum.sum() }
}
