/// The FNV-1a hash, to distinguish data sets or names, and to notice damage: no change of a single byte
/// leaves it the same.
public struct Fingerprint: Sendable, Codable, Equatable {
  /// The hash of what was added.
  public private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func absorb(_ bytes: some Sequence<UInt8>) {
    let isAbsorbed: Void? = bytes.withContiguousStorageIfAvailable { bytes in
      var own = hash
      for byte in bytes { own = Self.next(own, byte) }
      hash = own
    }
    if isAbsorbed == nil { for byte in bytes { hash = Self.next(hash, byte) } }
  }

  private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// Adds the bytes of a number, the lowest first.
  public mutating func absorb(_ bits: UInt64) {
    absorb(stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: bits >> $0) })
  }

  /// Adds numbers, bit by bit.
  public mutating func absorb(_ values: [Double]) {
    for value in values { absorb(value.bitPattern) }
  }

  /// Sixteen hexadecimal digits.
  public var digits: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
