public import Inference

/// The activation function between the layers of a network.
///
/// Smooth, because forces are derivatives of the network and training needs the derivatives of
/// forces.
public enum Activation: String, NamedChoice {
  /// s(x) = log(1 + eˣ).
  case softplus
  /// s(x) = tanh x.
  case tanh
}

extension Activation {
  /// Whether the second derivative is known from the value and the first derivative only, not from
  /// the first alone.
  var curvatureNeedsValue: Bool { self == .tanh }
}

/// The value of an activation with its first derivative.
struct ActivationValue<Scalar> {
  let value, first: Scalar
}

extension NetworkScalar {
  /// softplus and its derivative 1 / (1 + e⁻ˣ); the second derivative is s′ (1 − s′).
  @inline(__always)
  static func softplus(_ x: Self) -> ActivationValue<Self> {
    // With e = exp(−|x|) nothing overflows on either side.
    let e = decayingExponential(-abs(x))
    let near = 1 / (1 + e)
    return ActivationValue(
      value: (x < 0 ? 0 : x) + logOnePlus(e), first: x < 0 ? e * near : near)
  }

  /// The derivative of softplus alone, 1 / (1 + e⁻ˣ).
  @inline(__always)
  static func logistic(_ x: Self) -> Self { 1 - 1 / (1 + exponential(x)) }

  /// tanh and its derivative; the second derivative is −2 s s′.
  @inline(__always)
  static func hyperbolicTangent(_ x: Self) -> ActivationValue<Self> {
    let e = decayingExponential(-2 * abs(x))
    let near = 1 / (1 + e)
    let size = (1 - e) * near
    return ActivationValue(value: x < 0 ? -size : size, first: 4 * e * near * near)
  }
}
