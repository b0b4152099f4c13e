public import Inference

/// Data of one kind, as a likelihood of what a universe gives: supernovae, distances, rates, angles or densities.
///
/// A probe says what it asks of a universe; all probes of a `JointLikelihood` share one evaluation.
public protocol Probe: Sendable {
  /// The name, under which its χ² is told.
  var name: String { get }

  /// What it asks for.
  var quantities: [UniverseQuantity] { get }

  /// The relative accuracy of distances that it asks for; by default 1e-10.
  var distanceAccuracy: Double { get }

  /// Parameters of its own, such as a zero point.
  var nuisanceNames: [String] { get }

  /// The number of data.
  var dataCount: Int { get }

  /// The number of parameters that were integrated out; by default 0.
  var marginalisedCount: Int { get }

  /// The offset in which it is normal, if it has one; by default none.
  var offset: LinearOffset? { get }

  /// The probe with its quantities found among the values of a universe.
  func bound(to universe: UniverseFunction) -> any BoundProbe
}

extension Probe {
  /// 1e-10, far better than any data.
  public var distanceAccuracy: Double { 1e-10 }
  /// 0.
  public var marginalisedCount: Int { 0 }
  /// None.
  public var offset: LinearOffset? { nil }
}

/// A probe that knows where its quantities are among the values of a universe.
public protocol BoundProbe: Sendable {
  /// The largest log L that any data could have, where it is known: χ² = 2 (this − log L).
  var logNormalisation: Double { get }

  /// Returns log L, adds its derivatives with respect to the values of the universe, and writes those with respect to
  /// its own parameters.
  ///
  /// - Parameters:
  ///   - values: those of the universe, by slots.
  ///   - nuisances: one value for each of `nuisanceNames`.
  ///   - sensitivities: one element for each value of the universe, added to.
  ///   - gradient: one element for each of `nuisanceNames`, overwritten.
  /// - Returns: minus infinity where the model has no meaning.
  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double

  /// χ², at the best values of what is integrated out; by default 2 (`logNormalisation` − log L).
  ///
  /// - Parameters:
  ///   - values: those of the universe, by slots.
  ///   - nuisances: one value for each of `nuisanceNames`.
  ///   - logLikelihood: log L there.
  func chiSquared(_ values: [Double], nuisances: [Double], logLikelihood: Double) -> Double

  /// The data, in the order of their covariance.
  var data: [Double] { get }

  /// What the model predicts for them, without noise.
  func prediction(_ values: [Double], nuisances: [Double]) -> [Double]

  /// The same probe with other data of the same length.
  func replacingData(_ data: [Double]) -> any BoundProbe
}

extension BoundProbe {
  /// 2 (`logNormalisation` − log L), where negative values are rounding.
  public func chiSquared(
    _ values: [Double], nuisances: [Double], logLikelihood: Double
  ) -> Double {
    max(0, 2 * (logNormalisation - logLikelihood))
  }
}
