import RealModule

extension SIMD8<Double> {
  /// The natural logarithm of positive, normal numbers, within an ulp of the larger of 1 and the result.
  ///
  /// The library's is one call per number, a tenth of an evaluation; this one is
  /// vectorised over the lanes.
  ///
  /// x = 2ᵏ m with √½ ≤ m < √2, and log m = 2 artanh s with s = (m − 1)/(m + 1), |s| < 0.172, by the
  /// polynomial in s² of Sun's library (fdlibm, e_log.c, 1993), accurate to 2⁻⁵⁸.
  @inlinable
  package static func log(_ x: Self) -> Self {
    // Integers of the format: 52 bits of the fraction below the exponent, whose zero is at 1023.
    typealias Bits = SIMD8<UInt64>
    let sqrtHalf = Bits(repeating: 0x3fe6_a09e_667f_3bcd)
    let one = Bits(repeating: 0x3ff0_0000_0000_0000)
    let bits = unsafeBitCast(x, to: Bits.self)
    let shifted = bits &- sqrtHalf &+ one
    let exponent = shifted &>> 52
    let m = unsafeBitCast((shifted & 0x000f_ffff_ffff_ffff) &+ sqrtHalf, to: Self.self)
    // An integer becomes a number by being the fraction of 2⁵².
    let k = unsafeBitCast(exponent | 0x4330_0000_0000_0000, to: Self.self) - (0x1p52 + 1023)

    let s = (m - 1) / (m + 1)
    let square = s * s
    // Written out, since the compiler leaves a loop over coefficients a loop.
    let high =
      (0x1.2f112df3e5244p-3 * square + 0x1.39a09d078c69fp-3) * square + 0x1.7466496cb03dep-3
    let middle = (high * square + 0x1.c71c51d8e78afp-3) * square + 0x1.2492494229359p-2
    let low = (middle * square + 0x1.999999997fa04p-2) * square + 0x1.5555555555593p-1
    return k * 0x1.62e42fefa39efp-1 + (2 * s + s * square * low)
  }
}
