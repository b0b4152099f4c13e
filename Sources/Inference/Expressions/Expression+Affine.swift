extension Expression {
  /// The formula as slope × parameter + constant, in which neither depends on the parameter; nil if it
  /// is not of that form, as far as its operations tell.
  ///
  /// - Parameter name: the parameter.
  public func affine(in name: String) -> (slope: Expression, constant: Expression)? {
    guard let place = names.firstIndex(of: name) else {
      return (Expression("0", names, .number(0)), self)
    }
    return root.affine(in: place).map {
      (
        Expression("\(text): slope of \(name)", names, $0.slope),
        Expression("\(text) without \(name)", names, $0.constant)
      )
    }
  }

  /// The number that the formula is whatever the parameters are; nil if it depends on one.
  public var constant: Double? {
    root.dependsOnParameters ? nil : value { _ in Double.nan }
  }

  /// Bounds of the formula where each parameter is in an interval: by interval arithmetic, so that they
  /// may be wider than need be.
  ///
  /// - Parameter interval: that of a parameter by its place in `names`; ends may be infinite.
  public func bounds(
    over interval: (Int) -> (lower: Double, upper: Double)
  ) -> (lower: Double, upper: Double) {
    let bounds = root.bounds(over: interval)
    return bounds.lower <= bounds.upper ? bounds : (-.infinity, .infinity)
  }
}

extension Expression.Node {
  fileprivate var dependsOnParameters: Bool {
    switch self {
    case .number: false
    case .parameter: true
    case .negative(let a), .function(_, let a), .power(let a, _): a.dependsOnParameters
    case .operation(_, let a, let b): a.dependsOnParameters || b.dependsOnParameters
    }
  }

  fileprivate func affine(in place: Int) -> (slope: Self, constant: Self)? {
    switch self {
    case .number: return (.number(0), self)
    case .parameter(let own):
      return own == place ? (.number(1), .number(0)) : (.number(0), self)
    case .negative(let a):
      return a.affine(in: place).map { (Self.negated($0.slope), Self.negated($0.constant)) }
    case .function(_, let a), .power(let a, _):
      if case .power(let base, 1) = self { return base.affine(in: place) }
      guard let inner = a.affine(in: place), inner.slope == .number(0) else { return nil }
      return (.number(0), self)
    case .operation(let operation, let a, let b):
      guard let first = a.affine(in: place), let second = b.affine(in: place) else { return nil }
      let isConstant = (first.slope == .number(0), second.slope == .number(0))
      if isConstant == (true, true) { return (.number(0), self) }
      switch operation {
      case .sum, .difference:
        return (
          Self.joined(operation, first.slope, second.slope),
          Self.joined(operation, first.constant, second.constant)
        )
      case .product where isConstant.1, .quotient where isConstant.1:
        return (Self.joined(operation, first.slope, b), Self.joined(operation, first.constant, b))
      case .product where isConstant.0:
        return (Self.joined(.product, a, second.slope), Self.joined(.product, a, second.constant))
      default: return nil
      }
    }
  }

  private static func negated(_ node: Self) -> Self {
    if case .number(let number) = node { .number(0 - number) } else { .negative(node) }
  }

  /// An operation, without what adds zero or multiplies by zero or one.
  private static func joined(_ operation: Expression.Operation, _ a: Self, _ b: Self) -> Self {
    switch (operation, a, b) {
    case (_, .number(let x), .number(let y)): .number(operation.applied(to: x, y))
    case (.sum, .number(0), let other), (.sum, let other, .number(0)): other
    case (.difference, let other, .number(0)): other
    case (.difference, .number(0), let other): negated(other)
    case (.product, .number(0), _), (.product, _, .number(0)): .number(0)
    case (.product, .number(1), let other), (.product, let other, .number(1)): other
    case (.quotient, .number(0), _): .number(0)
    default: .operation(operation, a, b)
    }
  }

  // MARK: - Intervals

  private typealias Interval = (lower: Double, upper: Double)
  private static let everything: Interval = (-.infinity, .infinity)

  fileprivate func bounds(over interval: (Int) -> (lower: Double, upper: Double)) -> (
    lower: Double, upper: Double
  ) {
    switch self {
    case .number(let number): return (number, number)
    case .parameter(let place): return interval(place)
    case .negative(let a):
      let a = a.bounds(over: interval)
      return (-a.upper, -a.lower)
    case .function(let function, let a):
      return Self.bounds(of: function, a.bounds(over: interval))
    case .power(let a, let exponent):
      return Self.bounds(of: a.bounds(over: interval), power: exponent)
    case .operation(let operation, let a, let b):
      return Self.bounds(of: operation, a.bounds(over: interval), b.bounds(over: interval))
    }
  }

  private static func hull(_ numbers: Double...) -> Interval {
    guard !numbers.contains(where: \.isNaN) else { return everything }
    return (numbers.min() ?? -.infinity, numbers.max() ?? .infinity)
  }

  private static func bounds(of operation: Expression.Operation, _ a: Interval, _ b: Interval)
    -> Interval
  {
    // An end at zero times one at infinity is a limit of zeros.
    func times(_ x: Double, _ y: Double) -> Double { x == 0 || y == 0 ? 0 : x * y }
    switch operation {
    case .sum: return (a.lower + b.lower, a.upper + b.upper)
    case .difference: return (a.lower - b.upper, a.upper - b.lower)
    case .product:
      return hull(
        times(a.lower, b.lower), times(a.lower, b.upper), times(a.upper, b.lower),
        times(a.upper, b.upper))
    case .quotient:
      guard b.lower > 0 || b.upper < 0 else { return everything }
      return bounds(of: .product, a, (1 / b.upper, 1 / b.lower))
    case .min: return (Swift.min(a.lower, b.lower), Swift.min(a.upper, b.upper))
    case .max: return (Swift.max(a.lower, b.lower), Swift.max(a.upper, b.upper))
    case .pow:
      guard a.lower >= 0 else { return everything }
      return bounds(of: .exp, bounds(of: .product, bounds(of: .log, a), b))
    }
  }

  private static func bounds(of a: Interval, power exponent: Int) -> Interval {
    if exponent < 0 {
      return bounds(of: .quotient, (1, 1), bounds(of: a, power: -exponent))
    }
    let ends = (Double.pow(a.lower, exponent), Double.pow(a.upper, exponent))
    if exponent == 0 { return (1, 1) }
    if exponent.isMultiple(of: 2) {
      return (a.lower < 0 && a.upper > 0 ? 0 : Swift.min(ends.0, ends.1), Swift.max(ends.0, ends.1))
    }
    return (ends.0, ends.1)
  }

  private static func bounds(of function: Expression.Function, _ a: Interval) -> Interval {
    switch function {
    case .log, .ln, .log10, .sqrt:
      let positive = (lower: Swift.max(a.lower, 0), upper: Swift.max(a.upper, 0))
      return hull(function.applied(to: positive.lower), function.applied(to: positive.upper))
    case .exp, .cbrt, .sinh, .tanh, .asinh, .atan:
      return hull(function.applied(to: a.lower), function.applied(to: a.upper))
    case .abs, .cosh:
      let ends = hull(function.applied(to: a.lower), function.applied(to: a.upper))
      return a.lower < 0 && a.upper > 0 ? (function == .abs ? 0 : 1, ends.upper) : ends
    case .sin, .cos: return (-1, 1)
    case .asin: return (-.pi / 2, .pi / 2)
    case .acos: return (0, .pi)
    case .acosh: return (0, .infinity)
    case .tan, .atanh: return everything
    }
  }
}
