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
