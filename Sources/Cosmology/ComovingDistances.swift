/// Comoving distances to fixed redshifts as a function of a model's parameters.
///
/// Whatever depends on the redshifts alone is worked out once, when a value of a conforming type is
/// made.
public protocol ComovingDistances: Sendable {
  /// The names of the parameters, in the order in which they are received.
  var parameterNames: [String] { get }

  /// The redshifts, all positive.
  var redshifts: [Double] { get }

  /// Writes the transverse comoving distances in units of the Hubble distance c/H₀, and their
  /// derivatives.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - distances: one element a redshift, overwritten.
  ///   - derivatives: parameters × redshifts elements, parameter by parameter, overwritten.
  /// - Returns: false where the model has no distance at these parameters; what was written is then
  ///   meaningless.
  func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    derivatives: inout MutableSpan<Double>
  ) -> Bool

  /// The same model's distances to other redshifts, made fast for parameters like these.
  ///
  /// - Parameter points: parameters that are to be expected; at others the distances are as right,
  ///   but may take longer.
  func distances(to redshifts: [Double], for points: [[Double]]) -> Self
}
