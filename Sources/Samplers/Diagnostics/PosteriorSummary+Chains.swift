public import Inference
import RealModule

extension PosteriorSummary {
  /// Summarises the chains of one sampler run, with unit weights: the columns that all of them have.
  ///
  /// All draws count for moments and quantiles; of chains that are not of one length R-hat and
  /// effective sample sizes are those of as many of the last draws as the shortest has.
  ///
  /// - Parameter maximumDepth: the largest depth that a no-U-turn tree was allowed.
  public init(_ chains: [Chain], maximumDepth: Int = 10) {
    let places = chains.map { chain in
      Dictionary(
        chain.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let columns = (chains.first?.columns ?? []).filter { column in
      places.allSatisfy { $0[column.name] != nil }
    }
    // One column at a time, however many there are.
    func pooled(_ index: Int) -> [Double] {
      zip(chains, places).flatMap { chain, places in
        places[columns[index].name].map { chain.column($0) } ?? []
      }
    }
    let parameters = columns.indices.map { index in
      let draws = PooledDraws(pooled(index), lengths: chains.map(\.count))
      let sorted = draws.sorted
      // Rounding would give identical draws a slightly different mean and a spurious spread.
      let constant = sorted.first == sorted.last ? sorted.first : nil
      let diagnostics = Diagnostics(draws, quantiles: ParameterSummary.probabilities)
      return ParameterSummary(
        name: columns[index].name, mean: constant ?? mean(draws.values),
        standardDeviation: constant == nil ? .sqrt(sampleVariance(draws.values)) : 0,
        quantiles: ParameterSummary.probabilities.map { quantile($0, ofSorted: sorted) },
        standardErrorOfMean: diagnostics.standardErrorOfMean,
        standardErrorOfStandardDeviation: diagnostics.standardErrorOfStandardDeviation,
        standardErrorsOfQuantiles: diagnostics.standardErrorsOfQuantiles,
        bulkEffectiveSampleSize: diagnostics.bulkEffectiveSampleSize,
        tailEffectiveSampleSize: diagnostics.tailEffectiveSampleSize, rHat: diagnostics.rHat,
        isDerived: columns[index].isDerived)
    }
    var correlation = columns.map { _ in columns.map { _ in 1.0 } }
    for i in columns.indices {
      let first = pooled(i)
      for j in i..<columns.count {
        let value = Inference.correlation(first, j == i ? first : pooled(j))
        (correlation[i][j], correlation[j][i]) = (value, value)
      }
    }
    self.init(
      parameters: parameters, correlation: correlation,
      drawCount: chains.reduce(0) { $0 + $1.count },
      divergenceCount: chains.reduce(0) { count, chain in
        count + chain.statistics[.divergent, default: []].count { $0 > 0 }
      },
      saturatedTreeCount: chains.reduce(0) { count, chain in
        count + chain.statistics[.treeDepth, default: []].count { $0 >= Double(maximumDepth) }
      },
      energyFractions: chains.contains { $0.statistics[.energy] != nil }
        ? chains.map { $0.statistics[.energy].map { energyFraction($0.array) } ?? .nan } : [])
  }
}
