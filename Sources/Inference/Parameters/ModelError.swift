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
      "'\(name)' names no one likelihood among \(available.joined(separator: ", "))"
    case .noDataToReplace(let name):
      "the likelihood '\(name)' does not say what its data are, so they cannot be replaced"
    case .dataCount(let name, let found, let expected):
      "found \(found) data for the likelihood '\(name)', which has \(expected)"
    }
  }

  private static func list(_ texts: [String]) -> String {
    texts.map { "'\($0)'" }.joined(separator: " and ")
  }
}
