public import Inference

/// A point of phase space with its cached log density, gradient and velocity.
public struct PhasePoint: Sendable, Equatable {
  /// q, the coordinates of the log density.
  public internal(set) var position: [Double]
  /// p, of the same length.
  public internal(set) var momentum: [Double]
  /// M⁻¹ p.
  public internal(set) var velocity: [Double]
  /// The gradient of the log density at q.
  public internal(set) var gradient: [Double]
  /// The log density at q.
  public internal(set) var logDensity: Double

  /// The point at a position with zero momentum; evaluates the density once.
  public init(_ density: some LogDensity, at position: [Double]) {
    let zeros = [Double](repeating: 0, count: position.count)
    self.position = position
    momentum = zeros
    velocity = zeros
    (logDensity, gradient) = density.logDensityAndGradient(at: position)
  }

  /// The Hamiltonian, ½ pᵀ M⁻¹ p − log π(q).
  public var energy: Double {
    var kinetic = 0.0
    for i in momentum.indices { kinetic += 0.5 * momentum[i] * velocity[i] }
    return kinetic - logDensity
  }

  /// Whether the log density and every element of its gradient are finite.
  public var isFinite: Bool {
    logDensity.isFinite && gradient.allSatisfy(\.isFinite)
  }

  /// Sets the momentum and the corresponding velocity.
  public mutating func setMomentum(_ momentum: [Double], _ metric: some Metric) {
    self.momentum = momentum
    var span = velocity.mutableSpan
    metric.velocity(of: momentum.span, into: &span)
  }

  /// Draws a momentum from the metric.
  public mutating func drawMomentum(
    _ metric: some Metric, using generator: inout some RandomNumberGenerator
  ) {
    func draw(_ momentum: inout [Double], _ velocity: inout [Double]) {
      var momentumSpan = momentum.mutableSpan
      metric.sampleMomentum(into: &momentumSpan, using: &generator)
      var velocitySpan = velocity.mutableSpan
      metric.velocity(of: momentumSpan.span, into: &velocitySpan)
    }
    draw(&momentum, &velocity)
  }

  /// Moves along Hamilton's equations by a number of steps, or until the log density is no longer
  /// finite.
  ///
  /// - Returns: the number of steps taken, each with one gradient, at most `steps`.
  @discardableResult
  public mutating func advance(
    _ density: some LogDensity, _ metric: some Metric, _ integrator: some Integrator,
    by stepSize: Double, steps: Int
  ) -> Int {
    func step(
      _ position: inout [Double], _ momentum: inout [Double], _ velocity: inout [Double],
      _ gradient: inout [Double]
    ) -> Double {
      var positionSpan = position.mutableSpan
      var momentumSpan = momentum.mutableSpan
      var velocitySpan = velocity.mutableSpan
      var gradientSpan = gradient.mutableSpan
      return integrator.step(
        position: &positionSpan, momentum: &momentumSpan, velocity: &velocitySpan,
        gradient: &gradientSpan, by: stepSize, density, metric)
    }
    for taken in 0..<steps {
      logDensity = step(&position, &momentum, &velocity, &gradient)
      if !logDensity.isFinite { return taken + 1 }
    }
    return steps
  }
}
