/// An image whose pixels lie in the file as they are.
struct PlainImage: Sendable, Equatable {
  let bitsPerPixel: Int
  let pixelCount: Int
  let start: Int

  init(_ structure: DataStructure) {
    bitsPerPixel = structure.bitsPerPixel
    start = structure.bytes.lowerBound
    pixelCount = structure.bytes.count / (abs(bitsPerPixel) / 8)
  }

  /// All pixels, the first axis fastest.
  func pixels(in bytes: [UInt8], _ header: FITSHeader) throws(FITSFault) -> [Double] {
    guard let format = NumberFormat(bits: bitsPerPixel) else { return [] }
    let scaling = Scaling(
      factor: try header.number("BSCALE") ?? 1, zero: try header.number("BZERO") ?? 0,
      null: format.isInteger ? try header.integer("BLANK") : nil)
    return format.numbers(
      in: bytes, from: start, stride: format.width, count: pixelCount, scaling)
  }
}
