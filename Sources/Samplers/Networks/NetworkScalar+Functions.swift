import LinearAlgebra
import RealModule

// The exponential is 2ⁿ 2ᶠ with n + f = x / log 2 and |f| ≤ ½. Adding 1.5 × 2^(fraction bits) rounds
// to n and leaves n in the lowest bits, so nothing is converted between integers and floating point
// and a loop stays vectorised. log(1 + x) is 2 artanh(y) with y = x / (2 + x), whose series in
// y² ≤ 1/9 is short.
//
// For `Float`, 2ᶠ and 2 artanh(y) / y are polynomials with the least largest relative error on their
// intervals, fitted by Lawson's iteration, and summed in pairs: what a processor waits for in these
// loops is the longest chain of operations. For `Double`, they are series, and x / log 2 is split in
// x = n log 2 + r with a log 2 of two pieces, the first of which n multiplies exactly.
//
// Comparisons are written so that a number that is none stays none.

extension Float: NetworkScalar {
  /// eˣ; relative error below 2e-7 (1 + |x|).
  @inline(__always)
  static func exponential(_ x: Float) -> Float {
    decayingExponential(x > 87.3 ? 87.3 : x)
  }

  /// eˣ for x ≤ 87.3; relative error below 2e-7 (1 + |x|).
  @inline(__always)
  static func decayingExponential(_ x: Float) -> Float {
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
  static func logOnePlus(_ x: Float) -> Float {
    let y = x / (2 + x)
    let square = y * y
    let low = 1.999_999_6 + 0.666_76 * square
    let high = 0.395_894_62 + 0.342_260_5 * square
    return y * (low + square * square * high)
  }
}

extension Double: NetworkScalar {
  /// eˣ; relative error below 4e-16.
  @inline(__always)
  static func exponential(_ x: Double) -> Double {
    decayingExponential(x > 709 ? 709 : x)
  }

  /// eˣ for x ≤ 709; relative error below 4e-16.
  @inline(__always)
  static func decayingExponential(_ x: Double) -> Double {
    let bounded = x < -708 ? -708 : x
    let shifted = bounded * 1.442_695_040_888_963_4 + 6_755_399_441_055_744
    let n = shifted - 6_755_399_441_055_744
    let r = (bounded - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33
    var sum: Double = 1 / 6_227_020_800
    sum = sum * r + 1 / 479_001_600
    sum = sum * r + 1 / 39_916_800
    sum = sum * r + 1 / 3_628_800
    sum = sum * r + 1 / 362_880
    sum = sum * r + 1 / 40320
    sum = sum * r + 1 / 5040
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 0.5
    sum = sum * r + 1
    sum = sum * r + 1
    return Double(bitPattern: sum.bitPattern &+ (shifted.bitPattern &<< 52))
  }

  /// log(1 + x); relative error below 4e-16 for 0 ≤ x ≤ 1.
  @inline(__always)
  static func logOnePlus(_ x: Double) -> Double {
    let y = x / (2 + x)
    let square = y * y
    var sum: Double = 2 / 33
    sum = sum * square + 2 / 31
    sum = sum * square + 2 / 29
    sum = sum * square + 2 / 27
    sum = sum * square + 2 / 25
    sum = sum * square + 2 / 23
    sum = sum * square + 2 / 21
    sum = sum * square + 2 / 19
    sum = sum * square + 2 / 17
    sum = sum * square + 2 / 15
    sum = sum * square + 2 / 13
    sum = sum * square + 2 / 11
    sum = sum * square + 2 / 9
    sum = sum * square + 2 / 7
    sum = sum * square + 2 / 5
    sum = sum * square + 2 / 3
    sum = sum * square + 2
    return sum * y
  }
}
