/// What can be wrong with a derived quantity.
public enum DerivedQuantityError: Error, Equatable {
  /// A text has not the form name=formula.
  case notAnAssignment(String)
  /// The formula of a quantity cannot be read.
  case formula(String, ExpressionError)
  /// A name that chain files cannot carry.
  case unusableName(String)
  /// The name is that of a parameter.
  case nameOfParameter(String)
  /// The name is that of a parameter or another quantity but for case.
  case nameAlike(String, String)
  /// The name means a number in formulas.
  case nameOfNumber(String)
  /// Two quantities have one name.
  case duplicate(String)
  /// What a quantity is to be derived from is neither a parameter nor a quantity before it.
  case unknownArgument(String, of: String, available: [String])
  /// What a quantity is to be derived from is integrated out, so that no draw has it.
  case marginalisedArgument(String, of: String)
  /// Quantities are derived from each other in a circle.
  case circular([String])
  /// A quantity is the same whatever the free parameters are.
  case constant(String)
  /// A quantity has no finite value at a point, which is given by the values of its parameters.
  case notFinite(String, value: Double, at: [String: Double])
}

extension DerivedQuantityError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .notAnAssignment(let text):
      "'\(text)' is not name=formula, such as S8like=omega_m^0.5*h"
    case .formula(let name, let error):
      "the formula of the derived quantity '\(name)': \(error)"
    case .unusableName(let name):
      "'\(name)' cannot name a derived quantity: use ASCII letters, digits, '_' and '-', and [1] for a part of a vector; names that end with '__' are kept for samplers"
    case .nameOfParameter(let name):
      "'\(name)' is a parameter of the model, so that a derived quantity needs another name"
    case .nameAlike(let name, let other):
      "the derived quantity '\(name)' differs from '\(other)' in case only; give it another name"
    case .nameOfNumber(let name):
      "'\(name)' is a number in formulas, so that a derived quantity needs another name"
    case .duplicate(let name): "the derived quantity '\(name)' is given twice"
    case .unknownArgument(let name, let quantity, let available):
      "'\(name)', from which '\(quantity)' is to be derived, is not known; there are "
        + available.joined(separator: ", ")
        + (nearestName(to: [name], among: available).map { "; did you mean \($0)?" } ?? "")
    case .marginalisedArgument(let name, let quantity):
      "'\(quantity)' cannot be derived from \(name), which is marginalised; sample it"
    case .circular(let names):
      names.count == 1
        ? "the derived quantity '\(names[0])' is derived from itself"
        : "the derived quantities \(names.joined(separator: ", ")) are derived from each other in a circle"
    case .constant(let name):
      "the derived quantity '\(name)' is the same whatever the free parameters are"
    case .notFinite(let name, let value, let point):
      "the derived quantity '\(name)' is \(value.isNaN ? "not a number" : "\(value)") at "
        + point.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        + "; it needs a finite value wherever the priors allow: change the formula, or narrow the priors"
    }
  }
}
