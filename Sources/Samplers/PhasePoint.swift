public import Inference

/// A point of phase space with what was computed there, so that nothing is computed twice.
public struct PhasePoint: Sendable, Equatable {
  /// q, the coordinates of the log density.
  public internal(set) var position: [Double]
  /// p, as many numbers.
  public var momentum: [Double]
  /// The log density at q.
  public internal(set) var logDensity: Double
  /// Its gradient at q.
  public internal(set) var gradient: [Double]
  /// Room for the velocity M⁻¹ p, so that moving allocates nothing.
  var velocity: [Double]

  /// The point at a position with zero momentum; evaluates the density once.
  public init(_ density: some LogDensity, at position: [Double]) {
    let zeros = [Double](repeating: 0, count: position.count)
    self.position = position
    momentum = zeros
    velocity = zeros
    (logDensity, gradient) = density.logDensityAndGradient(at: position)
  }

  /// Whether the log density and every element of its gradient are finite.
  public var isFinite: Bool {
    logDensity.isFinite && gradient.allSatisfy(\.isFinite)
  }

  /// Computes the log density and gradient anew, after the position has changed.
  mutating func evaluate(_ density: some LogDensity) {
    func evaluate(_ position: [Double], _ gradient: inout [Double]) -> Double {
      var span = gradient.mutableSpan
      return density.logDensity(at: position.span, gradient: &span)
    }
    logDensity = evaluate(position, &gradient)
  }
}
