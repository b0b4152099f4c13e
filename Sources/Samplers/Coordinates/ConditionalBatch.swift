import Inference
import LinearAlgebra
import RealModule

/// The two layers of one coordinate at the points of a tile, with their adjoint: the loops over points
/// that the compiler vectorises.
///
/// The eight polynomials of all points are one product of matrices; what an adjoint leaves in their
/// place are the slopes of the points' log-likelihoods log N(x) + log dx/dy in them.
struct ConditionalBatch: ~Copyable {
  /// The number of points of a tile, short enough for everything to stay in the cache.
  static let width = 256
  /// What a layer keeps of a point: z, √(1 + z²), |asinh z|, eᵃ, e⁻ˢ, eᵈ.
  private static let rows = 6

  /// The eight polynomials, or the slopes in them: a row each.
  let terms: UnsafeMutablePointer<Double>
  /// y, then x.
  let value: UnsafeMutablePointer<Double>
  /// log dx/dy.
  let logDerivative: UnsafeMutablePointer<Double>
  private let tape: UnsafeMutablePointer<Double>

  init() {
    let capacity = (10 + 2 * Self.rows) * Self.width
    terms = .allocate(capacity: capacity)
    terms.initialize(repeating: 0, count: capacity)
    value = terms + 8 * Self.width
    logDerivative = value + Self.width
    tape = logDerivative + Self.width
  }

  deinit { terms.deallocate() }

  /// Evaluates the polynomials.
  ///
  /// - Parameters:
  ///   - coefficients: monomials × 8.
  ///   - features: monomials × points.
  func evaluate(_ coefficients: [SIMD8<Double>], _ features: UnsafePointer<Double>) {
    let count = coefficients.count
    coefficients.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
      Double.multiply(
        MatrixOperand(start, stride: 8, transposed: true),
        MatrixOperand(features, stride: Self.width), rows: 8, columns: Self.width, inner: count,
        adding: 0, to: terms, resultStride: Self.width)
    }
  }

  /// Applies both layers to `value`, with `logDerivative`.
  func apply() {
    let (width, logDerivative) = (Self.width, logDerivative)
    for i in 0..<width { logDerivative[i] = 1 }
    for layer in 0..<2 { apply(terms + 4 * layer * width, tape + layer * Self.rows * width) }
    let (firstScale, firstTail) = (terms + width, terms + 3 * width)
    let (secondScale, secondTail) = (terms + 5 * width, terms + 7 * width)
    Self.takeLogarithms(logDerivative)
    for i in 0..<width {
      let linear = firstTail[i] - firstScale[i] + secondTail[i] - secondScale[i]
      logDerivative[i] = linear + 0.5 * logDerivative[i]
    }
  }

  /// Applies one layer, and multiplies `logDerivative` by the square of cosh a / √(1 + z²).
  private func apply(
    _ polynomials: UnsafeMutablePointer<Double>, _ tape: UnsafeMutablePointer<Double>
  ) {
    let (width, v, product) = (Self.width, value, logDerivative)
    let (shift, scale) = (polynomials, polynomials + width)
    let (skewness, tail) = (polynomials + 2 * width, polynomials + 3 * width)
    let (z, root, arcsinh) = (tape, tape + width, tape + 2 * width)
    let (exponential, shrinking, power) = (tape + 3 * width, tape + 4 * width, tape + 5 * width)
    for i in 0..<width { shrinking[i] = Double.exponential(-scale[i]) }
    for i in 0..<width { power[i] = Double.exponential(tail[i]) }
    for i in 0..<width {
      let value = (v[i] - shift[i]) * shrinking[i]
      z[i] = value
      root[i] = (1 + value * value).squareRoot()
    }
    // Of the magnitude, so that large negative values do not cancel.
    for i in 0..<width { arcsinh[i] = abs(z[i]) + root[i] }
    Self.takeLogarithms(arcsinh)
    for i in 0..<width { arcsinh[i] = z[i] < 0 ? -arcsinh[i] : arcsinh[i] }
    for i in 0..<width {
      // Beyond this a density vanishes.
      let a = power[i] * arcsinh[i] - skewness[i]
      let bounded = a > 300 ? 300 : (a < -300 ? -300 : a)
      exponential[i] = Double.exponential(bounded)
    }
    for i in 0..<width {
      let inverse = 1 / exponential[i]
      v[i] = 0.5 * (exponential[i] - inverse)
      let ratio = 0.5 * (exponential[i] + inverse) / root[i]
      product[i] *= ratio * ratio
    }
  }

  /// Replaces positive numbers by their logarithms.
  private static func takeLogarithms(_ row: UnsafeMutablePointer<Double>) {
    let groups = UnsafeMutableRawPointer(row)
    for offset in stride(from: 0, to: width * MemoryLayout<Double>.stride, by: 64) {
      let x = groups.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      groups.storeBytes(of: .log(x), toByteOffset: offset, as: SIMD8<Double>.self)
    }
  }

  /// Replaces `terms` by the slopes of log N(x) + log dx/dy in them.
  func pullBack() {
    let (width, v) = (Self.width, value)
    for i in 0..<width { v[i] = -v[i] }
    for layer in [1, 0] { pullBack(terms + 4 * layer * width, tape + layer * Self.rows * width) }
  }

  /// Turns the slope in v′ into that in v, and the four polynomials into the slopes in them.
  private func pullBack(
    _ polynomials: UnsafeMutablePointer<Double>, _ tape: UnsafeMutablePointer<Double>
  ) {
    let (width, v) = (Self.width, value)
    let (shift, scale) = (polynomials, polynomials + width)
    let (skewness, tail) = (polynomials + 2 * width, polynomials + 3 * width)
    let (z, root, arcsinh) = (tape, tape + width, tape + 2 * width)
    let (exponential, shrinking, power) = (tape + 3 * width, tape + 4 * width, tape + 5 * width)
    for i in 0..<width {
      let inverse = 1 / exponential[i]
      let (cosine, sine) = (0.5 * (exponential[i] + inverse), 0.5 * (exponential[i] - inverse))
      let slopeInA = v[i] * cosine + sine / cosine
      let slopeInZ = (slopeInA * power[i] - z[i] / root[i]) / root[i]
      v[i] = slopeInZ * shrinking[i]
      shift[i] = -v[i]
      scale[i] = -slopeInZ * z[i] - 1
      skewness[i] = -slopeInA
      tail[i] = slopeInA * power[i] * arcsinh[i] + 1
    }
  }
}
