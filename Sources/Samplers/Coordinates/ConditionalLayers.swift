import RealModule

/// One coordinate of a triangular map: an increasing function of one variable whose shape depends on
/// the earlier ones.
///
/// K layers of sinh-arcsinh type (Jones & Pewsey 2009, Biometrika 96, 761), v ← sinh(eᵈ asinh((v − m)
/// e⁻ˢ) − ε), with shift m, log scale s, skewness ε and log tail weight d each a polynomial in the
/// earlier variables. Increasing for all parameters, with an inverse in closed form.
package struct ConditionalLayers: Sendable, Equatable {
  /// The total degrees of m, s, ε and d of one layer.
  struct Degrees: Sendable, Equatable, Codable {
    let shift, scale, skewness, tail: Int

    var all: [Int] { [shift, scale, skewness, tail] }
  }

  let degrees: [Degrees]
  let features: PolynomialFeatures
  /// How many coefficients m, s, ε and d of each layer have, and where they begin.
  let terms: [(first: Int, count: Int)]
  /// The coefficients, layer by layer, m before s before ε before d.
  package var coefficients: [Double]

  /// Layers for a number of earlier variables, next to the identity.
  init(variableCount: Int, degrees: [Degrees]) {
    self.degrees = degrees
    features = PolynomialFeatures(
      variableCount: variableCount, degree: degrees.flatMap(\.all).max() ?? 0)
    var terms: [(first: Int, count: Int)] = []
    var first = 0
    for degree in degrees.flatMap(\.all) {
      let count = features.count(upTo: degree)
      terms.append((first, count))
      first += count
    }
    self.terms = terms
    coefficients = [Double](repeating: 0, count: first)
    // Equal layers would have equal gradients for ever.
    for layer in degrees.indices.dropFirst() { coefficients[terms[4 * layer + 3].first] = 0.03 }
  }

  package static func == (a: Self, b: Self) -> Bool {
    a.degrees == b.degrees && a.features == b.features && a.coefficients == b.coefficients
  }

  /// One layer at a point: its four polynomials and what follows from them.
  struct Layer {
    let shift, shrinking, skewness, tail: Double
    let logScale, logTail: Double
    /// (v − m) e⁻ˢ.
    var z = 0.0
    /// eᵈ asinh z − ε.
    var a = 0.0

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
      _ slope: Double, logDerivative weight: Double
    ) -> (v: Double, shift: Double, scale: Double, skewness: Double, tail: Double) {
      let root = (1 + z * z).squareRoot()
      let slopeInA = slope * .cosh(a) + weight * .tanh(a)
      let slopeInZ = slopeInA * tail / root - weight * z / (root * root)
      return (
        slopeInZ * shrinking, -slopeInZ * shrinking, -slopeInZ * z - weight, -slopeInA,
        slopeInA * tail * .asinh(z) + weight
      )
    }
  }

  /// The layers at given monomials.
  @inline(__always)
  func layer(_ index: Int, _ features: UnsafePointer<Double>) -> Layer {
    func sum(_ term: Int) -> Double {
      let (first, count) = terms[4 * index + term]
      var sum = 0.0
      for i in 0..<count { sum += coefficients[first + i] * features[i] }
      return sum
    }
    let (shift, scale, skewness, tail) = (sum(0), sum(1), sum(2), sum(3))
    return Layer(
      shift: shift, shrinking: .exp(-scale), skewness: skewness, tail: .exp(tail),
      logScale: scale, logTail: tail)
  }
}

/// log cosh a, without overflow.
private func logCosh(_ a: Double) -> Double {
  abs(a) + .log(onePlus: .exp(-2 * abs(a))) - 0.693_147_180_559_945_309
}
