import Inference
import Synchronization

/// A density without its last coordinates that are N(0, 1) independently of the others, which counts how
/// often it is evaluated.
struct CountedDensity: LogDensity {
  let density: any LogDensity
  private let counter = Counter()
  private let logNorm: Double

  private final class Counter: Sendable {
    let count = Atomic(0)
  }

  init(_ density: any LogDensity) {
    self.density = density
    logNorm = Double(density.independentCount) * NormalDistribution.logDensity(at: 0)
  }

  var dimension: Int { density.dimension - density.independentCount }
  var callCount: Int { counter.count.load(ordering: .relaxed) }

  func logDensity(at position: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
    counter.count.add(1, ordering: .relaxed)
    let (own, all) = (dimension, density.dimension)
    if own == all { return density.logDensity(at: position, gradient: &gradient) }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * all) { scratch in
      scratch.initialize(repeating: 0)
      for i in 0..<own { scratch[i] = position[i] }
      var slopes = scratch.extracting(all..<2 * all).mutableSpan
      let value = density.logDensity(
        at: UnsafeBufferPointer(scratch.extracting(0..<all)).span, gradient: &slopes)
      for i in 0..<own { gradient[i] = slopes[i] }
      return value - logNorm
    }
  }

  func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>) {
    counter.count.add(values.count, ordering: .relaxed)
    let (own, all) = (dimension, density.dimension)
    if own == all { return density.logDensities(at: positions, into: &values) }
    var whole = [Double](repeating: 0, count: all * values.count)
    for n in 0..<values.count {
      for i in 0..<own { whole[n * all + i] = positions[n * own + i] }
    }
    density.logDensities(at: whole.span, into: &values)
    for n in 0..<values.count { values[n] -= logNorm }
  }

  /// A point of the whole density.
  private func whole(_ position: [Double]) -> [Double] {
    position + [Double](repeating: 0, count: density.independentCount)
  }

  var columns: [Chain.Column] { density.columns }

  func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    density.draw(at: whole(position), logDensity: logDensity + logNorm)
  }

  func parts(at position: [Double]) -> [(name: String, value: Double)] {
    density.parts(at: whole(position))
  }

  func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    Array(density.startingPoint(using: &generator).prefix(dimension))
  }
}
