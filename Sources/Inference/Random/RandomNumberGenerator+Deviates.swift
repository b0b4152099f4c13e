public import RealModule

extension RandomNumberGenerator {
  /// A uniform deviate strictly between 0 and 1: an odd multiple of 2⁻⁵³.
  @inlinable
  public mutating func nextUniform() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// A standard normal deviate, by Box & Muller 1958; takes two words of the generator.
  ///
  /// The largest magnitude it can return is 8.57.
  @inlinable
  public mutating func nextStandardNormal() -> Double {
    let radius = Double.sqrt(-2 * .log(nextUniform()))
    return radius * .cos(2 * .pi * nextUniform())
  }

  /// Fills a span with standard normal deviates, two of them from two words of the generator.
  @inlinable
  public mutating func fillWithStandardNormals(_ deviates: inout MutableSpan<Double>) {
    var index = 0
    while index < deviates.count {
      let radius = Double.sqrt(-2 * .log(nextUniform()))
      let angle = 2 * .pi * nextUniform()
      deviates[index] = radius * .cos(angle)
      if index + 1 < deviates.count { deviates[index + 1] = radius * .sin(angle) }
      index += 2
    }
  }
}
