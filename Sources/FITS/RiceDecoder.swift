/// The Rice compression of whole numbers (FITS 4.0, section 10.4.1; Rice, Yeh and Miller 1993).
///
/// Blocks of differences between neighbouring pixels, each with its number of low bits that are
/// written as they are; the rest is written as a run of zeros.
enum RiceDecoder {
  /// Bits that tell the low bits of a block, and the value that says "differences in full".
  private static func parameters(_ bytesPerPixel: Int) -> (bits: Int, full: Int) {
    switch bytesPerPixel {
    case 1: (3, 6)
    case 2: (4, 14)
    default: (5, 25)
    }
  }

  /// Unpacks the pixels of a tile.
  ///
  /// - Parameters:
  ///   - bytesPerPixel: 1, 2 or 4; pixels of one byte have no sign.
  ///   - blockSize: pixels of a block.
  static func pixels(
    _ bytes: ArraySlice<UInt8>, count: Int, bytesPerPixel: Int, blockSize: Int
  ) throws(DamagedTile) -> [Int] {
    let (lengthBits, full) = parameters(bytesPerPixel)
    var reader = BitReader(bytes)
    var last = UInt32(truncatingIfNeeded: try reader.bits(8 * bytesPerPixel))
    func pixel() -> Int {
      switch bytesPerPixel {
      case 1: Int(UInt8(truncatingIfNeeded: last))
      case 2: Int(Int16(truncatingIfNeeded: last))
      default: Int(Int32(truncatingIfNeeded: last))
      }
    }
    var pixels: [Int] = []
    pixels.reserveCapacity(count)
    while pixels.count < count {
      let end = min(pixels.count + blockSize, count)
      let low = Int(try reader.bits(lengthBits)) - 1
      guard low <= full else { throw DamagedTile(reason: "a block has an impossible length") }
      if low < 0 {
        pixels.append(contentsOf: repeatElement(pixel(), count: end - pixels.count))
      }
      while pixels.count < end {
        let folded: UInt32
        if low == full {
          folded = UInt32(try reader.bits(8 * bytesPerPixel))
        } else {
          let high = UInt32(truncatingIfNeeded: try reader.zeros())
          folded = high << UInt32(low) | UInt32(try reader.bits(low))
        }
        // Even numbers stand for differences that are not negative, odd ones for the others.
        last = last &+ (folded & 1 == 0 ? folded >> 1 : ~(folded >> 1))
        pixels.append(pixel())
      }
    }
    return pixels
  }
}
