/// A condition on parameters, such as `w0 + wa < 0`.
public struct Inequality: Sendable, Equatable {
  /// What was typed; one part of it where several signs stood in a row.
  public let text: String
  /// Negative where the condition holds.
  public let difference: Expression

  /// Reads a condition; `0 < a < b` are two. Whether a sign includes equality makes no difference to a
  /// density.
  ///
  /// - Throws: `ExpressionError`.
  public static func parse(_ text: String) throws(ExpressionError) -> [Inequality] {
    var parser = try ExpressionParser(text)
    var sides = [try parser.sum()]
    var signs: [Bool] = []
    while let isLess = Self.sign(&parser) {
      signs.append(isLess)
      sides.append(try parser.sum())
    }
    try parser.finish()
    guard let first = signs.first, signs.allSatisfy({ $0 == first }) else {
      throw .noInequality(text)
    }
    return signs.indices.map { i in
      let (less, greater) = first ? (sides[i], sides[i + 1]) : (sides[i + 1], sides[i])
      return Inequality(
        text: text,
        difference: Expression(text, parser.names, .operation(.difference, less, greater)))
    }
  }

  private static let signs = [
    ("<=", true), ("≤", true), ("<", true), (">=", false), ("≥", false), (">", false),
  ]

  private static func sign(_ parser: inout ExpressionParser) -> Bool? {
    for (sign, isLess) in Self.signs
    where parser.take(sign) {
      return isLess
    }
    return nil
  }
}
