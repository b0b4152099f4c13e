import RealModule

/// A smooth increasing map of the real line onto the support of a parameter, with its log-Jacobian.
///
/// Samplers move in an unconstrained coordinate q; the parameter is x(q). A density in x becomes a
/// density in q through the Jacobian: log π(q) = log π(x(q)) + log dx/dq.
public enum Transform: Sendable, Equatable {
  /// x = q, for the whole real line.
  case identity
  /// x = lower + exp(q), for x > lower.
  case log(lower: Double)
  /// x = upper − exp(−q), for x < upper.
  case logBelow(upper: Double)
  /// x = lower + (upper − lower) / (1 + exp(−q)), for lower < x < upper.
  case logit(lower: Double, upper: Double)
  /// x = F⁻¹(Φ(q)), F the distribution function of a prior: in this coordinate the prior is N(0, 1).
  case standardNormal(Prior)

  /// The image of a coordinate, with all that the chain rule needs.
  @frozen
  public struct Image: Sendable, Equatable {
    /// x(q).
    public var value: Double
    /// dx/dq.
    public var derivative: Double
    /// log dx/dq.
    public var logJacobian: Double
    /// d log(dx/dq) / dq.
    public var logJacobianDerivative: Double
  }

  /// The map onto an interval, whose ends may be infinite.
  init(onto interval: (lower: Double, upper: Double)) {
    self =
      switch (interval.lower.isFinite, interval.upper.isFinite) {
      case (true, true): .logit(lower: interval.lower, upper: interval.upper)
      case (true, false): .log(lower: interval.lower)
      case (false, true): .logBelow(upper: interval.upper)
      case (false, false): .identity
      }
  }

  /// Maps a coordinate to the parameter.
  ///
  /// The value stays inside the open interval for |q| up to about 36 and then rounds to its edge.
  public func callAsFunction(_ coordinate: Double) -> Image {
    switch self {
    case .identity:
      return Image(value: coordinate, derivative: 1, logJacobian: 0, logJacobianDerivative: 0)
    case .log(let lower):
      let e = Double.exp(coordinate)
      return Image(
        value: lower + e, derivative: e, logJacobian: coordinate, logJacobianDerivative: 1)
    case .logBelow(let upper):
      let e = Double.exp(-coordinate)
      return Image(
        value: upper - e, derivative: e, logJacobian: -coordinate, logJacobianDerivative: -1)
    case .logit(let lower, let upper):
      // With e = exp(−|q|) nothing overflows and no digits cancel on either side.
      let e = Double.exp(-abs(coordinate))
      let near = 1 / (1 + e)
      let far = e * near
      let width = upper - lower
      return Image(
        value: coordinate < 0 ? lower + width * far : upper - width * far,
        derivative: width * near * far,
        logJacobian: .log(width) - abs(coordinate) - 2 * .log(onePlus: e),
        logJacobianDerivative: coordinate < 0 ? near - far : far - near)
    case .standardNormal(let prior):
      // Its square is finite.
      let normal = max(-1e100, min(1e100, coordinate))
      let value = prior.density.value(atNormal: normal)
      let density = prior.logDensity(at: value)
      // A parameter that underflows to the edge of its support has no density; nothing to divide.
      let logJacobian =
        NormalDistribution.logDensity(at: normal) - (density.value.isFinite ? density.value : 0)
      let derivative = Double.exp(logJacobian)
      return Image(
        value: value, derivative: derivative, logJacobian: logJacobian,
        logJacobianDerivative: -normal - density.derivative * derivative)
    }
  }

  /// Maps a parameter inside the support to its coordinate, the inverse of `callAsFunction`.
  public func coordinate(of value: Double) -> Double {
    switch self {
    case .identity: value
    case .log(let lower): .log(value - lower)
    case .logBelow(let upper): -.log(upper - value)
    case .logit(let lower, let upper): .log((value - lower) / (upper - value))
    case .standardNormal(let prior): prior.density.normal(at: value)
    }
  }
}
