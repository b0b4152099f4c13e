/// A named, reproducible stream of random bits.
///
/// A stream is known by three integers: the seed, the stream's own number (a hash of its name) and
/// the position in it. Streams with different names are independent, whatever order or thread they
/// are used in. Same seed, same build: same bits.
///
/// ```swift
/// var random = RandomStream(seed: 1, "chain", 3)
/// let x = random.nextStandardNormal()
/// ```
///
/// Period 2⁶⁴ words of 64 bits.
public struct RandomStream: RandomNumberGenerator, Sendable, Codable, Hashable {
  /// The seed that all streams of a run share.
  public let seed: UInt64
  /// The number of this stream under the seed.
  public let stream: UInt64
  /// The number of 64-bit words already taken.
  public private(set) var position: UInt64 = 0
  /// The second word of the block that the last word came from; of use at odd positions only.
  private var secondWord: UInt64 = 0

  /// The stream of a purpose, and of a number within it (a chain, a replicate).
  public init(seed: Seed, _ purpose: String, _ index: Int = 0) {
    self.seed = seed.value
    // FNV-1a over the name and the index, then a finaliser so that neighbouring indices share no
    // pattern.
    var name = Fingerprint()
    name.absorb(purpose.utf8)
    name.absorb(seed.part.utf8)
    name.absorb(UInt64(bitPattern: Int64(index)))
    let hash = (name.hash ^ (name.hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    stream = hash ^ (hash >> 33)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    defer { position &+= 1 }
    if position & 1 == 1 { return secondWord }
    let block = position >> 1
    let bits = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    secondWord = UInt64(bits[2]) | UInt64(bits[3]) << 32
    return UInt64(bits[0]) | UInt64(bits[1]) << 32
  }
}
