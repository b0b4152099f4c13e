/// The smooth function between the layers of a network.
///
/// Smooth, because forces are derivatives of the network and training needs the derivatives of
/// forces.
public enum Activation: String, Sendable, Codable, CaseIterable {
  /// s(x) = log(1 + eˣ).
  case softplus
  /// s(x) = tanh x.
  case tanh
}

/// The value of an activation with its first and second derivative.
struct ActivationValue<Scalar> {
  let value, first, second: Scalar
}

extension NetworkScalar {
  /// softplus, its derivative 1 / (1 + e⁻ˣ) and its second derivative.
  @inline(__always)
  static func softplus(_ x: Self) -> ActivationValue<Self> {
    // With e = exp(−|x|) nothing overflows on either side.
    let e = exponential(-abs(x))
    let near = 1 / (1 + e)
    let far = e * near
    return ActivationValue(
      value: Swift.max(x, 0) + logOnePlus(e), first: x < 0 ? far : near, second: near * far)
  }

  /// tanh and its first two derivatives.
  @inline(__always)
  static func hyperbolicTangent(_ x: Self) -> ActivationValue<Self> {
    let e = exponential(-2 * abs(x))
    let near = 1 / (1 + e)
    let size = (1 - e) * near
    let value = x < 0 ? -size : size
    let first = 4 * e * near * near
    return ActivationValue(value: value, first: first, second: -2 * value * first)
  }
}
