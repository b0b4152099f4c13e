public import Inference

/// A likelihood that knows its data by a few numbers: log L = −½ |y − m(θ)|² + constant.
///
/// Data of other noise are y = m(θ) + ε with ε ~ N(0, I), whatever the number of measurements, and the constant is that of the
/// own data.
public protocol SummarisedLikelihood: GradientLikelihood {
  /// y.
  var summaries: [Double] { get }

  /// m(θ) for one value of each of `parameterNames`; nil where the model has no meaning.
  func predictedSummaries(at parameters: [Double]) -> [Double]?

  /// The same likelihood with another y, as many numbers.
  ///
  /// - Complexity: that of copying some thousand numbers.
  func replacingSummaries(_ summaries: [Double]) -> Self
}
