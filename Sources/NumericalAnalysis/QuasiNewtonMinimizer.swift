import CGSL

/// Finds a minimum of a smooth function from its gradient, by GSL's BFGS method
/// (`gsl_multimin_fdfminimizer_vector_bfgs2`).
public struct QuasiNewtonMinimizer: Sendable {
  /// The Euclidean norm of the gradient below which a point is a minimum.
  public var gradientTolerance: Double
  /// How many steps may be made; each takes a few evaluations.
  public var maximumIterations: Int

  /// A minimiser that stops at a gradient of 1e-6 unless told otherwise.
  public init(gradientTolerance: Double = 1e-6, maximumIterations: Int = 1000) {
    self.gradientTolerance = gradientTolerance
    self.maximumIterations = maximumIterations
  }

  /// The best point found.
  public struct Result: Sendable, Equatable {
    /// Where it is.
    public var position: [Double]
    /// The function there.
    public var value: Double
    /// The Euclidean norm of the gradient there; above the tolerance if rounding or the number of
    /// iterations ended the search first.
    public var gradientNorm: Double
  }

  /// Goes downhill from a point at which the function is finite.
  ///
  /// A function that is not finite somewhere is a wall there.
  ///
  /// - Parameter function: writes the gradient, as many elements as there are coordinates, and
  ///   returns the value.
  public func minimize(
    from start: [Double],
    _ function: (Span<Double>, inout MutableSpan<Double>) -> Double
  ) -> Result {
    ErrorHandler.switchOff()
    let count = start.count
    guard count > 0, let position = gsl_vector_alloc(count),
      let minimizer = gsl_multimin_fdfminimizer_alloc(bfgs(), count)
    else { preconditionFailure("no minimum of a function of \(count) coordinates can be sought") }
    defer {
      gsl_vector_free(position)
      gsl_multimin_fdfminimizer_free(minimizer)
    }
    for i in 0..<count { gsl_vector_set(position, i, start[i]) }

    withoutActuallyEscaping(function) { function in
      var objective = Objective(function: function, count: count)
      withUnsafeMutablePointer(to: &objective) { objective in
        var description = gsl_multimin_function_fdf(
          f: { Objective.evaluate($0, $1, nil) },
          df: { _ = Objective.evaluate($0, $1, $2) },
          fdf: { $2?.pointee = Objective.evaluate($0, $1, $3) },
          n: count, params: objective)
        gsl_multimin_fdfminimizer_set(minimizer, &description, position, 0.1, 0.1)
        var hasRestarted = false
        for _ in 0..<maximumIterations {
          let status = gsl_multimin_fdfminimizer_iterate(minimizer)
          let gradient = minimizer.pointee.gradient
          if gsl_multimin_test_gradient(gradient, gradientTolerance) == GSL_SUCCESS { break }
          // No progress along this direction: once more along the gradient before giving up.
          if status != GSL_SUCCESS {
            if hasRestarted { break }
            gsl_multimin_fdfminimizer_restart(minimizer)
          }
          hasRestarted = status != GSL_SUCCESS
        }
      }
    }
    let gradient = (0..<count).map { gsl_vector_get(minimizer.pointee.gradient, $0) }
    return Result(
      position: (0..<count).map { gsl_vector_get(minimizer.pointee.x, $0) },
      value: minimizer.pointee.f,
      gradientNorm: gradient.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  /// A function in the form in which GSL calls it.
  private struct Objective {
    let function: (Span<Double>, inout MutableSpan<Double>) -> Double
    /// Takes the gradient where GSL wants the value alone.
    var scratch: [Double]

    init(function: @escaping (Span<Double>, inout MutableSpan<Double>) -> Double, count: Int) {
      self.function = function
      scratch = [Double](repeating: 0, count: count)
    }

    static func evaluate(
      _ position: UnsafePointer<gsl_vector>?, _ objective: UnsafeMutableRawPointer?,
      _ gradient: UnsafeMutablePointer<gsl_vector>?
    ) -> Double {
      guard let position, let objective = objective?.assumingMemoryBound(to: Objective.self) else {
        return .nan
      }
      let count = objective.pointee.scratch.count
      // GSL's own vectors here have stride 1.
      let point = UnsafeBufferPointer(start: position.pointee.data, count: count)
      var slopes = objective.pointee.scratch.mutableSpan
      let value = objective.pointee.function(point.span, &slopes)
      if let gradient {
        for i in 0..<count { gsl_vector_set(gradient, i, value.isFinite ? slopes[i] : 0) }
      }
      // GSL's line search interpolates, which infinity would break.
      return value.isFinite ? value : 1e100
    }
  }
}
