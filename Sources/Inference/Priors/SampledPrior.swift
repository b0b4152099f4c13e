import RealModule

/// A smooth density estimated from draws, such as those of another experiment's chain.
///
/// A kernel density: normal kernels around quantiles of the draws, drawn together so that the estimate
/// keeps their mean and standard deviation (West 1993, J. R. Stat. Soc. B 55, 409), and a thousandth of a
/// normal density twice as wide, for tails that no draw has reached. Draws with hard edges are
/// estimated in a coordinate that has none. The distribution function is tabulated as u(y) = Φ⁻¹(F(y)), whose
/// pieces of fifth order join with two continuous derivatives.
public struct SampledPrior: PriorDensity {
  /// `chain`.
  public static let name = "chain"
  /// None that could be typed.
  public static let arguments: [PriorArgument] = []

  /// The edges, the width of the kernels, and their centers, as many as there are.
  public let numbers: [Double]
  private let transform: Transform
  private let table: MonotoneTable?

  /// A density from draws.
  ///
  /// - Parameters:
  ///   - values: the draws, in any order.
  ///   - weights: as many, not negative.
  ///   - support: where the density is positive; infinite ends where there are no edges.
  public init(
    _ values: [Double], weights: [Double], support: (lower: Double, upper: Double)
  ) {
    let transform = Transform(onto: support)
    let draws = zip(values, weights).map { (transform.coordinate(of: $0), $1) }
      .filter { $0.0.isFinite && $0.1 > 0 && $0.1.isFinite }
      .sorted { $0.0 < $1.0 }
    self.init(Kernels(draws).numbers(in: support))
  }

  /// A density from the edges, the width of the kernels, and their centers.
  public init(_ numbers: [Double]) {
    // A density of no numbers has no kernels, and is refused for that.
    self.numbers = numbers.count < 3 ? [-.infinity, .infinity, 0] : numbers
    transform = Transform(onto: (self.numbers[0], self.numbers[1]))
    table = MonotoneTable(centers: Array(self.numbers.dropFirst(3)), width: self.numbers[2])
  }

  /// Draws that are too few, or all the same.
  public var flaw: String? {
    table == nil
      ? "it takes at least \(Kernels.fewest) draws that differ, inside of the edges" : nil
  }

  /// The median with the errors to both sides, in words.
  public func words(_ number: (Double) -> String) -> String {
    "estimated from draws, \(median(number))"
  }

  /// The median with the distances to the quantiles of one standard deviation.
  func median(_ number: (Double) -> String) -> String {
    let (low, middle, high) = (
      value(atNormal: -1), value(atNormal: 0), value(atNormal: 1)
    )
    return "\(number(middle)) +\(number(high - middle)) −\(number(middle - low))"
  }

  /// Between the edges.
  public var support: (lower: Double, upper: Double) { (numbers[0], numbers[1]) }

  /// log φ(u) + log du/dy − log dx/dy.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    guard let table, support.lower < value, value < support.upper else { return (-.infinity, 0) }
    let y = transform.coordinate(of: value)
    let (image, u) = (transform(y), table.point(at: y))
    let inY = -u.value * u.slope + u.curvature / u.slope - image.logJacobianDerivative
    return (
      NormalDistribution.logDensity(at: u.value) + .log(u.slope) - image.logJacobian,
      inY / image.derivative
    )
  }

  /// From the table.
  public func value(atNormal u: Double) -> Double {
    transform(table?.argument(of: u) ?? .nan).value
  }

  /// From the table.
  public func normal(at value: Double) -> Double {
    table?.point(at: transform.coordinate(of: value)).value ?? .nan
  }
}

extension SampledPrior: Equatable, Codable {
  private enum CodingKeys: String, CodingKey {
    case lower, upper, width, centers
  }

  /// Whether two estimates have the same edges and kernels.
  public static func == (a: SampledPrior, b: SampledPrior) -> Bool { a.numbers == b.numbers }

