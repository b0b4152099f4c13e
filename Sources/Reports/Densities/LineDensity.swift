import RealModule

/// The density of one quantity, estimated from draws, right up to the edges of its prior.
///
/// Draws are binned and smoothed by a normal kernel. At an edge a kernel estimate loses what the
/// kernel spreads beyond it: the local linear estimate of Jones 1993 (Statistics & Computing 3, 135)
/// puts it right to second order, kept positive as in Lewis 2019 (arXiv 1910.13970), section III;
/// one multiplicative correction then takes the broadening out to fourth order (Jones, Linton &
/// Nielsen 1995, Biometrika 82, 327).
public struct LineDensity: Sendable {
  /// The nodes of the density, evenly spaced.
  public let positions: [Double]
  /// The density there; its integral is 1.
  public let values: [Double]

  /// Estimates a density.
  ///
  /// - Parameters:
  ///   - draws: finite numbers.
  ///   - weights: as many, not negative.
  ///   - bounds: where the density may be positive; infinite where there is no edge.
  ///   - effectiveSampleSize: the effective sample size.
  /// - Returns: nil if the draws do not vary, have zero or infinite weight, or are all
  ///   outside of the bounds.
  ///
  /// Cost: a sort of the draws.
  public init?(
    _ draws: [Double], weights: [Double], bounds: ClosedRange<Double>, effectiveSampleSize: Double
  ) {
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite, let range = DrawRange(draws, weights) else { return nil }
    let spread = Spread(draws, weights)
    let width = 1.1 * spread.core * .pow(max(effectiveSampleSize, 4), -1.0 / 7)
    guard width > 0, width.isFinite else { return nil }
    let lower = max(bounds.lowerBound, range.lower - 4 * width)
    let upper = min(bounds.upperBound, range.upper + 4 * width)
    guard lower < upper else { return nil }
    let count = Int(min(4096, max(256, 6 * (upper - lower) / width))) + 1
    let step = (upper - lower) / Double(count - 1)

    // Each draw is shared by its two neighbours, so that a node stands for its own cell: half a
    // cell at an end.
    var histogram = [Double](repeating: 0, count: count)
    for (draw, weight) in zip(draws, weights) {
      let place = min(max((draw - lower) / step, 0), Double(count - 1))
      let node = min(Int(place), count - 2)
      let fraction = place - Double(node)
      histogram[node] += weight / total * (1 - fraction)
      histogram[node + 1] += weight / total * fraction
    }
    let smoother = Smoother(
      width: width / step, count: count,
      isEdge: (
        bounds.lowerBound > range.lower - 4 * width, bounds.upperBound < range.upper + 4 * width
      ))
    let pilot = smoother.linear(histogram)
    var ratio = histogram
    for i in ratio.indices { ratio[i] = pilot[i] > 0 ? histogram[i] / pilot[i] : 0 }
    let correction = smoother.linear(ratio)
    var values = zip(pilot, correction).map { $0 * $1 }
    let area = step * (values.reduce(0, +) - 0.5 * (values[0] + values[count - 1]))
    guard area > 0, area.isFinite else { return nil }
    for i in values.indices { values[i] /= area }
    positions = (0..<count).map { lower + step * Double($0) }
    self.values = values
  }

  /// The density at a place, linear between nodes, zero outside.
  public func value(at position: Double) -> Double {
    let step = positions[1] - positions[0]
    let place = (position - positions[0]) / step
    guard place >= 0, place <= Double(positions.count - 1) else { return 0 }
    let node = min(Int(place), positions.count - 2)
    let fraction = place - Double(node)
    return values[node] * (1 - fraction) + values[node + 1] * fraction
  }

  /// The largest value.
  public var peak: Double { values.max() ?? 0 }

  /// The place below which a fraction of the probability lies.
  public func quantile(_ probability: Double) -> Double {
    let step = positions[1] - positions[0]
    var below = 0.0
    for i in 1..<positions.count {
      let slice = 0.5 * step * (values[i - 1] + values[i])
      if below + slice >= probability {
        return positions[i - 1] + step * (slice > 0 ? (probability - below) / slice : 0)
      }
      below += slice
    }
    return positions[positions.count - 1]
  }
}

/// A normal kernel on a line of nodes of which the ends may be edges.
private struct Smoother {
  private let kernel: [Double]
  private let reach: Int
  /// The kernel's moments of order 0, 1 and 2 inside the line, for each node.
  private let moments: [(Double, Double, Double)]

  init(width: Double, count: Int, isEdge: (lower: Bool, upper: Bool)) {
    let reach = Int((5 * width).rounded(.up))
    var kernel = (-reach...reach).map { Double.exp(-0.5 * Double($0 * $0) / (width * width)) }
    let sum = kernel.reduce(0, +)
    for i in kernel.indices { kernel[i] /= sum }
    self.kernel = kernel
    self.reach = reach
    moments = (0..<count).map { node in
      var (zeroth, first, second) = (0.0, 0.0, 0.0)
      for offset in -reach...reach {
        // Beyond an end that is not an edge there are no draws, but there might be.
        let place = node + offset
        if (isEdge.lower && place < 0) || (isEdge.upper && place > count - 1) { continue }
        let isEnd = (isEdge.lower && place == 0) || (isEdge.upper && place == count - 1)
        let weight = kernel[offset + reach] * (isEnd ? 0.5 : 1)
        let distance = Double(offset)
        zeroth += weight
        first += weight * distance
        second += weight * distance * distance
      }
      return (zeroth, first, second)
    }
  }

  /// The local linear estimate at each node of a density with these masses at the nodes.
  func linear(_ masses: [Double]) -> [Double] {
    let count = masses.count
    var sums = [Double](repeating: 0, count: count)
    var slopes = sums
    for (node, mass) in masses.enumerated() where mass != 0 {
      for offset in max(-reach, -node)...min(reach, count - 1 - node) {
        let part = mass * kernel[offset + reach]
        sums[node + offset] += part
        slopes[node + offset] -= part * Double(offset)
      }
    }
    return (0..<count).map { node in
      let (zeroth, first, second) = moments[node]
      let plain = sums[node] / zeroth
      guard plain > 0, zeroth < 1 - 1e-6 else { return plain }
      let determinant = zeroth * second - first * first
      let corrected = (second * sums[node] - first * slopes[node]) / determinant
      return plain * .exp(min(corrected / plain - 1, 3))
    }
  }
}
