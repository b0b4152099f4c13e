public import Inference

/// A likelihood of data with normal errors, which therefore has a χ².
public protocol GaussianLikelihood: DataLikelihood {
  /// The number of parameters that were integrated out; they count as fitted.
  var marginalisedCount: Int { get }

  /// χ² at one value of each parameter, at the best values of marginalised ones; infinite where the
  /// model has no meaning.
  func chiSquared(at parameters: [Double]) -> Double
}

extension GaussianLikelihood {
  /// N, the number of data.
  public var dataCount: Int { data.count }

  /// χ² at values of the parameters by name, with its goodness of fit.
  ///
  /// - Parameter freeCount: how many of the parameters are fitted.
  package func goodness(at values: [String: Double], freeCount: Int) -> GoodnessOfFit {
    GoodnessOfFit(
      chiSquared: chiSquared(at: parameterNames.map { values[$0] ?? .nan }),
      degreesOfFreedom: dataCount - freeCount - marginalisedCount)
  }

  /// χ² = 2 (constant − log L); negative values are rounding, which is all that a fit of as many
  /// parameters as data leaves.
  func chiSquared(at parameters: [Double], constant: Double) -> Double {
    let value = -2 * (logLikelihood(at: parameters) - constant)
    return value < 0 ? 0 : value
  }

  /// Whether there are distances, and the likelihood given them under a name.
  func parts(
    at parameters: [Double], _ distances: some ComovingDistances, _ name: String
  ) -> [(name: String, value: Double)] {
    let values = distances.values(at: Array(parameters.prefix(distances.parameterNames.count)))
    return [
      ("distances", values.allSatisfy { $0 > 0 } ? 0 : -.infinity),
      (name, logLikelihood(at: parameters)),
    ]
  }
}
