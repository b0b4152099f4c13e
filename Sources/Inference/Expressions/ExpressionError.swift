/// What can be wrong with a formula or an inequality that someone types.
public enum ExpressionError: Error, Equatable {
  /// Something stands where it has no meaning; nothing, where the formula ends too early.
  case unexpected(String?, position: Int, in: String)
  /// A number that cannot be read or is not finite.
  case unusableNumber(String, in: String)
  /// There is no such function.
  case unknownFunction(String, near: String?)
  /// A function has another number of arguments.
  case argumentCount(String, expected: Int)
  /// It is longer, or more deeply nested, than a formula can be.
  case tooLarge(String, limit: Int)
  /// An inequality has no sign `<` or `>`, or signs of both directions.
  case noInequality(String)
}

extension ExpressionError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .unexpected(let found?, let position, let text):
      "'\(found)' at character \(position) of '\(text)' is not expected there"
    case .unexpected(nil, _, let text): "'\(text)' ends too early"
    case .unusableNumber(let number, let text): "'\(number)' in '\(text)' is not a finite number"
    case .unknownFunction(let name, let near?):
      "there is no function '\(name)'; did you mean \(near)?"
    case .unknownFunction(let name, nil):
      "there is no function '\(name)'; known are \(Expression.functionNames.joined(separator: ", "))"
    case .argumentCount(let name, let expected):
      "\(name) has \(expected) argument\(expected == 1 ? "" : "s")"
    case .tooLarge(let what, let limit): "a formula has at most \(limit) \(what)"
    case .noInequality(let text):
      "'\(text)' is not an inequality; write for example w0 + wa < 0 or 0 < a < b"
    }
  }
}
