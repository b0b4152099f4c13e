/// What is wrong with the packed bytes of one tile.
struct DamagedTile: Error, Equatable {
  let reason: String

  static let cutShort = DamagedTile(reason: "its data end too early")
}

/// Reads bits, the most significant of each byte first.
struct BitReader {
  private let bytes: ArraySlice<UInt8>
  private var next: Int
  private var held: UInt64 = 0
  /// How many of the low bits of `held` are still to be read; at most 7 between two calls.
  private var heldCount = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// The next bits, up to 56, as a number.
  mutating func bits(_ count: Int) throws(DamagedTile) -> UInt64 {
    while heldCount < count {
      guard next < bytes.endIndex else { throw .cutShort }
      held = held << 8 | UInt64(bytes[next])
      next += 1
      heldCount += 8
    }
    heldCount -= count
    return held >> UInt64(heldCount) & (1 << UInt64(count) - 1)
  }

  /// The number of zeros up to the next one, which is read too.
  mutating func zeros() throws(DamagedTile) -> Int {
    var count = 0
    while try bits(1) == 0 { count += 1 }
    return count
  }

  /// Leaves out what remains of the byte that was begun.
  mutating func skipToNextByte() { heldCount = 0 }
}
