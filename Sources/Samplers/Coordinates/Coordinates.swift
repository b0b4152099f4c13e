/// Coordinates x for the points u of a density: a smooth bijection of the real space onto itself.
///
/// A density f in u is, in x, log f(u(x)) + log |det du/dx|. Coordinates in which a posterior is
/// nearly N(0, I) suit every sampler; a `TransformedDensity` lets any of them use any
/// coordinates.
public protocol Coordinates: Sendable {
  /// The number of coordinates, at least 1.
  var dimension: Int { get }

  /// Writes the point u(x).
  ///
  /// - Parameters:
  ///   - coordinates: x, `dimension` numbers.
  ///   - point: as many elements, overwritten with u.
  /// - Returns: log |det du/dx|.
  func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double

  /// Writes the coordinates x(u) of a point, the inverse of `point(at:_:)`.
  ///
  /// - Returns: log |det du/dx| there, not that of the inverse.
  func coordinates(of point: Span<Double>, _ coordinates: inout MutableSpan<Double>) -> Double

  /// Turns the gradient of a function f of the point into that of f(u(x)) + log |det du/dx| in x.
  ///
  /// - Parameters:
  ///   - gradient: ∂f/∂u, overwritten.
  ///   - coordinates: x.
  ///   - point: u(x), already known.
  func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>)
}
