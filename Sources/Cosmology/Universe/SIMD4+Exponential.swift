import RealModule

extension SIMD4<Double> {
  /// eˣ − 1 lane by lane, to 2e-16 of its value or of 1, whichever is larger; infinite above the range of numbers.
  ///
  /// With x = n ln 2 + r, eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), and the Taylor series of eʳ − 1 for |r| ≤ ½ ln 2.
  @inline(__always)
  static func expMinusOne(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let bounded = x.replacing(with: -700, where: x .< -700).replacing(with: 709, where: x .> 709)
    let n = (bounded * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts, the first with zeros at its end (Cody & Waite 1980).
    let r = (bounded - n * 0.6931471803691238) - n * 1.9082149292705877e-10
    var sum = SIMD4<Double>(repeating: 1.0 / 6_227_020_800)
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5_040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    sum = sum * r + 0.5
    let small = r + r * r * sum
    // 2ⁿ by its bits; the sum with 3·2⁵¹ has n in its last bits.
    let bits = unsafeBitCast(n + 6_755_399_441_055_744, to: SIMD4<Int64>.self)
    let scale = unsafeBitCast((bits &+ 1023) &<< 52, to: SIMD4<Double>.self)
    let value = scale * small + (scale - 1)
    return value.replacing(with: .infinity, where: x .> 709.7)
  }
}
