// Re-exported, so that authors of likelihoods have `.log` and `.exp` from importing `Inference`
// alone.
@_exported public import RealModule

/// The numbers that a `Likelihood` computes with: `Double`, or a `Dual` that carries derivatives
/// along.
///
/// The elementary functions are static members, as swift-numerics has them: `.log(x)`, `.exp(x)`,
/// `.pow(x, 3)`.
public protocol DifferentiableScalar: AlgebraicField, ElementaryFunctions, Sendable {
  /// A constant: a number whose derivatives are all zero.
  init(_ value: Double)

  /// The number without its derivatives, for comparisons and branches.
  var value: Double { get }
}

extension DifferentiableScalar {
  /// The sum of a scalar and a constant.
  @inlinable public static func + (left: Self, right: Double) -> Self { left + Self(right) }
  /// The sum of a constant and a scalar.
  @inlinable public static func + (left: Double, right: Self) -> Self { Self(left) + right }
  /// The difference of a scalar and a constant.
  @inlinable public static func - (left: Self, right: Double) -> Self { left - Self(right) }
  /// The difference of a constant and a scalar.
  @inlinable public static func - (left: Double, right: Self) -> Self { Self(left) - right }
  /// The product of a scalar and a constant.
  @inlinable public static func * (left: Self, right: Double) -> Self { left * Self(right) }
  /// The product of a constant and a scalar.
  @inlinable public static func * (left: Double, right: Self) -> Self { Self(left) * right }
  /// The quotient of a scalar and a constant.
  @inlinable public static func / (left: Self, right: Double) -> Self { left / Self(right) }
  /// The quotient of a constant and a scalar.
  @inlinable public static func / (left: Double, right: Self) -> Self { Self(left) / right }
}

extension Double: DifferentiableScalar {
  /// The number itself.
  @inlinable public var value: Double { self }
}
