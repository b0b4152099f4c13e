import CGSL

/// An integral that did not reach the requested accuracy.
public struct QuadratureError: Error, Equatable {
  /// The interval of integration.
  public let interval: ClosedRange<Double>
  /// The best value found.
  public let estimate: Double
  /// The estimated absolute error of that value.
  public let error: Double
  /// GSL's error code.
  public let code: Int
}

extension QuadratureError: CustomStringConvertible {
  /// The error as a sentence, with GSL's message for the code.
  public var description: String {
    let reason = String(cString: gsl_strerror(CInt(code)))
    return "the integral from \(interval.lowerBound) to \(interval.upperBound) did not converge "
      + "(\(reason)): \(estimate) with an estimated error of \(error)"
  }
}
