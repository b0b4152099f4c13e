/// What can be wrong with a model that someone puts together.
public enum ModelError: Error, Equatable {
  /// Two parameters have one name.
  case duplicateParameter(String)
  /// A name that chain files cannot carry.
  case unusableName(String)
  /// A prior that is no density.
  case invalidPrior(parameter: String, Prior)
  /// Every parameter is fixed, or there is none.
  case nothingToSample
  /// A likelihood wants a parameter that the space does not have.
  case missingParameter(String, available: [String])
  /// Other data are for a likelihood that there is not, or of whose name there are several.
  case unknownLikelihood(String, available: [String])
  /// Other data are for a likelihood that has none to replace.
  case noDataToReplace(String)
  /// Other data are not as many as those that they replace.
  case dataCount(String, found: Int, expected: Int)
}

extension ModelError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .duplicateParameter(let name):
      "parameter '\(name)' is given twice"
    case .unusableName(let name):
      "'\(name)' cannot name a parameter: use ASCII letters, digits, '_' and '-', and [1] for a part of a vector"
    case .invalidPrior(let parameter, let prior):
      "the prior of '\(parameter)' is not a density: \(prior.flaw ?? "") in \(prior.text)"
    case .nothingToSample:
      "no parameter is free: at least one needs a prior that is not fixed"
    case .missingParameter(let name, let available):
      "a likelihood needs the parameter '\(name)', but the model has \(available.joined(separator: ", "))"
    case .unknownLikelihood(let name, let available):
      "'\(name)' names no one likelihood among \(available.joined(separator: ", "))"
    case .noDataToReplace(let name):
      "the likelihood '\(name)' does not say what its data are, so they cannot be replaced"
    case .dataCount(let name, let found, let expected):
      "found \(found) data for the likelihood '\(name)', which has \(expected)"
    }
  }
}
