public import Inference

/// A likelihood of data with normal errors, which therefore has a χ².
public protocol GaussianLikelihood: DataLikelihood {
  /// How many parameters were integrated out, and count as fitted all the same.
  var marginalisedCount: Int { get }

  /// χ² at one value of each parameter, at the best values of marginalised ones; infinite where the
  /// model has no meaning.
  func chiSquared(at parameters: [Double]) -> Double
}

extension GaussianLikelihood {
  /// N, the number of data.
  public var dataCount: Int { data.count }
}
