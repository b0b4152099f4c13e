/// A formula of named parameters, such as `omega_m^0.5 * h`, for any differentiable scalar.
///
/// Numbers, names, `pi`, + − * / and ^ (or **), parentheses, the functions of `Expression.Function`, and
/// `min`, `max` and `pow` of two arguments. A name that is not letters, digits and underscores, with its
/// number in brackets if it is part of a vector, stands in backquotes.
///
/// ```swift
/// let s8 = try Expression("omega_m^0.5 * h")
/// s8.names                               // ["omega_m", "h"]
/// s8.value { [0.3, 0.7][$0] }            // 0.383…
/// ```
public struct Expression: Sendable, Equatable {
  /// What was typed.
  public let text: String
  /// The parameters that stand in it, in the order in which they first do.
  public let names: [String]
  let root: Node

  /// A number, a parameter by its place in `names`, or something done with others.
  indirect enum Node: Sendable, Equatable {
    case number(Double)
    case parameter(Int)
    case negative(Node)
    case function(Function, Node)
    case power(Node, Int)
    case operation(Operation, Node, Node)
  }

  /// What two numbers are joined by.
  enum Operation: String, Sendable, CaseIterable {
    case sum = "+"
    case difference = "-"
    case product = "*"
    case quotient = "/"
    case pow, min, max
  }

  /// A function of one number, by its name in formulas; angles are in radians, `log` is the natural
  /// logarithm.
  public enum Function: String, Sendable, CaseIterable {
    case exp, log, ln, log10, sqrt, cbrt, abs
    case sin, cos, tan, asin, acos, atan
    case sinh, cosh, tanh, asinh, acosh, atanh
  }

  /// Reads a formula.
  ///
  /// - Throws: `ExpressionError`, which says what is wrong and where.
  public init(_ text: String) throws(ExpressionError) {
    var parser = try ExpressionParser(text)
    let root = try parser.sum()
    try parser.finish()
    self.init(text, parser.names, root)
  }

  init(_ text: String, _ names: [String], _ root: Node) {
    (self.text, self.names, self.root) = (text, names, root)
  }

  /// The value of the formula.
  ///
  /// Where a formula has no meaning, such as the root of a negative number, the value is not finite.
  ///
  /// - Parameter parameter: the value of a parameter by its place in `names`.
  /// - Returns: the value, with the derivatives that the scalar carries; nothing is allocated.
  public func value<Scalar: DifferentiableScalar>(_ parameter: (Int) -> Scalar) -> Scalar {
    root.value(parameter)
  }

  /// The value at numbers by their names; nil if one is missing.
  public func value(of numbers: [String: Double]) -> Double? {
    let values = names.compactMap { numbers[$0] }
    return values.count == names.count ? value { values[$0] } : nil
  }
}

extension Expression.Node {
  func value<Scalar: DifferentiableScalar>(_ parameter: (Int) -> Scalar) -> Scalar {
    switch self {
    case .number(let number): Scalar(number)
    case .parameter(let place): parameter(place)
    case .negative(let node): -node.value(parameter)
    case .function(let function, let node): function.applied(to: node.value(parameter))
    case .power(let node, let exponent): .pow(node.value(parameter), exponent)
    case .operation(let operation, let a, let b):
      operation.applied(to: a.value(parameter), b.value(parameter))
    }
  }
}

extension Expression.Operation {
  func applied<Scalar: DifferentiableScalar>(to a: Scalar, _ b: Scalar) -> Scalar {
    switch self {
    case .sum: a + b
    case .difference: a - b
    case .product: a * b
    case .quotient: a / b
    case .pow: .pow(a, b)
    case .min: b.value < a.value ? b : a
    case .max: b.value > a.value ? b : a
    }
  }
}

extension Expression.Function {
  func applied<Scalar: DifferentiableScalar>(to x: Scalar) -> Scalar {
    switch self {
    case .exp: .exp(x)
    case .log, .ln: .log(x)
    case .log10: .log(x) * (1 / Double.log(10))
    case .sqrt: .sqrt(x)
    case .cbrt: .root(x, 3)
    case .abs: x.value < 0 ? -x : x
    case .sin: .sin(x)
    case .cos: .cos(x)
    case .tan: .tan(x)
    case .asin: .asin(x)
    case .acos: .acos(x)
    case .atan: .atan(x)
    case .sinh: .sinh(x)
    case .cosh: .cosh(x)
    case .tanh: .tanh(x)
    case .asinh: .asinh(x)
    case .acosh: .acosh(x)
    case .atanh: .atanh(x)
    }
  }
}

extension Expression: Codable {
  /// Reads the formula.
  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the formula as it was typed.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
