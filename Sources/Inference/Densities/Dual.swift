public import RealModule

/// A number with its partial derivatives: forward-mode automatic differentiation.
///
/// Every operation applies the chain rule, f(x + ε) = f(x) + f′(x) ε, to a SIMD vector of partial
/// derivatives, so that a function written once over `DifferentiableScalar` gives its value and as
/// many derivatives as the vector has lanes.
@frozen
public struct Dual<Partials: SIMD & Sendable>: DifferentiableScalar
where Partials.Scalar == Double {
  /// The number.
  public var value: Double
  /// Its derivatives with respect to the seeded variables.
  public var partials: Partials

  /// A number with given derivatives.
  @inlinable public init(_ value: Double, partials: Partials) {
    self.value = value
    self.partials = partials
  }

  /// A constant.
  @inlinable public init(_ value: Double) { self.init(value, partials: .zero) }

  /// The variable with respect to which lane `lane` differentiates.
  @inlinable public init(_ value: Double, seeding lane: Int) {
    self.init(value)
    partials[lane] = 1
  }

  /// Applies the chain rule: `function` is f(self), `slope` is f′(self).
  ///
  /// A constant stays one even where the slope is infinite, such as that of √x at 0.
  @inlinable func mapped(to function: Double, slope: Double) -> Dual {
    partials == .zero ? Dual(function) : Dual(function, partials: partials * slope)
  }

  /// Numbers are equal if their values are, so that a likelihood branches alike for every scalar.
  @inlinable public static func == (left: Dual, right: Dual) -> Bool { left.value == right.value }
}

// MARK: - Algebra

// The operations mean what their protocols say.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Dual: AlgebraicField {
  @inlinable public init(integerLiteral value: Int) { self.init(Double(value)) }
  @inlinable public init?(exactly source: some BinaryInteger) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value)
  }

  @inlinable public static var zero: Dual { Dual(0) }
  /// |value|; the derivatives have no order, so they play no part.
  @inlinable public var magnitude: Double { abs(value) }
  @inlinable public var reciprocal: Dual? { value == 0 ? nil : 1 / self }

  @inlinable public static prefix func - (operand: Dual) -> Dual {
    Dual(-operand.value, partials: -operand.partials)
  }
  @inlinable public static func + (left: Dual, right: Dual) -> Dual {
    Dual(left.value + right.value, partials: left.partials + right.partials)
  }
  @inlinable public static func - (left: Dual, right: Dual) -> Dual {
    Dual(left.value - right.value, partials: left.partials - right.partials)
  }
  @inlinable public static func * (left: Dual, right: Dual) -> Dual {
    Dual(
      left.value * right.value,
      partials: left.partials * right.value + right.partials * left.value)
  }
  @inlinable public static func / (left: Dual, right: Dual) -> Dual {
    let quotient = left.value / right.value
    return Dual(quotient, partials: (left.partials - right.partials * quotient) / right.value)
  }
  @inlinable public static func += (left: inout Dual, right: Dual) { left = left + right }
  @inlinable public static func -= (left: inout Dual, right: Dual) { left = left - right }
  @inlinable public static func *= (left: inout Dual, right: Dual) { left = left * right }
  @inlinable public static func /= (left: inout Dual, right: Dual) { left = left / right }
}

// MARK: - Elementary functions

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Dual: ElementaryFunctions {
  @inlinable public static func exp(_ x: Dual) -> Dual {
    let e = Double.exp(x.value)
    return x.mapped(to: e, slope: e)
  }
  @inlinable public static func expMinusOne(_ x: Dual) -> Dual {
    let e = Double.expMinusOne(x.value)
    return x.mapped(to: e, slope: 1 + e)
  }
  @inlinable public static func cosh(_ x: Dual) -> Dual {
    x.mapped(to: .cosh(x.value), slope: .sinh(x.value))
  }
  @inlinable public static func sinh(_ x: Dual) -> Dual {
    x.mapped(to: .sinh(x.value), slope: .cosh(x.value))
  }
  @inlinable public static func tanh(_ x: Dual) -> Dual {
    let t = Double.tanh(x.value)
    return x.mapped(to: t, slope: (1 - t) * (1 + t))
  }
  @inlinable public static func cos(_ x: Dual) -> Dual {
    x.mapped(to: .cos(x.value), slope: -.sin(x.value))
  }
  @inlinable public static func sin(_ x: Dual) -> Dual {
    x.mapped(to: .sin(x.value), slope: .cos(x.value))
  }
  @inlinable public static func tan(_ x: Dual) -> Dual {
    let t = Double.tan(x.value)
    return x.mapped(to: t, slope: 1 + t * t)
  }
  @inlinable public static func log(_ x: Dual) -> Dual {
    x.mapped(to: .log(x.value), slope: 1 / x.value)
  }
  @inlinable public static func log(onePlus x: Dual) -> Dual {
    x.mapped(to: .log(onePlus: x.value), slope: 1 / (1 + x.value))
  }
  @inlinable public static func acosh(_ x: Dual) -> Dual {
    x.mapped(to: .acosh(x.value), slope: 1 / Double.sqrt((x.value - 1) * (x.value + 1)))
  }
  @inlinable public static func asinh(_ x: Dual) -> Dual {
    x.mapped(to: .asinh(x.value), slope: 1 / Double.hypot(1, x.value))
  }
  @inlinable public static func atanh(_ x: Dual) -> Dual {
    x.mapped(to: .atanh(x.value), slope: 1 / ((1 - x.value) * (1 + x.value)))
  }
  @inlinable public static func acos(_ x: Dual) -> Dual {
    x.mapped(to: .acos(x.value), slope: -1 / Double.sqrt((1 - x.value) * (1 + x.value)))
  }
  @inlinable public static func asin(_ x: Dual) -> Dual {
    x.mapped(to: .asin(x.value), slope: 1 / Double.sqrt((1 - x.value) * (1 + x.value)))
  }
  @inlinable public static func atan(_ x: Dual) -> Dual {
    x.mapped(to: .atan(x.value), slope: 1 / (1 + x.value * x.value))
  }
  @inlinable public static func sqrt(_ x: Dual) -> Dual {
    let root = Double.sqrt(x.value)
    return x.mapped(to: root, slope: 0.5 / root)
  }
  @inlinable public static func root(_ x: Dual, _ n: Int) -> Dual {
    let root = Double.root(x.value, n)
    return x.mapped(to: root, slope: root / (Double(n) * x.value))
  }
  @inlinable public static func pow(_ x: Dual, _ n: Int) -> Dual {
    n == 0 ? 1 : x.mapped(to: .pow(x.value, n), slope: Double(n) * .pow(x.value, n - 1))
  }
  @inlinable public static func pow(_ x: Dual, _ y: Dual) -> Dual {
    let power = Double.pow(x.value, y.value)
    let slope = y.value * Double.pow(x.value, y.value - 1)
    // d(x^y)/dy = x^y ln x; a constant exponent must not turn x = 0 into 0 · ∞.
    if y.partials == .zero { return x.mapped(to: power, slope: slope) }
    return Dual(power, partials: x.partials * slope + y.partials * (power * .log(x.value)))
  }
}
