public import Inference
import RealModule

/// What the data say about one parameter, and where its prior truncates the posterior.
public struct ParameterConstraint: Sendable, Codable, Equatable {
  /// What is to be quoted.
  public enum Kind: String, Sendable, Codable {
    /// A central interval.
    case interval
    /// An upper limit: the posterior reaches the lower end of the prior.
    case upperLimit = "upper_limit"
    /// A lower limit: the posterior reaches the upper end of the prior.
    case lowerLimit = "lower_limit"
    /// Nothing: the posterior is the prior, or reaches both of its ends.
    case unconstrained = "not_constrained"
  }

  /// The parameter.
  public let name: String
  /// What is to be quoted.
  public let kind: Kind
  /// The 95 % limit, if it is one.
  public let limit: Double?
  /// The information gained over the prior, ∫ p log (p / π), in nats; NaN for an improper prior.
  public let information: Double
  /// The density at the lower and the upper end of the prior relative to the peak; 0 where there is no
  /// end.
  public let lowerEdge, upperEdge: Double
  /// Whether the posterior piles up at an end of its prior: the prior dominates, and what the data prefer
  /// lies beyond.
  public let isPiledUp: Bool
  /// Whether it does so within a twentieth of the prior's width.
  public let isDisjoint: Bool

  /// The relative density from which a prior counts as truncating: a normal density cut 1.67 σ from its peak,
  /// as in GetDist.
  public static let limitingDensity = 0.248
  /// The information gain below which a posterior counts as its prior.
  public static let leastInformation = 0.1

  /// Measures draws of a posterior.
  ///
  /// The information is estimated by m-spacings of the probabilities that the prior puts below the draws
  /// (Vasicek 1976, J. R. Stat. Soc. B 38, 54), with an error of a few hundredths of a nat; densities at
  /// the ends by the draws within a tenth of a standard deviation.
  ///
  /// - Parameters:
  ///   - name: the parameter.
  ///   - prior: its prior.
  ///   - values: draws.
  ///   - weights: their weights, one each.
  public init(_ name: String, _ prior: Prior, _ values: [Double], weights: [Double]) {
    let transform = Transform.standardNormal(prior)
    self.init(name, prior.isImproper ? nil : prior.support, values, weights: weights) {
      NormalDistribution.probability(below: transform.coordinate(of: $0))
    }
  }

  /// Measures draws of which only the ends of the prior are known: between two of them it is taken to be uniform.
  ///
  /// - Parameters:
  ///   - name: the parameter.
  ///   - bounds: the ends of its prior, infinite where there is none.
  ///   - values: draws.
  ///   - weights: their weights, one each.
  public init(
    _ name: String, bounds: (lower: Double, upper: Double), _ values: [Double], weights: [Double]
  ) {
    let width = bounds.upper - bounds.lower
    self.init(name, bounds, values, weights: weights) {
      width.isFinite ? min(max(($0 - bounds.lower) / width, 0), 1) : .nan
    }
  }

  /// Measures draws by the probability that the prior puts below a value, NaN where that is not known.
  ///
  /// - Parameter support: the ends of the prior; nil if it is improper.
  private init(
    _ name: String, _ support: (lower: Double, upper: Double)?, _ values: [Double],
    weights: [Double], probability: (Double) -> Double
  ) {
    self.name = name
    let count = 4000
    let order = values.indices.filter { weights[$0] > 0 }.sorted { values[$0] < values[$1] }
    let sorted = systematicResample(order.map { weights[$0] }, count: count, start: 0.5)
      .map { values[order[$0]] }
    let places = support == nil ? [] : sorted.map(probability)
    information = places.contains(where: \.isNaN) ? .nan : Self.information(places)
    let (lower, upper) = support ?? (-.infinity, .infinity)
    let mean = sorted.reduce(0, +) / Double(max(sorted.count, 1))
    let deviation =
      (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(sorted.count, 1)))
      .squareRoot()
    let width = 0.2 * deviation
    func share(from low: Double) -> Double {
      let first = Self.firstIndex(sorted) { $0 >= low }
      let end = Self.firstIndex(sorted) { $0 > low + width }
      return Double(end - first)
    }
    let peak = stride(from: 0, to: sorted.count, by: 10).reduce(0.0) {
      max($0, share(from: sorted[$1] - 0.5 * width))
    }
    guard peak > 0, width > 0 else {
      (kind, limit, lowerEdge, upperEdge) = (.interval, nil, 0, 0)
      (isPiledUp, isDisjoint) = (false, false)
      return
    }
    lowerEdge = lower.isFinite ? min(1, share(from: lower) / peak) : 0
    upperEdge = upper.isFinite ? min(1, share(from: upper - width) / peak) : 0
    let isLow = lowerEdge > Self.limitingDensity
    let isHigh = upperEdge > Self.limitingDensity
    let (low, high) = (sorted[count / 20], sorted[count - 1 - count / 20])
    if information < Self.leastInformation || (isLow && isHigh) {
      (kind, limit) = (.unconstrained, nil)
    } else if isLow {
      (kind, limit) = (.upperLimit, high)
    } else if isHigh {
      (kind, limit) = (.lowerLimit, low)
    } else {
      (kind, limit) = (.interval, nil)
    }
    // What lies within an end, for a posterior whose peak is the end.
    let extent = upper - lower
    var reach = Double.infinity
    if extent.isFinite, lowerEdge > 0.9, lowerEdge > upperEdge { reach = (high - lower) / extent }
    if extent.isFinite, upperEdge > 0.9, upperEdge > lowerEdge { reach = (upper - low) / extent }
    (isPiledUp, isDisjoint) = (reach < 0.2, reach < 0.05)
  }

  private static func firstIndex(
    _ sorted: [Double], where isBeyond: (Double) -> Bool
  ) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// −H of the probabilities below the draws, which are uniform under the prior.
  private static func information(_ places: [Double]) -> Double {
    let (count, m) = (places.count, 60)
    guard count > 2 * m else { return .nan }
    var sum = 0.0
    for index in places.indices {
      let (low, high) = (max(0, index - m), min(count - 1, index + m))
      let spacing = max(places[high] - places[low], 1e-300)
      sum += .log(spacing * Double(count) / Double(high - low))
    }
    return max(0, -sum / Double(count))
  }

  /// The constraints of all parameters that chains have a prior for.
  public static func all(_ chains: [Chain], _ space: ParameterSpace) -> [ParameterConstraint] {
    guard let columns = chains.first?.columns else { return [] }
    let parameters = Dictionary(
      space.free.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let weights = chains.flatMap(\.weights)
    // Of parameters that depend on others, only draws tell the prior.
    let marginals = space.isDependent ? PriorMarginals(space) : nil
    return columns.indices.compactMap { index in
      let name = columns[index].name
      guard let parameter = parameters[name] else { return nil }
      let values = chains.flatMap { $0.column(index) }
      if space.isIndependent(name) {
        return ParameterConstraint(name, parameter.prior, values, weights: weights)
      }
      guard let marginals, !parameter.prior.isImproper else {
        return ParameterConstraint(name, nil, values, weights: weights) { _ in .nan }
      }
      return ParameterConstraint(name, space.support(of: parameter), values, weights: weights) {
        marginals.probability(of: parameter.name, below: $0)
      }
    }
  }
}
