/// Comoving distances to fixed redshifts as a function of a model's parameters.
///
/// Whatever depends on the redshifts alone is computed once, when a value of a conforming type is
/// made. Derivatives use reverse mode: `evaluate` records what they need on a tape, and `pullBack` turns
/// the derivatives of any function of the distances into those with respect to the parameters, at
/// the cost of about one evaluation however many parameters there are.
public protocol ComovingDistances: Sendable {
  /// The names of the parameters, in the order in which they are received.
  var parameterNames: [String] { get }

  /// The redshifts, all positive.
  var redshifts: [Double] { get }

  /// The number of elements of the tape.
  var tapeCount: Int { get }

  /// Writes the transverse comoving distances in units of the Hubble distance c/H₀.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - distances: one element per redshift, overwritten.
  ///   - tape: `tapeCount` elements, overwritten with what `pullBack` needs.
  /// - Returns: false where the model has no distance at these parameters; what was written is then
  ///   meaningless.
  func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool

  /// Writes Σᵢ sᵢ ∂Dᵢ/∂θ for each parameter θ.
  ///
  /// - Parameters:
  ///   - sensitivities: s, one element per redshift; used up.
  ///   - parameters: those of the evaluation that wrote the tape.
  ///   - tape: as the evaluation left it.
  ///   - gradient: one element for each of `parameterNames`, overwritten.
  func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    tape: Span<Double>, gradient: inout MutableSpan<Double>)

  /// The same model's distances to other redshifts, optimised for typical parameters.
  ///
  /// - Parameters:
  ///   - redshifts: all positive.
  ///   - points: typical parameters; at others the distances are as accurate, but may
  ///     take longer.
  func distances(to redshifts: [Double], for points: [[Double]]) -> Self
}

extension ComovingDistances {
  /// The distances at some parameters in units of c/H₀; NaN where the model has none.
  func values(at parameters: [Double]) -> [Double] {
    var distances = [Double](repeating: 0, count: redshifts.count)
    var tape = [Double](repeating: 0, count: tapeCount)
    var distanceSpan = distances.mutableSpan
    var tapeSpan = tape.mutableSpan
    let exist = evaluate(at: parameters.span, distances: &distanceSpan, tape: &tapeSpan)
    return exist ? distances : distances.map { _ in .nan }
  }
}
