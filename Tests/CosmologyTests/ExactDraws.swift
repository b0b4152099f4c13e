import Foundation
import Inference

/// Independent draws from a posterior of two or three parameters in boxes, by rejection from a grid.
///
/// A cell is chosen by the density in its middle, a point in it uniformly, and accepted by the ratio of
/// the two densities. Ratios above a bound are cut off there; `cutShare` counts them.
struct ExactDraws {
  /// The draws, in the coordinates of the density.
  let points: [[Double]]
  /// The share of proposals whose ratio was cut off.
  let cutShare: Double

  init(
    _ density: some LogDensity, _ space: ParameterSpace, cells: Int, count: Int, seed: Seed
  ) {
    let free = space.free
    let dimension = free.count
    func coordinates(_ fractions: [Double]) -> [Double] {
      zip(free, fractions).map { parameter, fraction in
        let (lower, upper) = parameter.prior.support
        return space.transform(of: parameter).coordinate(of: lower + (upper - lower) * fraction)
      }
    }
    /// log prior + log L.
    func logDensity(_ point: [Double]) -> Double {
      let value = density.logDensityAndGradient(at: point).logDensity
      return value == -.infinity ? value : density.draw(at: point, logDensity: value).logDensity
    }
    func cell(_ index: Int) -> [Int] {
      var (rest, digits) = (index, [Int]())
      for _ in 0..<dimension {
        digits.append(rest % cells)
        rest /= cells
      }
      return digits
    }
    let cellCount = Int(pow(Double(cells), Double(dimension)))
    let values = (0..<cellCount).map { index in
      logDensity(coordinates(cell(index).map { (Double($0) + 0.5) / Double(cells) }))
    }
    let top = values.reduce(-.infinity, max)
    var sums: [Double] = []
    var sum = 0.0
    for value in values {
      sum += exp(value - top)
      sums.append(sum)
    }

    let bound = 3.0
    var random = RandomStream(seed: seed, "exact draws")
    var (points, proposals, cuts) = ([[Double]](), 0, 0)
    while points.count < count {
      let target = sum * random.nextUniform()
      var (low, high) = (0, cellCount - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] < target { low = middle + 1 } else { high = middle }
      }
      let fractions = cell(low).map { (Double($0) + random.nextUniform()) / Double(cells) }
      let point = coordinates(fractions)
      let ratio = exp(logDensity(point) - values[low])
      proposals += 1
      if ratio > bound { cuts += 1 }
      if bound * random.nextUniform() < ratio { points.append(point) }
    }
    self.points = points
    cutShare = Double(cuts) / Double(proposals)
  }
}
