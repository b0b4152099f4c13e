/// The random numbers that were added before floating-point pixels were rounded, and are taken away
/// again (FITS 4.0, section 10.2.1 and appendix I).
struct Dither: Sendable, Equatable {
  /// Where in the sequence the first tile begins, from 1.
  let seed: Int
  /// Whether a certain pixel stands for exactly 0.
  let keepsZero: Bool

  private static let zeroPixel = -2_147_483_646

  /// Park and Miller's minimal standard generator; the last of its 10,000 numbers is known.
  private static let sequence: [Float] = {
    var state = 1
    return (0..<10_000).map { _ in
      state = 16_807 * state % 2_147_483_647
      return Float(Double(state) / 2_147_483_647)
    }
  }()

  /// The pixels of a tile, counted from 0, in the units of the image.
  func values(_ pixels: [Int], ofTile tile: Int, _ scaling: Scaling) -> [Double] {
    let sequence = Self.sequence
    var start = (tile + seed - 1) % sequence.count
    var next = Int(sequence[start] * 500)
    return pixels.map { pixel in
      let random = Double(sequence[next])
      next += 1
      if next == sequence.count {
        start = (start + 1) % sequence.count
        next = Int(sequence[start] * 500)
      }
      if pixel == scaling.null { return .nan }
      if keepsZero, pixel == Self.zeroPixel { return 0 }
      return (Double(pixel) - random + 0.5) * scaling.factor + scaling.zero
    }
  }
}
