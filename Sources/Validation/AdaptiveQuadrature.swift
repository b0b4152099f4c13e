import CGSL

/// Integrals over an interval by GSL's adaptive Gauss–Kronrod rule of 21 points
/// (`gsl_integration_qag`).
///
/// Slow and careful, for checks only, not for samplers.
public struct AdaptiveQuadrature: Sendable {
  /// The relative error to reach.
  public var relativeTolerance: Double
  /// The absolute error that suffices as well.
  public var absoluteTolerance: Double
  /// The maximum number of subintervals.
  public var maximumIntervals: Int

  /// A rule that by default stops at a relative error of 1e-13.
  public init(
    relativeTolerance: Double = 1e-13, absoluteTolerance: Double = 0, maximumIntervals: Int = 1000
  ) {
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.maximumIntervals = maximumIntervals
  }

  /// GSL's default error handler aborts the process; without it errors come back as codes.
  private static let withoutErrorHandler: Void = { _ = gsl_set_error_handler_off() }()

  /// An integral and GSL's estimate of its absolute error.
  public struct Result: Sendable, Equatable {
    /// The value of the integral.
    public var value: Double
    /// The estimated absolute error.
    public var error: Double
  }

  /// Integrates a function over a finite interval.
  ///
  /// - Throws: `QuadratureError` if the tolerance is not reached or cannot be.
  public func integrate(
    over interval: ClosedRange<Double>, _ integrand: (Double) -> Double
  ) throws(QuadratureError) -> Result {
    _ = Self.withoutErrorHandler
    guard let workspace = gsl_integration_workspace_alloc(maximumIntervals) else {
      throw QuadratureError(
        interval: interval, estimate: .nan, error: .nan, code: GSL_ENOMEM)
    }
    defer { gsl_integration_workspace_free(workspace) }

    var (value, error) = (0.0, 0.0)
    let status = withoutActuallyEscaping(integrand) { integrand in
      var closure = integrand
      return withUnsafeMutablePointer(to: &closure) { pointer in
        var function = gsl_function(
          function: { x, pointer in
            // GSL hands back the pointer that it was given below, so it is never nil.
            pointer?.assumingMemoryBound(to: ((Double) -> Double).self).pointee(x) ?? .nan
          },
          params: pointer)
        return gsl_integration_qag(
          &function, interval.lowerBound, interval.upperBound, absoluteTolerance,
          relativeTolerance, maximumIntervals, CInt(GSL_INTEG_GAUSS21), workspace, &value, &error)
      }
    }
    guard status == GSL_SUCCESS else {
      throw QuadratureError(interval: interval, estimate: value, error: error, code: Int(status))
    }
    return Result(value: value, error: error)
  }
}
