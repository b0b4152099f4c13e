public import Inference
import RealModule

/// The summary of a posterior from independent weighted draws.
public struct WeightedSummary: Sendable, Equatable, Codable {
  /// One summary per parameter. R-hat is NaN, as independent draws have none; the effective sample
  /// sizes are the numbers of unweighted draws with the same errors of the mean, and of the 5 % and
  /// 95 % quantiles.
  public var parameters: [ParameterSummary]
  /// The correlation matrix of the parameters, row by row.
  public var correlation: [[Double]]
  /// The number of draws.
  public var drawCount: Int
  /// (Σw)² / Σw².
  public var effectiveSampleSize: Double

  /// Summarises a chain by its weights, of which at least two are positive.
  ///
  /// Means are μ = Σ w x / Σ w. Their errors are those of a ratio of two sums by the delta method:
  /// √(Σ w² (x − μ)²) / Σ w, and likewise for variances and probabilities.
  public init(_ chain: Chain) {
    let sum = chain.weights.reduce(0, +)
    let weights = chain.weights.map { $0 / sum }
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    let columns = chain.columns.indices.map { WeightedColumn(chain.column($0), weights, squares) }
    parameters = zip(chain.columns, columns).map { $1.summary(of: $0) }
    correlation = columns.map { first in
      columns.map { second in
        var covariance = 0.0
        for i in weights.indices {
          covariance += weights[i] * first.deviations[i] * second.deviations[i]
        }
        return covariance / (1 - squares) / (first.variance * second.variance).squareRoot()
      }
    }
    drawCount = chain.count
    effectiveSampleSize = 1 / squares
  }
}

/// The values of one parameter, with weights that add up to 1.
private struct WeightedColumn {
  let weights: [Double]
  let mean: Double
  let deviations: [Double]
  /// Unbiased for equal weights.
  let variance: Double
  /// Values in ascending order, without those of zero weight, and their cumulative weight, from 0 for
  /// the first to 1 for the last.
  private let sorted: [Double]
  private let positions: [Double]

  init(_ values: [Double], _ weights: [Double], _ squares: Double) {
    self.weights = weights
    let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    let deviations = values.map { $0 - mean }
    variance = zip(weights, deviations).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / (1 - squares)
    self.mean = mean
    self.deviations = deviations

    let order = values.indices.filter { weights[$0] > 0 }
      .sorted { (values[$0], $0) < (values[$1], $1) }
    sorted = order.map { values[$0] }
    var (below, middles) = (0.0, [Double]())
    for index in order {
      middles.append(below + 0.5 * weights[index])
      below += weights[index]
    }
    // With equal weights the quantiles are those of definition 7 of Hyndman & Fan 1996.
    let (first, last) = (middles.first ?? 0, middles.last ?? 1)
    positions = middles.map { ($0 - first) / (last - first) }
  }

  func quantile(_ probability: Double) -> Double {
    guard sorted.count > 1 else { return sorted.first ?? .nan }
    var (low, high) = (0, sorted.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if positions[middle] <= probability { low = middle } else { high = middle }
    }
    let fraction = (probability - positions[low]) / (positions[high] - positions[low])
    return sorted[low] + min(1, max(0, fraction)) * (sorted[high] - sorted[low])
  }

  /// The standard error of Σ w f with the mean of f taken off.
  private func standardError(_ deviation: (Double) -> Double) -> Double {
    var sum = 0.0
    for i in weights.indices {
      let term = weights[i] * deviation(deviations[i])
      sum += term * term
    }
    return sum.squareRoot()
  }

  /// The standard error of the probability below a quantile.
  private func standardError(ofProbability probability: Double) -> Double {
    let edge = quantile(probability) - mean
    return standardError { ($0 <= edge ? 1 : 0) - probability }
  }

  func summary(of column: Chain.Column) -> ParameterSummary {
    let probabilities = ParameterSummary.probabilities
    let errorOfMean = standardError { $0 }
    let deviation = variance.squareRoot()
    let tail = [0.05, 0.95].map { probability in
      let error = standardError(ofProbability: probability)
      return probability * (1 - probability) / (error * error)
    }
    return ParameterSummary(
      name: column.name, mean: mean, standardDeviation: deviation,
      quantiles: probabilities.map(quantile),
      standardErrorOfMean: errorOfMean,
      standardErrorOfStandardDeviation: standardError { $0 * $0 - variance } / (2 * deviation),
      standardErrorsOfQuantiles: probabilities.map { probability in
        let error = standardError(ofProbability: probability)
        return 0.5 * (quantile(probability + error) - quantile(probability - error))
      },
      bulkEffectiveSampleSize: variance / (errorOfMean * errorOfMean),
      tailEffectiveSampleSize: tail.reduce(.infinity) { $1.isNaN ? .nan : min($0, $1) },
      rHat: .nan, isDerived: column.isDerived)
  }
}
