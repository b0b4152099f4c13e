import RealModule

/// The joint density of two quantities, estimated from draws, right up to the edges of their prior.
///
/// As `LineDensity`, with a normal kernel as correlated as the draws are.
public struct PlaneDensity: Sendable {
  /// The nodes along the first quantity, evenly spaced.
  public let x: [Double]
  /// The nodes along the second.
  public let y: [Double]
  /// The density, x by x: that at x[i], y[j] is element i · y.count + j; its integral is 1.
  public let values: [Double]
  /// The densities of the draws in rising order, each with the weight of all draws up to it.
  private let ladder: [(density: Double, weight: Double)]

  /// Estimates a density.
  ///
  /// - Parameters:
  ///   - first: the first quantity of each draw, finite.
  ///   - second: the second, as many.
  ///   - weights: as many, not negative.
  ///   - bounds: the edges of the prior of both, infinite where there is none.
  ///   - effectiveSampleSize: the effective sample size.
  /// - Returns: nil if a quantity does not vary, or there is no weight.
  ///
  /// Cost: a sort of the draws, and some ten million multiplications.
  public init?(
    _ first: [Double], _ second: [Double], weights: [Double],
    bounds: (ClosedRange<Double>, ClosedRange<Double>), effectiveSampleSize: Double
  ) {
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite else { return nil }
    let kernel = PlaneKernel(first, second, weights, effectiveSampleSize)
    guard let kernel, let across = DrawRange(first, weights),
      let along = DrawRange(second, weights),
      let xAxis = GridAxis(across, bounds.0, kernel.widths.0, kernel.narrowest),
      let yAxis = GridAxis(along, bounds.1, kernel.widths.1, kernel.narrowest)
    else { return nil }

    var masses = [Double](repeating: 0, count: xAxis.count * yAxis.count)
    for draw in first.indices {
      let (i, u) = xAxis.place(of: first[draw])
      let (j, v) = yAxis.place(of: second[draw])
      let weight = weights[draw] / total
      masses[i * yAxis.count + j] += weight * (1 - u) * (1 - v)
      masses[i * yAxis.count + j + 1] += weight * (1 - u) * v
      masses[(i + 1) * yAxis.count + j] += weight * u * (1 - v)
      masses[(i + 1) * yAxis.count + j + 1] += weight * u * v
    }
    let smoother = PlaneSmoother(kernel, xAxis, yAxis)
    let pilot = smoother.linear(masses)
    var ratio = masses
    for i in ratio.indices { ratio[i] = pilot[i] > 0 ? masses[i] / pilot[i] : 0 }
    let correction = smoother.linear(ratio)
    var values = zip(pilot, correction).map { $0 * $1 }
    var volume = 0.0
    for i in 0..<xAxis.count {
      for j in 0..<yAxis.count {
        volume += values[i * yAxis.count + j] * xAxis.share(i) * yAxis.share(j)
      }
    }
    volume *= xAxis.step * yAxis.step
    guard volume > 0, volume.isFinite else { return nil }
    for i in values.indices { values[i] /= volume }
    self.values = values
    (x, y) = (xAxis.positions, yAxis.positions)

    var ladder = first.indices.map { draw in
      let (i, u) = xAxis.place(of: first[draw])
      let (j, v) = yAxis.place(of: second[draw])
      let corner = i * yAxis.count + j
      let low = values[corner] * (1 - v) + values[corner + 1] * v
      let high = values[corner + yAxis.count] * (1 - v) + values[corner + yAxis.count + 1] * v
      return (density: low * (1 - u) + high * u, weight: weights[draw] / total)
    }
    ladder.sort { $0.density < $1.density }
    var sum = 0.0
    for i in ladder.indices {
      sum += ladder[i].weight
      ladder[i].weight = sum
    }
    self.ladder = ladder
  }

  /// The level above which the density holds a probability: the smallest region of that
  /// probability is where the density is higher (Hyndman 1996, The American Statistician 50, 120,
  /// whose estimate from the densities of the draws is right also where the density is a little too
  /// broad).
  ///
  /// - Parameter probability: 0 to 1, such as 0.683. In two dimensions the contour of "one sigma",
  ///   at exp(−½) of the peak, would hold 0.393 only.
  public func level(enclosing probability: Double) -> Double {
    let outside = 1 - probability
    var (low, high) = (0, ladder.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ladder[middle].weight < outside { low = middle + 1 } else { high = middle }
    }
    return ladder[low].density
  }

  /// The density at a place, linear between nodes, zero outside.
  public func value(at place: (Double, Double)) -> Double {
    let (stepX, stepY) = (x[1] - x[0], y[1] - y[0])
    let (a, b) = ((place.0 - x[0]) / stepX, (place.1 - y[0]) / stepY)
    guard a >= 0, b >= 0, a <= Double(x.count - 1), b <= Double(y.count - 1) else { return 0 }
    let (i, j) = (min(Int(a), x.count - 2), min(Int(b), y.count - 2))
    let (u, v, corner) = (a - Double(i), b - Double(j), i * y.count + j)
    return (values[corner] * (1 - v) + values[corner + 1] * v) * (1 - u)
      + (values[corner + y.count] * (1 - v) + values[corner + y.count + 1] * v) * u
  }
}

/// Evenly spaced nodes along one axis, from edge to edge or a little beyond the draws.
struct GridAxis {
  let lower: Double
  let step: Double
  let count: Int
  /// Whether the ends are edges of the prior.
  let isEdge: (lower: Bool, upper: Bool)

  init?(
    _ draws: DrawRange, _ bounds: ClosedRange<Double>, _ width: Double, _ narrowest: Double
  ) {
    guard width > 0, width.isFinite else { return nil }
    isEdge = (
      bounds.lowerBound > draws.lower - 4 * width, bounds.upperBound < draws.upper + 4 * width
    )
    lower = max(bounds.lowerBound, draws.lower - 4 * width)
    let upper = min(bounds.upperBound, draws.upper + 4 * width)
    // The narrow axis of a tilted kernel needs nodes as well.
    count = Int(min(224, max(96, 1.3 * (upper - lower) / (width * narrowest)))) + 1
    step = (upper - lower) / Double(count - 1)
    guard step > 0 else { return nil }
  }

  var positions: [Double] { (0..<count).map { lower + step * Double($0) } }

  /// The node below a draw, and how far it is towards the next.
  func place(of draw: Double) -> (node: Int, fraction: Double) {
    let place = min(max((draw - lower) / step, 0), Double(count - 1))
    let node = min(Int(place), count - 2)
    return (node, place - Double(node))
  }

  /// The part of its cell that is inside: half at an end.
  func share(_ node: Int) -> Double { node == 0 || node == count - 1 ? 0.5 : 1 }
}
