import Inference

extension RunContext {
  /// Joins the results of a function at many points, which all workers share in tiles of a fixed size; the
  /// tiles, and so the result, do not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - count: the number of points.
  ///   - size: that of a tile; by default a few milliseconds of work.
  ///   - stage: the current stage, in words.
  ///   - body: given the number of a tile and its range of points.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  func tiles<Element: Sendable>(
    _ count: Int, size: Int = 1024, during stage: String,
    _ body: @escaping @Sendable (Int, Range<Int>) -> [Element]
  ) async throws(SamplingError) -> [Element] {
    let parts = await workers.map((count + size - 1) / size, unless: stop) { tile in
      body(tile, tile * size..<min(count, (tile + 1) * size))
    }
    try checkStop(during: stage)
    return parts.flatMap { $0 }
  }

  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  func checkStop(during stage: String) throws(SamplingError) {
    if stop.isRequested { throw .stopped(.during(stage)) }
  }
}
