public import Inference

/// A cosmological model: how a universe expands, as a function of a few parameters.
///
/// A new model is its parameters' names and one formula, written once for any scalar; distances and
/// all derivatives follow from it.
///
/// ```swift
/// struct FlatLambdaCDM: ExpansionModel {
///   let parameterNames = ["omega_m"]
///   func squaredExpansionRate<Scalar: DifferentiableScalar>(
///     _ p: Span<Scalar>, at epoch: Epoch
///   ) -> Scalar {
///     1 + p[0] * epoch.matterGrowth
///   }
/// }
/// ```
public protocol ExpansionModel: Sendable {
  /// The names of the parameters, in the order in which they are received; at most eight.
  var parameterNames: [String] { get }

  /// Which of the parameters is Ωk, the curvature; by default none, for a flat universe.
  var curvatureIndex: Int? { get }

  /// The relative accuracy that distances are computed to; by default 1e-13. Models with kinks cannot reach that.
  var distanceAccuracy: Double { get }

  /// Returns E² = (H/H₀)² at an epoch; it need not be positive for all parameters.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - epoch: the redshift, with the powers of 1+z.
  func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ parameters: Span<Scalar>, at epoch: Epoch
  ) -> Scalar

  /// Writes 1/E and its derivatives at a list of epochs.
  ///
  /// The default takes them from `squaredExpansionRate` by dual numbers.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - epochs: where 1/E is wanted.
  ///   - inverseRates: (1 + parameters) × epochs elements, overwritten: 1/E at all epochs, then its
  ///     derivative with respect to each parameter.
  /// - Returns: false if E² is not positive and finite at one of the epochs.
  func evaluate(
    _ parameters: Span<Double>, at epochs: Span<Epoch>,
    inverseRates: inout MutableSpan<Double>
  ) -> Bool
}

extension ExpansionModel {
  /// None.
  public var curvatureIndex: Int? { nil }

  /// 1e-13.
  public var distanceAccuracy: Double { 1e-13 }

  /// Writes 1/E and its derivatives by dual numbers.
  @inlinable
  public func evaluate(
    _ parameters: Span<Double>, at epochs: Span<Epoch>,
    inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    switch parameters.count {
    case ...2: differentiate(parameters, epochs, &inverseRates, lanes: SIMD2<Double>.self)
    case ...4: differentiate(parameters, epochs, &inverseRates, lanes: SIMD4<Double>.self)
    default: differentiate(parameters, epochs, &inverseRates, lanes: SIMD8<Double>.self)
    }
  }

  @inlinable
  func differentiate<Partials: SIMD & Sendable>(
    _ parameters: Span<Double>, _ epochs: Span<Epoch>, _ inverseRates: inout MutableSpan<Double>,
    lanes: Partials.Type
  ) -> Bool where Partials.Scalar == Double {
    let (count, dimension) = (epochs.count, parameters.count)
    return withUnsafeTemporaryAllocation(of: Dual<Partials>.self, capacity: dimension) { duals in
      for i in 0..<dimension {
        duals.initializeElement(at: i, to: Dual(parameters[i], seeding: i))
      }
      let seeded = UnsafeBufferPointer(duals).span
      for i in 0..<count {
        let squared = squaredExpansionRate(seeded, at: epochs[i])
        guard squared.value > 0, squared.value.isFinite else { return false }
        let rate = 1 / squared.value.squareRoot()
        inverseRates[i] = rate
        let slopes = squared.partials * (-0.5 * rate * rate * rate)
        for parameter in 0..<dimension {
          inverseRates[(1 + parameter) * count + i] = slopes[parameter]
        }
      }
      return true
    }
  }
}
