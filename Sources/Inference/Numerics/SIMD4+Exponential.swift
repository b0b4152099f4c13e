import RealModule

extension SIMD4<Double> {
  /// eˣ = 2ⁿ (1 + r′) with a small r′, for x from −700 to 709; others count as the nearer end.
  ///
  /// With x = n ln 2 + r, r′ = eʳ − 1 by its Taylor series for |r| ≤ ½ ln 2.
  @inlinable
  @inline(__always)
  package static func exponentialParts(_ x: SIMD4<Double>) -> (scale: Self, small: Self) {
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
    return (scale, small)
  }

  /// eˣ − 1 lane by lane, to 2e-16 of its value or of 1, whichever is larger; infinite above the range of numbers.
  @inlinable
  @inline(__always)
  package static func expMinusOne(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let (scale, small) = exponentialParts(x)
    let value = scale * small + (scale - 1)
    return value.replacing(with: .infinity, where: x .> 709.7)
  }
}

extension SIMD8<Double> {
  /// eˣ lane by lane, to a few ulps; 0 below −700 and infinite above 709.7.
  @inlinable
  @inline(__always)
  package static func exp(_ x: Self) -> Self {
    let (low, high) = (
      SIMD4<Double>.exponentialParts(x.lowHalf), SIMD4<Double>.exponentialParts(x.highHalf)
    )
    let scale = Self(lowHalf: low.scale, highHalf: high.scale)
    let small = Self(lowHalf: low.small, highHalf: high.small)
    return (scale * (1 + small)).replacing(with: .infinity, where: x .> 709.7)
      .replacing(with: 0, where: x .< -700)
  }
}
