import RealModule

extension SIMD8<Double> {
  /// eˣ lane by lane, to a few ulps; 0 below −708 and infinite above 709.
  ///
  /// With x = n ln 2 + r and the Taylor series of eʳ for |r| ≤ ½ ln 2, whose first term left out is 5e-18.
  @inlinable
  package static func exp(_ x: Self) -> Self {
    let bounded = x.replacing(with: -708, where: x .< -708).replacing(with: 709, where: x .> 709)
    let n = (bounded * 1.442_695_040_888_963_4).rounded(.toNearestOrEven)
    // ln 2 in two parts, the first with zeros at its end (Cody & Waite 1980).
    let r = (bounded - n * 0.693_147_180_369_123_8) - n * 1.908_214_929_270_587_7e-10
    var sum = Self(repeating: 1.0 / 6_227_020_800)
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
    // 2ⁿ by its bits; the sum with 3·2⁵¹ has n in its last bits.
    let bits = unsafeBitCast(n + 6_755_399_441_055_744, to: SIMD8<Int64>.self)
    let scale = unsafeBitCast((bits &+ 1023) &<< 52, to: Self.self)
    let value = scale * (1 + (r + r * r * sum))
    return value.replacing(with: .infinity, where: x .> 709).replacing(with: 0, where: x .< -708)
  }
}
