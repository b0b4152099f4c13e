import RealModule

/// One coordinate of a triangular map: an increasing function of one variable whose shape depends on
/// the earlier ones.
///
/// Two layers of sinh-arcsinh type (Jones & Pewsey 2009, Biometrika 96, 761), v ← sinh(eᵈ asinh((v −
/// m) e⁻ˢ) − ε), with shift m, log scale s, skewness ε and log tail weight d each a polynomial in the
/// earlier variables. Increasing for all parameters, with an inverse in closed form.
package struct ConditionalLayers: Sendable, Equatable {
  /// The monomials of the earlier variables.
  let features: PolynomialFeatures
  /// The coefficients of each monomial in the eight polynomials: m, s, ε, d of the first layer, then
  /// of the second; zero where a polynomial does without it.
  package var coefficients: [SIMD8<Double>]

  /// Layers near the identity, for a number of earlier variables.
  package init(variableCount: Int, degree: Int) {
    features = PolynomialFeatures(variableCount: variableCount, degree: degree)
    coefficients = [SIMD8<Double>](repeating: .zero, count: features.count)
    // Identical layers would have identical gradients for ever.
    coefficients[0][7] = 0.03
  }

  /// The number of coefficients that are not zero.
  package var coefficientCount: Int {
    coefficients.reduce(0) { sum, group in sum + (0..<8).count { group[$0] != 0 } }
  }

  /// The same function without the monomials of degrees that it does not need.
  var trimmed: ConditionalLayers {
    let used = (coefficients.lastIndex { $0 != .zero } ?? 0) + 1
    let degree = features.counts.firstIndex { $0 >= used } ?? 0
    var layers = ConditionalLayers(variableCount: features.variableCount, degree: degree)
    layers.coefficients = Array(coefficients.prefix(layers.features.count))
    return layers
  }

  /// One layer at a point: its four polynomials and what follows from them.
  struct Layer {
    let shift, shrinking, skewness, tail: Double
    let logScale, logTail: Double
    /// (v − m) e⁻ˢ.
    var z = 0.0
    /// eᵈ asinh z − ε.
    var a = 0.0

    init(shift: Double, logScale: Double, skewness: Double, logTail: Double) {
      (self.shift, self.skewness) = (shift, skewness)
      (self.logScale, self.logTail) = (logScale, logTail)
      (shrinking, tail) = (.exp(-logScale), .exp(logTail))
    }

    /// Applies the layer, and returns log dv′/dv.
    @inline(__always)
    mutating func apply(_ v: inout Double) -> Double {
      z = (v - shift) * shrinking
      a = tail * .asinh(z) - skewness
      v = .sinh(a)
      return logDerivative
    }

    /// Undoes the layer, and returns log dv′/dv.
    @inline(__always)
    mutating func undo(_ v: inout Double) -> Double {
      a = .asinh(v)
      z = .sinh((a + skewness) / tail)
      v = shift + z / shrinking
      return logDerivative
    }

    @inline(__always)
    private var logDerivative: Double {
      logTail - logScale + logCosh(a) - 0.5 * .log(onePlus: z * z)
    }

    /// Passes back the derivatives of a function of v′ and, with slope 1, of log dv′/dv.
    ///
    /// - Returns: the derivatives in v, m, s, ε and d.
    @inline(__always)
    func pullBack(
      _ slope: Double
    ) -> (v: Double, shift: Double, scale: Double, skewness: Double, tail: Double) {
      let root = (1 + z * z).squareRoot()
      let slopeInA = slope * .cosh(a) + .tanh(a)
      let slopeInZ = slopeInA * tail / root - z / (root * root)
      return (
        slopeInZ * shrinking, -slopeInZ * shrinking, -slopeInZ * z - 1, -slopeInA,
        slopeInA * tail * .asinh(z) + 1
      )
    }
  }

  /// Both layers at given monomials.
  @inline(__always)
  func layers(_ features: UnsafePointer<Double>) -> (first: Layer, second: Layer) {
    var sum = SIMD8<Double>.zero
    for index in 0..<coefficients.count { sum += features[index] * coefficients[index] }
    return (
      Layer(shift: sum[0], logScale: sum[1], skewness: sum[2], logTail: sum[3]),
      Layer(shift: sum[4], logScale: sum[5], skewness: sum[6], logTail: sum[7])
    )
  }

  /// Applies both layers, and returns log dx/dy.
  @inline(__always)
  func apply(_ value: inout Double, _ features: UnsafePointer<Double>) -> Double {
    var (first, second) = layers(features)
    let logDerivative = first.apply(&value)
    return logDerivative + second.apply(&value)
  }

  /// Undoes both layers, and returns log dx/dy.
  @inline(__always)
  func undo(_ value: inout Double, _ features: UnsafePointer<Double>) -> Double {
    var (first, second) = layers(features)
    let logDerivative = second.undo(&value)
    return logDerivative + first.undo(&value)
  }

  /// Solves for one coordinate of a gradient.
  ///
  /// - Parameters:
  ///   - y: the variable.
  ///   - slope: ∂h/∂y less the contributions of later coordinates, replaced by ∂h/∂x.
  ///   - features: the monomials of the earlier variables.
  ///   - slopes: overwritten with the derivatives of x ∂h/∂x + log dx/dy in the monomials.
  func pullBack(
    _ y: Double, _ slope: inout Double, _ features: UnsafePointer<Double>,
    _ slopes: UnsafeMutablePointer<Double>
  ) {
    var (first, second) = layers(features)
    var value = y
    let logDerivative = first.apply(&value) + second.apply(&value)
    let inVariable = first.pullBack(second.pullBack(0).v).v
    slope = (slope - inVariable) * .exp(-logDerivative)

    let outer = second.pullBack(slope)
    let inner = first.pullBack(outer.v)
    let inTerms = SIMD8(
      inner.shift, inner.scale, inner.skewness, inner.tail,
      outer.shift, outer.scale, outer.skewness, outer.tail)
    for index in 0..<coefficients.count { slopes[index] = (inTerms * coefficients[index]).sum() }
  }
}

/// log cosh a, without overflow.
private func logCosh(_ a: Double) -> Double {
  abs(a) + .log(onePlus: .exp(-2 * abs(a))) - 0.693_147_180_559_945_309
}
