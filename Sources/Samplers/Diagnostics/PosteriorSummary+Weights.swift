public import Inference
import RealModule

extension PosteriorSummary {
  /// Summarises independent draws with weights, such as those of importance sampling.
  ///
  /// Means and quantiles are self-normalised, with the standard errors of importance sampling: that of
  /// Σ w f / Σ w is √(Σ w² (f − f̄)²) / Σ w (Owen 2013, "Monte Carlo theory, methods and examples",
  /// equation 9.9). Effective sample sizes are variance / standard error² of mean and tails. R-hat is
  /// NaN: independent draws have none, and `failedGates` is not for them.
  ///
  /// - Parameter chain: draws with finite weights that are not negative.
  public init(weighted chain: Chain) {
    let weights = chain.weights
    let total = weights.reduce(0, +)
    let columns = chain.columns.indices.map { chain.column($0) }
    func mean(_ values: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    func standardError(_ values: [Double], _ center: Double) -> Double {
      .sqrt(
        zip(values, weights).reduce(0) {
          $0 + $1.1 * $1.1 * ($1.0 - center) * ($1.0 - center)
        }) / total
    }
    let means = columns.map(mean)
    let parameters = columns.indices.map { index in
      let (values, center) = (columns[index], means[index])
      let squares = values.map { ($0 - center) * ($0 - center) }
      let variance = mean(squares)
      let error = standardError(values, center)
      let ranked = WeightedRanks(values, weights)
      func tailSize(_ probability: Double) -> Double {
        let edge = ranked.quantile(probability)
        let error = standardError(values.map { $0 <= edge ? 1 : 0 }, probability)
        return probability * (1 - probability) / (error * error)
      }
      return ParameterSummary(
        name: chain.columns[index].name, mean: center, standardDeviation: .sqrt(variance),
        quantiles: ParameterSummary.probabilities.map(ranked.quantile),
        standardErrorOfMean: error,
        standardErrorOfStandardDeviation: standardError(squares, variance) / (2 * .sqrt(variance)),
        standardErrorsOfQuantiles: ParameterSummary.probabilities.map { probability in
          let edge = ranked.quantile(probability)
          let error = standardError(values.map { $0 <= edge ? 1 : 0 }, probability)
          return 0.5
            * (ranked.quantile(min(1, probability + error))
              - ranked.quantile(max(0, probability - error)))
        },
        bulkEffectiveSampleSize: variance / (error * error),
        tailEffectiveSampleSize: min(tailSize(0.05), tailSize(0.95)), rHat: .nan)
    }
    let correlation = columns.indices.map { i in
      columns.indices.map { j in
        mean(zip(columns[i], columns[j]).map { ($0 - means[i]) * ($1 - means[j]) })
          / (parameters[i].standardDeviation * parameters[j].standardDeviation)
      }
    }
    self.init(
      parameters: parameters, correlation: correlation, drawCount: chain.count, divergenceCount: 0,
      saturatedTreeCount: 0, energyFractions: [])
  }
}

/// Draws in order with the weight below each.
private struct WeightedRanks {
  private let values: [Double]
  /// The part of the weight below the middle of each draw.
  private let below: [Double]

  init(_ draws: [Double], _ weights: [Double]) {
    let order = draws.indices.filter { weights[$0] > 0 }.sorted { draws[$0] < draws[$1] }
    values = order.map { draws[$0] }
    let total = order.reduce(0) { $0 + weights[$1] }
    var sum = 0.0
    below = order.map { index in
      defer { sum += weights[index] }
      return (sum + 0.5 * weights[index]) / total
    }
  }

  /// Linear between the middles of the draws.
  func quantile(_ probability: Double) -> Double {
    guard let first = values.first, let last = values.last else { return .nan }
    if probability <= below[0] { return first }
    if probability >= below[below.count - 1] { return last }
    var (low, high) = (0, below.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if below[middle] <= probability { low = middle } else { high = middle }
    }
    let fraction = (probability - below[low]) / (below[high] - below[low])
    return values[low] * (1 - fraction) + values[high] * fraction
  }
}