  /// Reads edges, where there are any, and kernels.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let lower = try container.decodeIfPresent(Double.self, forKey: .lower) ?? -.infinity
    let upper = try container.decodeIfPresent(Double.self, forKey: .upper) ?? .infinity
    let width = try container.decode(Double.self, forKey: .width)
    self.init([lower, upper, width] + (try container.decode([Double].self, forKey: .centers)))
  }

  /// Writes edges, where there are any, and kernels.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if support.lower.isFinite { try container.encode(support.lower, forKey: .lower) }
    if support.upper.isFinite { try container.encode(support.upper, forKey: .upper) }
    try container.encode(numbers[2], forKey: .width)
    try container.encode(Array(numbers.dropFirst(3)), forKey: .centers)
  }
}

/// Kernels that stand for many draws.
private struct Kernels {
  static let fewest = 10
  /// Centers are quantiles; more of them would change nothing that anyone could see.
  private static let most = 200

  var centers: [Double] = []
  var width = 0.0

  /// Kernels of draws in ascending order, with their weights.
  init(_ draws: [(value: Double, weight: Double)]) {
    let largest = draws.reduce(0) { max($0, $1.weight) }
    let weights = draws.map { $0.weight / largest }
    let total = weights.reduce(0, +)
    guard draws.count >= Self.fewest, total.isFinite else { return }
    let effectiveCount = total * total / weights.reduce(0) { $0 + $1 * $1 }
    let mean = zip(draws, weights).reduce(0) { $0 + $1.0.value * $1.1 } / total
    let variance =
      zip(draws, weights).reduce(0) { $0 + ($1.0.value - mean) * ($1.0.value - mean) * $1.1 }
      / total
    guard variance > 1e-24 * mean * mean, variance.isFinite else { return }
    let deviation = variance.squareRoot()

    let count = min(Self.most, draws.count)
    var (index, below) = (0, 0.0)
    var quantiles: [Double] = []
    for k in 0..<count {
      let target = (Double(k) + 0.5) / Double(count) * total
      while index < draws.count - 1, below + weights[index] < target {
        below += weights[index]
        index += 1
      }
      quantiles.append(draws[index].value)
    }
    // Silverman's rule (1986, equation 3.31), with no more kernels than the table resolves.
    let quartiles = (quantiles[count * 3 / 4] - quantiles[count / 4]) / 1.349
    let spread = quartiles > 0 ? min(deviation, quartiles) : deviation
    let range = (draws.last?.value ?? 0) - (draws.first?.value ?? 0)
    width = min(
      max(0.9 * spread * .pow(effectiveCount, -0.2), range / 1000), 0.9 * deviation)
    let own = quantiles.reduce(0, +) / Double(count)
    let ownVariance = quantiles.reduce(0) { $0 + ($1 - own) * ($1 - own) } / Double(count)
    guard ownVariance > 0 else { return }
    let shrink = ((variance - width * width) / ownVariance).squareRoot()
    centers = quantiles.map { mean + shrink * ($0 - own) }
  }

  func numbers(in support: (lower: Double, upper: Double)) -> [Double] {
    [support.lower, support.upper, width] + centers
  }
}

/// u(y) = Φ⁻¹(F(y)) of a kernel density.
private struct MonotoneTable: Sendable {
  /// The places, evenly, and u with its first two derivatives there.
  private let first, step: Double
  private let nodes: [Point]

  struct Point: Sendable {
    var value, slope, curvature: Double
  }

