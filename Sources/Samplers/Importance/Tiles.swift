/// Work on many points in tiles of fixed size, on all cores; the tiles do not know how many threads
/// there are, so neither does the result.
enum Tiles {
  /// The number of points of a tile: some milliseconds of work.
  static let size = 1024

  /// Joins what a function makes of all tiles, in order.
  ///
  /// - Parameters:
  ///   - count: the number of points.
  ///   - body: given the number of a tile and its range of points.
  static func concatenate<Element: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int, Range<Int>) -> [Element]
  ) async -> [Element] {
    let tileCount = (count + size - 1) / size
    let parts = await withTaskGroup(of: (Int, [Element]).self) { group in
      for tile in 0..<tileCount {
        group.addTask { (tile, body(tile, tile * size..<min(count, (tile + 1) * size))) }
      }
      return await group.reduce(into: [Int: [Element]]()) { $0[$1.0] = $1.1 }
    }
    return (0..<tileCount).flatMap { parts[$0] ?? [] }
  }
}
