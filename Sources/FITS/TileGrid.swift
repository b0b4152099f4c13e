/// How an image is cut into tiles; those at its upper edges may be smaller.
struct TileGrid: Sendable, Equatable {
  let axes: [Int]
  /// The lengths of a whole tile, at most those of the image.
  let tile: [Int]
  /// The number of tiles along each axis.
  private let counts: [Int]

  init(axes: [Int], tile: [Int]) {
    self.axes = axes
    self.tile = tile
    counts = zip(axes, tile).map { ($0 - 1) / $1 + 1 }
  }

  /// The number of all tiles.
  var count: Int { counts.reduce(1, *) }

  /// Where a tile begins along each axis, and its lengths.
  private func place(_ index: Int) -> (origin: [Int], lengths: [Int]) {
    var (rest, origin, lengths) = (index, [Int](), [Int]())
    for axis in axes.indices {
      let start = rest % counts[axis] * tile[axis]
      rest /= counts[axis]
      origin.append(start)
      lengths.append(min(tile[axis], axes[axis] - start))
    }
    return (origin, lengths)
  }

  /// The number of pixels of a tile, counted from 0, the first axis fastest.
  func pixelCount(ofTile index: Int) -> Int { place(index).lengths.reduce(1, *) }

  /// Puts the pixels of a tile into those of the image.
  func place(_ pixels: [Double], ofTile index: Int, into image: inout [Double]) {
    let (origin, lengths) = place(index)
    for line in 0..<pixels.count / lengths[0] {
      var (rest, start, step) = (line, origin[0], axes[0])
      for axis in axes.indices.dropFirst() {
        start += (origin[axis] + rest % lengths[axis]) * step
        rest /= lengths[axis]
        step *= axes[axis]
      }
      for column in 0..<lengths[0] { image[start + column] = pixels[line * lengths[0] + column] }
    }
  }
}
