import Inference
import RealModule

/// Points of the prior N(0, I) from which a posterior is explored.
enum PriorStarts {
  /// Draws at which the density is finite, from a limited number of tries; at least one.
  ///
  /// - Throws: `SamplingError.noFiniteStart` if there is none.
  static func points(
    _ count: Int, of density: any LogDensity, _ stream: RandomStream
  ) throws(SamplingError) -> [[Double]] {
    var generator = stream
    var points: [[Double]] = []
    var last = [Double](repeating: 0, count: density.dimension)
    let tries = 40 * count
    for _ in 0..<tries where points.count < count {
      var span = last.mutableSpan
      generator.fillWithStandardNormals(&span)
      let (value, gradient) = density.logDensityAndGradient(at: last)
      if value.isFinite, gradient.allSatisfy(\.isFinite) { points.append(last) }
    }
    if !points.isEmpty { return points }
    throw .noFiniteStart(
      tries: tries, lastPoint: density.describe(last),
      parts: density.parts(at: last).map { .init(name: $0.name, value: $0.value) }, gradient: [])
  }

  /// Points that fill the prior more evenly than draws do: multiples of irrational steps in the unit
  /// cube (Kronecker's sequence, with the generalised golden ratio), moved by a random shift.
  static func evenPoints(_ count: Int, dimension: Int, _ stream: RandomStream) -> [Double] {
    var ratio = 1.5
    for _ in 0..<60 { ratio = .pow(1 + ratio, 1 / Double(dimension + 1)) }
    var generator = stream
    let steps = (1...dimension).map { Double.pow(1 / ratio, $0) }
    let shifts = steps.map { _ in generator.nextUniform() }
    var points: [Double] = []
    points.reserveCapacity(count * dimension)
    for index in 0..<count {
      for (shift, step) in zip(shifts, steps) {
        let place = shift + Double(index) * step
        let fraction = place - place.rounded(.down)
        points.append(NormalDistribution.quantile(min(max(fraction, 1e-12), 1 - 1e-12)))
      }
    }
    return points
  }
}
