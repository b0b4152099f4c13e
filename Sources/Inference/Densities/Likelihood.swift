/// A log-likelihood with its gradient in the physical parameters: what a `Posterior` is built from.
///
/// Conform to `Likelihood` instead to write the value alone and have the gradient for free.
public protocol GradientLikelihood: Sendable {
  /// The names of the parameters it depends on, in the order in which it receives them.
  var parameterNames: [String] { get }

  /// Returns log L and writes its gradient.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`, inside the support of their priors.
  ///   - gradient: as many elements, overwritten with ∂ log L / ∂ parameter.
  /// - Returns: log L; minus infinity where the model has no meaning, and then the gradient is not
  ///   read.
  func logLikelihood(at parameters: Span<Double>, gradient: inout MutableSpan<Double>) -> Double

  /// Returns log L with its gradient at many points; by default one by one.
  ///
  /// - Parameters:
  ///   - points: one value for each of `parameterNames`, point by point.
  ///   - gradients: as many elements, overwritten.
  ///   - values: one element for each point, overwritten with log L.
  func logLikelihoods(
    at points: Span<Double>, gradients: inout MutableSpan<Double>,
    into values: inout MutableSpan<Double>)

  /// The terms of log L, each with its value, for finding which of them is not finite;
  /// by default one term, named for the type.
  func parts(at parameters: [Double]) -> [(name: String, value: Double)]
}

extension GradientLikelihood {
  /// Returns log L at one point after the other.
  public func logLikelihoods(
    at points: Span<Double>, gradients: inout MutableSpan<Double>,
    into values: inout MutableSpan<Double>
  ) {
    let width = values.isEmpty ? 0 : points.count / values.count
    gradients.withUnsafeMutableBufferPointer { buffer in
      for n in 0..<values.count {
        let range = n * width..<(n + 1) * width
        var gradient = buffer.extracting(range).mutableSpan
        values[n] = logLikelihood(at: points.extracting(range), gradient: &gradient)
      }
    }
  }

  /// log L as one part, under the name of the type.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    [("\(type(of: self))".prefix { $0 != "<" } + "", logLikelihood(at: parameters))]
  }

  /// log L alone; outside of inner loops, as it allocates the gradient.
  package func logLikelihood(at parameters: [Double]) -> Double {
    var gradient = parameters
    var span = gradient.mutableSpan
    return logLikelihood(at: parameters.span, gradient: &span)
  }
}

/// A likelihood whose data can be predicted and replaced: by mock data, or by shifted data that
/// blind a result.
public protocol DataLikelihood: GradientLikelihood {
  /// The data, in the order of their covariance.
  var data: [Double] { get }

  /// The model's prediction of the data, without noise, at one value for each of `parameterNames`; NaN
  /// where it has none.
  func prediction(at parameters: [Double]) -> [Double]

  /// The same likelihood with other data of the same length and the same covariance.
  func replacingData(_ data: [Double]) -> Self
}

/// A likelihood written once, for any scalar; its gradient comes from forward-mode dual numbers.
///
/// ```swift
/// struct StraightLine: Likelihood {
///   let parameterNames = ["slope", "intercept"]
///   let x, y, sigma: [Double]
///
///   func logLikelihood<Scalar: DifferentiableScalar>(of parameters: Span<Scalar>) -> Scalar {
///     var sum: Scalar = 0
///     for i in x.indices {
///       let residual = (y[i] - (parameters[0] * x[i] + parameters[1])) / sigma[i]
///       sum -= 0.5 * residual * residual
///     }
///     return sum
///   }
/// }
/// ```
public protocol Likelihood: GradientLikelihood {
  /// Returns log L for one value of each of `parameterNames`.
  func logLikelihood<Scalar: DifferentiableScalar>(of parameters: Span<Scalar>) -> Scalar
}

extension Likelihood {
  /// Returns log L and writes its gradient, by dual numbers.
  ///
  /// Cost: one evaluation for up to eight parameters, and one more for every further eight.
  @inlinable
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    switch parameters.count {
    case ...2: differentiate(at: parameters, gradient: &gradient, lanes: SIMD2<Double>.self)
    case ...4: differentiate(at: parameters, gradient: &gradient, lanes: SIMD4<Double>.self)
    default: differentiate(at: parameters, gradient: &gradient, lanes: SIMD8<Double>.self)
    }
  }

  @inlinable
  func differentiate<Partials: SIMD & Sendable>(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>, lanes: Partials.Type
  ) -> Double where Partials.Scalar == Double {
    let count = parameters.count
    return withUnsafeTemporaryAllocation(of: Dual<Partials>.self, capacity: count) { duals in
      for i in 0..<count { duals.initializeElement(at: i, to: Dual(parameters[i])) }
      var value = 0.0
      for first in stride(from: 0, to: max(count, 1), by: Partials.scalarCount) {
        let block = first..<min(first + Partials.scalarCount, count)
        for i in block { duals[i] = Dual(parameters[i], seeding: i - first) }
        let result = logLikelihood(of: UnsafeBufferPointer(duals).span)
        for i in block {
          gradient[i] = result.partials[i - first]
          duals[i] = Dual(parameters[i])
        }
        value = result.value
      }
      return value
    }
  }
}
