/// The counter-based generator Philox4x32-10: a bijection of 128-bit counters for every 64-bit key.
///
/// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
/// The multipliers and key increments are those of the paper's table 2 and text.
public enum Philox {
  /// Returns the 128 random bits that belong to a counter under a key.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let first = (0xD251_1F53 as UInt32).multipliedFullWidth(by: c[0])
      let second = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: c[2])
      c = SIMD4(
        second.high ^ c[1] ^ k[0], second.low,
        first.high ^ c[3] ^ k[1], first.low)
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }
}
