public import Inference

extension PosteriorSummary {
  /// Summarises independent draws with weights, such as those of importance sampling, as
  /// `WeightedSummary` does.
  ///
  /// R-hat is NaN: independent draws have none, and `failedGates` is not for them.
  ///
  /// - Parameter chain: draws with finite weights that are not negative, at least two of them
  ///   positive.
  public init(weighted chain: Chain) {
    let summary = WeightedSummary(chain)
    self.init(
      parameters: summary.parameters, correlation: summary.correlation,
      drawCount: summary.drawCount, divergenceCount: 0, saturatedTreeCount: 0, energyFractions: [])
  }
}

extension PosteriorSummary {
  /// The summary where only one in so many draws is independent of those before.
  func correlated(over time: Double) -> PosteriorSummary {
    guard time > 1 else { return self }
    var other = self
    for i in other.parameters.indices {
      other.parameters[i].bulkEffectiveSampleSize /= time
      other.parameters[i].tailEffectiveSampleSize /= time
      let factor = time.squareRoot()
      other.parameters[i].standardErrorOfMean *= factor
      other.parameters[i].standardErrorOfStandardDeviation *= factor
      other.parameters[i].standardErrorsOfQuantiles =
        parameters[i].standardErrorsOfQuantiles.map { factor * $0 }
    }
    return other
  }
}
