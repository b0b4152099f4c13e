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

  /// Whether m(θ) is as accurate as the likelihood of the own data; where it is not, data are drawn one by one.
  ///
  /// - Parameter parameters: one value of each of `parameterNames`.
  func isSummarised(at parameters: [Double]) -> Bool

  /// The same likelihood with each of its measurements drawn at some parameters; nil where the model has no meaning.
  ///
  /// Cost: (K + 3) N² multiplications for N measurements.
  func drawingData(at parameters: [Double], using generator: inout RandomStream) -> Self?

  /// The y of measurements without noise, which may be those of another model.
  ///
  /// - Parameter prediction: as many numbers as there are data.
  func summaries(of prediction: [Double]) -> [Double]

  /// The same likelihood with another y, as many numbers.
  ///
  /// - Complexity: that of copying some thousand numbers.
  func replacingSummaries(_ summaries: [Double]) -> Self
}
