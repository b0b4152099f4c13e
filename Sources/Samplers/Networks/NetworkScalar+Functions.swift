public import LinearAlgebra
public import RealModule

// The exponential is 2ⁿ 2ᶠ with n + f = x / log 2 and |f| ≤ ½. Adding 1.5 × 2^(fraction bits) rounds
// to n and leaves n in the lowest bits, so nothing is converted between integers and floating point
// and a loop stays vectorised. log(1 + x) is 2 artanh(y) with y = x / (2 + x), whose series in
// y² ≤ 1/9 is short.
//
// For `Float`, 2ᶠ and 2 artanh(y) / y are polynomials with the least largest relative error on their
// intervals, fitted by Lawson's iteration. For `Double`, they are series, and x / log 2 is split in
// x = n log 2 + r with a log 2 of two pieces, the first of which n multiplies exactly. All are summed in
// pairs: what a processor waits for in these loops is the longest chain of operations.
//
// Comparisons are written so that NaN stays NaN.

extension Float: NetworkScalar {
  /// eˣ; relative error below 2e-7 (1 + |x|).
  @inline(__always)
  public static func exponential(_ x: Float) -> Float {
    decayingExponential(x > 87.3 ? 87.3 : x)
  }

  /// eˣ for x ≤ 87.3; relative error below 2e-7 (1 + |x|).
  @inline(__always)
  public static func decayingExponential(_ x: Float) -> Float {
    let bounded = x < -87.3 ? -87.3 : x
    let power = bounded * 1.442_695
    let shifted = power + 12_582_912
    let f = power - (shifted - 12_582_912)
    let square = f * f
    let low = 1 + 0.693_147 * f
    let middle = 0.240_222_42 + 0.055_507_336 * f
    let high = 0.009_671_513 + 0.001_326_472_7 * f
    let sum = low + square * (middle + square * high)
    return Float(bitPattern: sum.bitPattern &+ (shifted.bitPattern &<< 23))
  }

  /// log(1 + x); relative error below 5e-7 for 0 ≤ x ≤ 1.
  @inline(__always)
  public static func logOnePlus(_ x: Float) -> Float {
    let y = x / (2 + x)
    let square = y * y
    let low = 1.999_999_6 + 0.666_76 * square
    let high = 0.395_894_62 + 0.342_260_5 * square
    return y * (low + square * square * high)
  }

  /// The evaluator of an energy.
  public static func evaluator(
    of energy: any FlowEnergy, count: Int, slots: Int, in arena: Arena<Float>
  ) -> AnyEnergyEvaluator<Float> {
    energy.evaluator(count: count, slots: slots, in: arena)
  }
}

extension Double: NetworkScalar {
  /// eˣ; relative error below 4e-16.
  @inline(__always)
  public static func exponential(_ x: Double) -> Double {
    decayingExponential(x > 709 ? 709 : x)
  }

  /// eˣ for x ≤ 709; relative error below 4e-16.
  @inline(__always)
  public static func decayingExponential(_ x: Double) -> Double {
    let bounded = x < -708 ? -708 : x
    let shifted = bounded * 1.442_695_040_888_963_4 + 6_755_399_441_055_744
    let n = shifted - 6_755_399_441_055_744
    let r = (bounded - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33
    let square = r * r
    let fourth = square * square
    let low = (0.5 + 1 / 6 * r) + square * (1 / 24 + 1 / 120 * r)
    let middle = (1 / 720 + 1 / 5040 * r) + square * (1 / 40320 + 1 / 362_880 * r)
    let high =
      (1 / 3_628_800 + 1 / 39_916_800 * r) + square * (1 / 479_001_600 + 1 / 6_227_020_800 * r)
    let sum = 1 + (r + square * (low + fourth * (middle + fourth * high)))
    return Double(bitPattern: sum.bitPattern &+ (shifted.bitPattern &<< 52))
  }

  /// log(1 + x); relative error below 4e-16 for 0 ≤ x ≤ 1.
  @inline(__always)
  public static func logOnePlus(_ x: Double) -> Double {
    let y = x / (2 + x)
    let square = y * y
    let fourth = square * square
    let eighth = fourth * fourth
    let first = (2 / 3 + 2 / 5 * square) + fourth * (2 / 7 + 2 / 9 * square)
    let second = (2 / 11 + 2 / 13 * square) + fourth * (2 / 15 + 2 / 17 * square)
    let third = (2 / 19 + 2 / 21 * square) + fourth * (2 / 23 + 2 / 25 * square)
    let last = (2 / 27 + 2 / 29 * square) + fourth * (2 / 31 + 2 / 33 * square)
    let sum = 2 + square * ((first + eighth * second) + eighth * eighth * (third + eighth * last))
    return sum * y
  }

  /// The evaluator of an energy.
  public static func evaluator(
    of energy: any FlowEnergy, count: Int, slots: Int, in arena: Arena<Double>
  ) -> AnyEnergyEvaluator<Double> {
    energy.evaluator(count: count, slots: slots, in: arena)
  }
}
