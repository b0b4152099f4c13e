public import LinearAlgebra

// The exponential splits off a power of two, x = n log 2 + r with |r| ≤ ½ log 2. Adding
// 1.5 × 2^(fraction bits) rounds x / log 2 to n and leaves n in the lowest bits, so nothing is
// converted between integers and floating point and a loop stays vectorised.
//
// For `Float`, eʳ and log(1 + x) / x are polynomials with the least largest relative error on their
// intervals, fitted by Lawson's iteration; for `Double`, eʳ is its Taylor series, and log(1 + x) is
// 2 artanh(x / (2 + x)), whose series in (x / (2 + x))² ≤ 1/9 is short.

extension Float: NetworkScalar {
  /// eˣ; relative error below 3e-7.
  @inline(__always)
  public static func exponential(_ x: Float) -> Float {
    let bounded = Swift.min(Swift.max(x, -87.3), 88.3)
    let shifted = bounded * 1.442_695 + 12_582_912
    let n = shifted - 12_582_912
    // log 2 in two pieces, the first of which n multiplies exactly.
    let r = (bounded - n * 0.693_359_4) + n * 2.121_944_4e-4
    var sum: Float = 0.008_312_53
    sum = sum * r + 0.041_890_12
    sum = sum * r + 0.166_671_14
    sum = sum * r + 0.499_992_32
    sum = sum * r + 1
    sum = sum * r + 1
    return Float(bitPattern: sum.bitPattern &+ (shifted.bitPattern &<< 23))
  }

  /// log(1 + x); relative error below 4e-7 for 0 ≤ x ≤ 1.
  @inline(__always)
  public static func logOnePlus(_ x: Float) -> Float {
    var sum: Float = -0.008_539_096
    sum = sum * x + 0.044_089_24
    sum = sum * x - 0.107_681_17
    sum = sum * x + 0.177_452_04
    sum = sum * x - 0.244_954_5
    sum = sum * x + 0.332_754_78
    sum = sum * x - 0.499_974_05
    sum = sum * x + 0.999_999_8
    return sum * x
  }
}

extension Double: NetworkScalar {
  /// eˣ; relative error below 4e-16.
  @inline(__always)
  public static func exponential(_ x: Double) -> Double {
    let bounded = Swift.min(Swift.max(x, -708), 709)
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
  public static func logOnePlus(_ x: Double) -> Double {
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
