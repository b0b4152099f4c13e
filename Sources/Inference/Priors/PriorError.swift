/// What can be wrong with a prior as typed.
public enum PriorError: Error, Equatable {
  /// It is not a name with numbers in parentheses.
  case noPrior(String)
  /// No family has this name; one may have a similar one.
  case unknownFamily(String, near: String?)
  /// A number is missing.
  case missing(String, form: String)
  /// There are more numbers than the family has.
  case tooMany(form: String)
  /// Something stands where a number should.
  case notANumber(String, form: String)
  /// The numbers do not describe a density.
  case flaw(String, form: String)
}

extension PriorError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .noPrior(let text): "'\(text)' is not a prior; write \(Prior.grammar)"
    case .unknownFamily(let name, let near?): "no prior is called '\(name)'; did you mean \(near)?"
    case .unknownFamily(let name, nil): "no prior is called '\(name)'; write \(Prior.grammar)"
    case .missing(let word, let form): "\(word) missing; write \(form)"
    case .tooMany(let form): "too many numbers; write \(form)"
    case .notANumber(let text, let form): "'\(text)' is not a number; write \(form)"
    case .flaw(let flaw, let form): "\(flaw) in \(form)"
    }
  }
}
