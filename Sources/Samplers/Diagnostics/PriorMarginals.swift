import Inference
import RealModule

/// The densities of single parameters under a prior that requirements cut, by its draws.
struct PriorMarginals {
  /// How many draws.
  private static let count = 20_000
  /// Fewer effective draws say too little.
  private static let leastEffectiveCount = 500.0
  /// Values in ascending order, with the probability below each.
  private let marginals: [String: (values: [Double], below: [Double])]

  /// Draws from the prior of a space; nil where too little of it is left to draw from, or it is improper.
  init?(_ space: ParameterSpace) {
    guard space.improperParameters.isEmpty,
      let (draws, weights) = Self.draws(space) ?? Self.weightedDraws(space)
    else { return nil }
    let total = weights.reduce(0, +)
    marginals = Dictionary(
      space.free.enumerated().map { place, parameter in
        let values = draws.map { $0[place] }
        let order = values.indices.sorted { values[$0] < values[$1] }
        var (below, sum) = ([Double](), 0.0)
        for draw in order {
          below.append((sum + 0.5 * weights[draw]) / total)
          sum += weights[draw]
        }
        return (parameter.name, (order.map { values[$0] }, below))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Values of the free parameters that fulfil the requirements, with weights; nil where hardly any do.
  private static func draws(_ space: ParameterSpace) -> ([[Double]], [Double])? {
    var random = RandomStream(seed: 0, "marginals of the prior")
    var draws: [[Double]] = []
    while draws.count < count {
      guard let draw = space.drawInside(tries: 20, using: &random) else { return nil }
      draws.append(space.freeIndices.map { draw[$0] })
    }
    return (draws, draws.map { _ in 1 })
  }

  /// Draws of the coordinates, in which all fulfil the requirements, with weights; nil where these are too uneven.
  private static func weightedDraws(_ space: ParameterSpace) -> ([[Double]], [Double])? {
    guard let prior = try? Posterior(space.standardised, likelihoods: []) else { return nil }
    var random = RandomStream(seed: 0, "weighted marginals of the prior")
    var (draws, logWeights) = ([[Double]](), [Double]())
    for _ in 0..<count {
      let position = (0..<prior.dimension).map { _ in random.nextStandardNormal() }
      let value = prior.logDensityAndGradient(at: position).logDensity
      guard value.isFinite else { continue }
      let values = prior.draw(at: position, logDensity: value).values
      draws.append(Array(values.prefix(prior.dimension)))
      logWeights.append(
        position.reduce(value) { $0 - NormalDistribution.logDensity(at: $1) })
    }
    let largest = logWeights.max() ?? 0
    let weights = logWeights.map { Double.exp($0 - largest) }
    let (sum, squares) = weights.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    guard sum * sum > leastEffectiveCount * squares else { return nil }
    return (draws, weights)
  }

  /// The probability that a parameter is below a value.
  func probability(of name: String, below value: Double) -> Double {
    guard let (values, below) = marginals[name] else { return .nan }
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    guard low > 0, low < values.count else { return low == 0 ? 0 : 1 }
    // Between two draws in proportion.
    let width = values[low] - values[low - 1]
    let fraction = width > 0 ? (value - values[low - 1]) / width : 0
    return below[low - 1] + fraction * (below[low] - below[low - 1])
  }
}
