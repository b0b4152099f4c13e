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
  /// What is to be a formula or an inequality cannot be read.
  case formula(String, ExpressionError)
  /// A formula or a requirement names a parameter that the space does not have.
  case unknownInFormula(String, formula: String, available: [String])
  /// Parameters follow from each other, or bound each other, in a circle.
  case circular([String])
  /// Nothing inside the priors fulfils these requirements.
  case neverFulfilled([String])
  /// Everything inside the priors fulfils a requirement.
  case alwaysFulfilled(String)
  /// A requirement cannot be solved for any of its parameters.
  case notSolvable(String, parameters: [String])
  /// Requirements have too many consequences.
  case tooManyConsequences([String])
  /// A joint prior is no density.
  case invalidJointPrior([String], flaw: String)
  /// A joint prior is given to a parameter that another one has, or that is fixed or follows from others.
  case priorGivenTwice(String)
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
    case .formula(_, let error): error.description
    case .unknownInFormula(let name, let formula, let available):
      "'\(formula)' names '\(name)', which is none of the parameters \(available.joined(separator: ", "))"
        + (nearestName(to: [name], among: available).map { "; did you mean \($0)?" } ?? "")
    case .circular(let texts):
      "\(Self.list(texts)) depend on each other in a circle"
    case .neverFulfilled(let texts):
      "nothing within the priors fulfils \(Self.list(texts))"
    case .alwaysFulfilled(let text):
      "'\(text)' holds everywhere within the priors, so it requires nothing; leave it out"
    case .notSolvable(let text, let parameters):
      "'\(text)' bounds none of \(parameters.joined(separator: ", ")): it has to be linear in one of them, with a factor that has one sign within the priors"
    case .tooManyConsequences(let texts):
      "\(Self.list(texts)) have too many consequences for each other"
    case .invalidJointPrior(let names, let flaw):
      "the prior of \(names.joined(separator: ", ")) is not a density: \(flaw)"
    case .priorGivenTwice(let name):
      "'\(name)' has more than one prior, or a value besides; give one of them"
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

  private static func list(_ texts: [String]) -> String {
    texts.map { "'\($0)'" }.joined(separator: " and ")
  }
}
