import RealModule

/// The prior of one parameter in the coordinate that a sampler moves in.
/// A class, so that a loop over parameters copies a reference and no existential.
final class PriorFactor: Sendable {
  let density: any PriorDensity
  /// The value of a parameter that is not sampled.
  let fixedValue: Double?
  private let transform: Transform
  /// Whether the prior is N(0, 1) in the coordinate; a look at the transform itself would be slow.
  private let isStandardNormal: Bool

  /// A parameter at a coordinate q.
  struct Image {
    /// x(q), dx/dq and log dx/dq.
    var value, slope, logJacobian: Double
    /// The log prior with the Jacobian, and its derivative in q.
    var logDensity, gradient: Double
  }

  init(_ prior: Prior, transform: Transform) {
    (density, fixedValue, self.transform) = (prior.density, prior.fixedValue, transform)
    if case .standardNormal = transform {
      isStandardNormal = true
    } else {
      isStandardNormal = false
    }
  }

  /// The parameter at a coordinate.
  func image(at q: Double) -> Image {
    if isStandardNormal {
      // Its square is finite.
      let u = max(-1e100, min(1e100, q))
      let point = density.point(atNormal: u)
      // A value that rounds to an edge without density is outside.
      let isInside = point.logSlope < .infinity
      return Image(
        value: point.value, slope: .exp(point.logSlope), logJacobian: point.logSlope,
        logDensity: isInside ? NormalDistribution.logDensity(at: u) : -.infinity, gradient: -u)
    }
    let map = transform(q)
    let prior = density.logDensity(at: map.value)
    return Image(
      value: map.value, slope: map.derivative, logJacobian: map.logJacobian,
      logDensity: prior.value + map.logJacobian,
      gradient: prior.derivative * map.derivative + map.logJacobianDerivative)
  }
}
