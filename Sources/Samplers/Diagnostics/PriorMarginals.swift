import Inference

/// The densities of single parameters under a prior that requirements cut, by its draws.
struct PriorMarginals {
  /// How many draws.
  private static let count = 20_000
  private let sorted: [String: [Double]]

  /// Draws from the prior of a space; nil where too little of it is left to draw from, or it is improper.
  init?(_ space: ParameterSpace) {
    guard space.improperParameters.isEmpty else { return nil }
    var random = RandomStream(seed: 0, "marginals of the prior")
    var draws: [[Double]] = []
    while draws.count < Self.count {
      guard let draw = space.drawInside(tries: 200, using: &random) else { return nil }
      draws.append(draw)
    }
    sorted = Dictionary(
      space.freeIndices.map { index in
        (space.parameters[index].name, draws.map { $0[index] }.sorted())
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The probability that a parameter is below a value.
  func probability(of name: String, below value: Double) -> Double {
    guard let draws = sorted[name] else { return .nan }
    var (low, high) = (0, draws.count)
    while low < high {
      let middle = (low + high) / 2
      if draws[middle] < value { low = middle + 1 } else { high = middle }
    }
    guard low > 0, low < draws.count else { return low == 0 ? 0 : 1 }
    // Between two draws in proportion.
    let width = draws[low] - draws[low - 1]
    let fraction = width > 0 ? (value - draws[low - 1]) / width : 0
    return (Double(low - 1) + fraction + 0.5) / Double(draws.count)
  }
}
