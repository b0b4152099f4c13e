/// Reads formulas by recursive descent: sums of products of signed powers.
struct ExpressionParser {
  private let text: String
  private let characters: [Character]
  private var next = 0
  private var depth = 0
  private(set) var names: [String] = []

  private static let longest = 4096
  private static let deepest = 100

  init(_ text: String) throws(ExpressionError) {
    self.text = text
    characters = Array(text)
    guard characters.count <= Self.longest else {
      throw .tooLarge("characters", limit: Self.longest)
    }
  }

  // MARK: - Grammar

  mutating func sum() throws(ExpressionError) -> Expression.Node {
    var left = try product()
    while true {
      if take("+") {
        left = .operation(.sum, left, try product())
      } else if take("-") {
        left = .operation(.difference, left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(ExpressionError) -> Expression.Node {
    var left = try signed()
    while true {
      if !followed(by: "**"), take("*") {
        left = .operation(.product, left, try signed())
      } else if take("/") {
        left = .operation(.quotient, left, try signed())
      } else {
        return left
      }
    }
  }

  /// A sign binds less than a power: −x² is −(x²).
  private mutating func signed() throws(ExpressionError) -> Expression.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw .tooLarge("levels of parentheses and signs", limit: Self.deepest)
    }
    if take("-") { return .negative(try signed()) }
    if take("+") { return try signed() }
    let base = try atom()
    guard take("^") || take("**") else { return base }
    return Self.power(base, try signed())
  }

  /// Whole exponents keep the sign of their base.
  private static func power(
    _ base: Expression.Node, _ exponent: Expression.Node
  ) -> Expression.Node {
    let constant: Double? =
      switch exponent {
      case .number(let number): number
      case .negative(.number(let number)): -number
      default: nil
      }
    if let whole = constant.flatMap({ Int(exactly: $0) }), whole.magnitude <= 1000 {
      return .power(base, whole)
    }
    return .operation(.pow, base, exponent)
  }

  private mutating func atom() throws(ExpressionError) -> Expression.Node {
    skipBlanks()
    guard next < characters.count else { throw unexpected() }
    let character = characters[next]
    if character == "(" {
      next += 1
      let inside = try sum()
      guard take(")") else { throw unexpected() }
      return inside
    }
    if character == "`" { return parameter(try quotedName()) }
    if character.isASCII, character.isNumber || character == "." { return try number() }
    guard Self.startsName(character) else { throw unexpected() }
    let name = word()
    if take("(") { return try call(name) }
    return name == "pi" ? .number(.pi) : parameter(name)
  }

  private mutating func call(_ name: String) throws(ExpressionError) -> Expression.Node {
    var arguments = [try sum()]
    while take(",") { arguments.append(try sum()) }
    guard take(")") else { throw unexpected() }
    if let function = Expression.Function(rawValue: name) {
      guard arguments.count == 1 else { throw .argumentCount(name, expected: 1) }
      return .function(function, arguments[0])
    }
    let joins: [Expression.Operation] = [.pow, .min, .max]
    guard let join = joins.first(where: { $0.rawValue == name }) else {
      throw .unknownFunction(name, near: nearestName(to: [name], among: Expression.functionNames))
    }
    guard arguments.count == 2 else { throw .argumentCount(name, expected: 2) }
    return join == .pow
      ? Self.power(arguments[0], arguments[1]) : .operation(join, arguments[0], arguments[1])
  }

  private mutating func parameter(_ name: String) -> Expression.Node {
    if let place = names.firstIndex(of: name) { return .parameter(place) }
    names.append(name)
    return .parameter(names.count - 1)
  }

  // MARK: - Words and signs

  private static func startsName(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character == "_")
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }

  /// A name, with its number in brackets if it is part of a vector.
  private mutating func word() -> String {
    let start = next
    while next < characters.count,
      Self.startsName(characters[next]) || Self.isDigit(characters[next])
    {
      next += 1
    }
    if next < characters.count, characters[next] == "[",
      let end = characters[next...].firstIndex(of: "]"), end > next + 1,
      characters[next + 1..<end].allSatisfy(Self.isDigit)
    {
      next = end + 1
    }
    return String(characters[start..<next])
  }

  private mutating func quotedName() throws(ExpressionError) -> String {
    let inside = characters[(next + 1)...].prefix { $0 != "`" }
    guard !inside.isEmpty, inside.endIndex < characters.count else { throw unexpected() }
    next = inside.endIndex + 1
    return String(inside)
  }

  private mutating func number() throws(ExpressionError) -> Expression.Node {
    let start = next
    func digits(_ parser: inout ExpressionParser) {
      while parser.next < parser.characters.count, Self.isDigit(parser.characters[parser.next]) {
        parser.next += 1
      }
    }
    digits(&self)
    if next < characters.count, characters[next] == "." { next += 1 }
    digits(&self)
    if next < characters.count, "eE".contains(characters[next]) {
      let mark = next
      next += 1
      if next < characters.count, "+-".contains(characters[next]) { next += 1 }
      let first = next
      digits(&self)
      if next == first { next = mark }
    }
    let word = String(characters[start..<next])
    let digitsAlone = word.hasSuffix(".") ? word + "0" : word
    guard let number = Double(digitsAlone), number.isFinite else {
      throw .unusableNumber(word, in: text)
    }
    return .number(number)
  }

  private mutating func skipBlanks() {
    while next < characters.count, characters[next].isWhitespace { next += 1 }
  }

  private mutating func followed(by sign: String) -> Bool {
    skipBlanks()
    return characters[next...].starts(with: sign)
  }

  /// Takes a sign if it comes next.
  mutating func take(_ sign: String) -> Bool {
    guard followed(by: sign) else { return false }
    next += sign.count
    return true
  }

  /// Refuses anything that is left.
  mutating func finish() throws(ExpressionError) {
    skipBlanks()
    if next < characters.count { throw unexpected() }
  }

  private func unexpected() -> ExpressionError {
    .unexpected(
      next < characters.count ? String(characters[next]) : nil, position: next + 1, in: text)
  }
}

extension Expression {
  /// The names of all functions.
  static let functionNames =
    Function.allCases.map(\.rawValue) + [Operation.pow, .min, .max].map(\.rawValue)
}
