import Inference

/// A bound probe of data with normal errors, which are y = m + ε with ε ~ N(0, I) once they are whitened.
protocol SummarisedProbe: BoundProbe {
  /// y.
  var summaries: [Double] { get }

  /// m for the values of the universe and the probe's own parameters; nil where it has no meaning.
  func predictedSummaries(_ values: [Double], nuisances: [Double]) -> [Double]?

  /// The y of measurements without noise.
  func summaries(of prediction: [Double]) -> [Double]

  /// Whether m is as accurate as the likelihood of the own data.
  func isSummarised(_ values: [Double], nuisances: [Double]) -> Bool

  /// The measurements with their noise.
  func drawnData(
    _ values: [Double], nuisances: [Double], using generator: inout RandomStream
  ) -> [Double]

  /// The same probe with another y.
  func replacingSummaries(_ summaries: [Double]) -> Self
}

extension SummarisedProbe {
  /// What whitening the prediction gives.
  func predictedSummaries(_ values: [Double], nuisances: [Double]) -> [Double]? {
    let summaries = summaries(of: prediction(values, nuisances: nuisances))
    return summaries.allSatisfy(\.isFinite) ? summaries : nil
  }

  /// Always: nothing is approximated.
  func isSummarised(_ values: [Double], nuisances: [Double]) -> Bool { true }
}