  /// A table; nil if the kernels make no density.
  init?(centers: [Double], width: Double) {
    guard centers.count >= Kernels.fewest, width > 0, width.isFinite,
      centers.allSatisfy({ $0.isFinite })
    else { return nil }
    let count = Double(centers.count)
    let mean = centers.reduce(0, +) / count
    let variance = centers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count + width * width
    let wide = 2 * variance.squareRoot()
    let (low, high) = (
      min((centers.min() ?? 0) - 6 * width, mean - 4 * wide),
      max((centers.max() ?? 0) + 6 * width, mean + 4 * wide)
    )
    let step = max(width / 3, (high - low) / 5000)
    guard step > 0, high - low < .infinity, low + step > low else { return nil }
    (first, self.step) = (low, step)
    nodes = (0...Int(((high - low) / step).rounded(.up))).map { index in
      let y = low + Double(index) * step
      var (below, above, density, slope) = (0.0, 0.0, 0.0, 0.0)
      func add(_ center: Double, _ width: Double, _ share: Double) {
        let z = (y - center) / width
        let kernel = share * .exp(NormalDistribution.logDensity(at: z)) / width
        below += share * NormalDistribution.probability(below: z)
        above += share * NormalDistribution.probability(below: -z)
        density += kernel
        slope -= kernel * z / width
      }
      for center in centers { add(center, width, 0.999 / count) }
      add(mean, wide, 0.001)
      let u =
        below < above
        ? NormalDistribution.quantile(below) : -NormalDistribution.quantile(above)
      let normal = Double.exp(NormalDistribution.logDensity(at: u))
      let du = density / normal
      return Point(value: u, slope: du, curvature: slope / normal + u * du * du)
    }
    guard nodes.allSatisfy({ $0.value.isFinite && $0.slope > 0 && $0.slope.isFinite }) else {
      return nil
    }
  }

  /// u with its derivatives at a place; straight beyond the table.
  func point(at y: Double) -> Point {
    let place = (y - first) / step
    guard place > 0, place < Double(nodes.count - 1) else {
      let (node, end) =
        place > 0
        ? (nodes[nodes.count - 1], first + Double(nodes.count - 1) * step) : (nodes[0], first)
      return Point(value: node.value + node.slope * (y - end), slope: node.slope, curvature: 0)
    }
    let index = Int(place)
    return point(in: index, at: place - Double(index))
  }

  /// The piece of fifth order that has u and its derivatives at both ends.
  private func point(in index: Int, at t: Double) -> Point {
    let (a, b) = (nodes[index], nodes[index + 1])
    let (c1, c2) = (a.slope * step, 0.5 * a.curvature * step * step)
    let rise = b.value - a.value - c1 - c2
    let slope = b.slope * step - c1 - 2 * c2
    let curvature = 0.5 * b.curvature * step * step - c2
    let c3 = 10 * rise - 4 * slope + curvature
    let c4 = -15 * rise + 7 * slope - 2 * curvature
    let c5 = 6 * rise - 3 * slope + curvature
    return Point(
      value: a.value + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5)))),
      slope: (c1 + t * (2 * c2 + t * (3 * c3 + t * (4 * c4 + t * 5 * c5)))) / step,
      curvature: (2 * c2 + t * (6 * c3 + t * (12 * c4 + t * 20 * c5))) / (step * step))
  }

  /// y at u.
  func argument(of u: Double) -> Double {
    let last = nodes.count - 1
    if !(u > nodes[0].value) { return first + (u - nodes[0].value) / nodes[0].slope }
    if !(u < nodes[last].value) {
      return first + Double(last) * step + (u - nodes[last].value) / nodes[last].slope
    }
    var (low, high) = (0, last)
    while high - low > 1 {
      let middle = (low + high) / 2
      if nodes[middle].value <= u { low = middle } else { high = middle }
    }
    var (left, right) = (0.0, 1.0)
    var t = (u - nodes[low].value) / (nodes[high].value - nodes[low].value)
    for _ in 0..<50 {
      let point = point(in: low, at: t)
      if point.value <= u { left = t } else { right = t }
      let newton = t - (point.value - u) / (point.slope * step)
      let next = newton > left && newton < right ? newton : 0.5 * (left + right)
      if abs(next - t) <= 1e-15 { break }
      t = next
    }
    return first + (Double(low) + t) * step
  }
}
