import RealModule

extension SIMD8<Double> {
  /// log Φ(x), the log of the probability of a standard normal deviate below x, and its derivative
  /// φ(x)/Φ(x), lane by lane.
  ///
  /// With y = |x|/√2, (1 + 2y) e^(y²) erfc y as a Chebyshev series in (y − k)/(y + k), k = 3.75, which is
  /// accurate for all y (Shepherd & Laframboise 1981, Math. Comp. 36, 249).
  package static func normalProbability(below x: Self) -> (logarithm: Self, hazard: Self) {
    let isNegative = x .< 0
    let magnitude = x.replacing(with: -x, where: isNegative)
    let y = magnitude * 0.5.squareRoot()
    let scaled = ScaledErrorFunction.series(at: (y - 3.75) / (y + 3.75)) / (1 + 2 * y)
    let square = y * y
    // φ(x) √(2π).
    let kernel = Self.exp(-square)
    let tail = 0.5 * kernel * scaled
    let whole = (1 - tail).replacing(with: 0.5 * scaled, where: isNegative)
    let logarithm = Self.log(whole) - Self.zero.replacing(with: square, where: isNegative)
    let numerator = kernel.replacing(with: 1, where: isNegative)
    return (logarithm, 0.398_942_280_401_432_678 * numerator / whole)
  }
}

/// (1 + 2y) e^(y²) erfc y.
private enum ScaledErrorFunction {
  static let count = 28
  static let coefficients: [Double] = {
    // Values at Chebyshev nodes, turned into coefficients by a discrete cosine transform.
    let angles = (0..<count).map { Double.pi * (Double($0) + 0.5) / Double(count) }
    let values = angles.map { angle -> Double in
      let t = Double.cos(angle)
      return value(at: 3.75 * (1 + t) / (1 - t))
    }
    return (0..<count).map { k in
      let sum = zip(angles, values).reduce(0) { $0 + $1.1 * .cos(Double(k) * $1.0) }
      return (k == 0 ? 1 : 2) / Double(count) * sum
    }
  }()

  /// By the error function where y² is exact enough, else by the continued fraction (Abramowitz &
  /// Stegun 7.1.14).
  private static func value(at y: Double) -> Double {
    if y < 2.5 { return (1 + 2 * y) * .exp(y * y) * .erfc(y) }
    var fraction = y
    for k in stride(from: 120, through: 1, by: -1) { fraction = y + 0.5 * Double(k) / fraction }
    return (1 + 2 * y) / (Double.pi.squareRoot() * fraction)
  }

  /// Clenshaw's sum.
  @inline(__always)
  static func series(at t: SIMD8<Double>) -> SIMD8<Double> {
    coefficients.withUnsafeBufferPointer { c in
      var (next, afterNext) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      let double = t + t
      for k in stride(from: count - 1, through: 1, by: -1) {
        (next, afterNext) = (double * next - afterNext + c[k], next)
      }
      return t * next - afterNext + c[0]
    }
  }
}
