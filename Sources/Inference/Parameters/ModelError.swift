/// What can be wrong with a user's model.
public enum ModelError: Error, Equatable {
  /// Two parameters have one name.
  case duplicateParameter(String)
  /// A name that chain files cannot carry.
  case unusableName(String)
  /// A prior that is not a density.
  case invalidPrior(parameter: String, Prior)
  /// Every parameter is fixed, or there is none.
  case nothingToSample
  /// A likelihood needs a parameter that the space does not have.
  case missingParameter(String, available: [String])
  /// Replacement data name no likelihood, or a name that several share.
  case unknownLikelihood(String, available: [String])
  /// Replacement data are for a likelihood whose data cannot be replaced.
  case noDataToReplace(String)
  /// Replacement data are of a different number than the data they replace.
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
      "'\(name)' does not name exactly one likelihood among \(available.joined(separator: ", "))"
    case .noDataToReplace(let name):
      "the data of the likelihood '\(name)' cannot be replaced"
    case .dataCount(let name, let found, let expected):
      "found \(found) data for the likelihood '\(name)', which has \(expected)"
    }
  }
}
