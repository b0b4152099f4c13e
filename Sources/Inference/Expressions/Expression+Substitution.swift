extension Expression {
  /// The formula with formulas or numbers in the place of some parameters.
  ///
  /// - Parameter replacements: what stands for a parameter, by its name.
  func replacing(_ replacements: [String: Expression]) -> Expression {
    var all: [String] = []
    func place(_ name: String) -> Int {
      if let known = all.firstIndex(of: name) { return known }
      all.append(name)
      return all.count - 1
    }
    func renamed(_ node: Node, _ names: [String]) -> Node {
      node.replacingParameters { own in
        guard let other = replacements[names[own]] else { return .parameter(place(names[own])) }
        return renamed(other.root, other.names)
      }
    }
    let node = renamed(root, names)
    return Expression(text, all, node)
  }

  /// A number as a formula.
  init(_ number: Double) { self.init("\(number)", [], .number(number)) }

  /// The formula without the names that do not stand in it.
  var trimmed: Expression { replacing([:]) }

  /// slope · x + constant, as x and other parameters make it less than zero: where x is then bounded.
  static func bound(slope: Expression, constant: Expression) -> Expression {
    Expression(
      constant.text, constant.names,
      .operation(.quotient, .negative(constant.root), slope.root)
    ).trimmed
  }

  /// Coefficients and constant of a formula that is linear in all its parameters; nil for others.
  var linearForm: (coefficients: [String: Double], constant: Double)? {
    var (rest, coefficients): (Expression, [String: Double]) = (self, [:])
    for name in names {
      guard let (slope, constant) = rest.affine(in: name), let number = slope.constant else {
        return nil
      }
      if number != 0 { coefficients[name] = number }
      rest = constant
    }
    return rest.constant.map { (coefficients, $0) }
  }
}

extension Expression.Node {
  fileprivate func replacingParameters(_ replacement: (Int) -> Self) -> Self {
    switch self {
    case .number: self
    case .parameter(let place): replacement(place)
    case .negative(let a): .negative(a.replacingParameters(replacement))
    case .function(let function, let a): .function(function, a.replacingParameters(replacement))
    case .power(let a, let exponent): .power(a.replacingParameters(replacement), exponent)
    case .operation(let operation, let a, let b):
      .operation(
        operation, a.replacingParameters(replacement), b.replacingParameters(replacement))
    }
  }
}
