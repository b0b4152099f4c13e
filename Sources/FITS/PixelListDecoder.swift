/// The run lengths of IRAF's pixel lists, PLIO_1 (FITS 4.0, section 10.4.3).
enum PixelListDecoder {
  /// Unpacks the pixels of a tile from words of 16 bits, whose upper four bits are an instruction.
  static func pixels(_ words: [Int], count: Int) throws(DamagedTile) -> [Int] {
    guard words.count >= 3 else { throw .cutShort }
    let (length, first): (Int, Int)
    if words[2] > 0 {
      (length, first) = (words[2], 3)
    } else {
      guard words.count >= 5 else { throw .cutShort }
      (length, first) = (words[4] << 15 + words[3], words[1])
    }
    guard length <= words.count else { throw .cutShort }
    guard first >= 0 else { throw DamagedTile(reason: "its list begins nowhere") }
    var pixels: [Int] = []
    pixels.reserveCapacity(count)
    var value = Int32(1)
    var index = first
    while index < length, pixels.count < count {
      let word = words[index]
      guard word >= 0 else { throw DamagedTile(reason: "an instruction is unknown") }
      let data = word & 4095
      switch word >> 12 {
      case 0, 4, 5:
        let run = min(data, count - pixels.count)
        let filling = word >> 12 == 4 ? Int(value) : 0
        pixels.append(contentsOf: repeatElement(filling, count: run))
        if word >> 12 == 5, run == data, run > 0 { pixels[pixels.count - 1] = Int(value) }
      case 1:
        index += 1
        guard index < length else { throw .cutShort }
        value = Int32(truncatingIfNeeded: words[index] << 12 + data)
      case 2: value &+= Int32(data)
      case 3: value &-= Int32(data)
      case 6:
        value &+= Int32(data)
        pixels.append(Int(value))
      default:
        value &-= Int32(data)
        pixels.append(Int(value))
      }
      index += 1
    }
    pixels.append(contentsOf: repeatElement(0, count: count - pixels.count))
    return pixels
  }
}
