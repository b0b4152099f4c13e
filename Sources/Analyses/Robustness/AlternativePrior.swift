import Cosmology
import Inference

/// A prior of one parameter in the place of that of an analysis.
///
/// Without being asked, a flat prior becomes the normal one of the same mean and standard deviation, cut off at the same edges, so
/// that nothing without meaning is reached; and a normal one becomes twice as wide.
struct AlternativePrior {
  /// What the variant is called.
  let name: String
  /// The parameter with its other prior.
  let parameter: Parameter

  /// The usual alternatives for a problem's parameters of interest.
  static func usual(of problem: Problem) -> [AlternativePrior] {
    let shared = problem.analysis.joint.flatMap(\.prior.names)
    return problem.posterior.space.free.compactMap { parameter in
      guard problem.relevantParameters.contains(parameter.name),
        !HierarchicalModel.describesSupernovae(parameter.name), !shared.contains(parameter.name)
      else { return nil }
      let label: String
      let prior: Prior
      switch parameter.prior.density {
      case let flat as UniformPrior:
        label = "\(parameter.name): normal prior"
        prior = Prior(
          TruncatedNormalPrior(
            mean: 0.5 * (flat.lower + flat.upper),
            standardDeviation: (flat.upper - flat.lower) / 12.0.squareRoot(), lower: flat.lower,
            upper: flat.upper))
      case let normal as NormalPrior:
        label = "\(parameter.name): wider prior"
        prior = .normal(mean: normal.mean, standardDeviation: 2 * normal.standardDeviation)
      default: return nil
      }
      return AlternativePrior(
        name: label, parameter: Parameter(parameter.name, label: parameter.label, prior: prior))
    }
  }

  /// An analysis with this prior.
  func applied(to analysis: Analysis) -> Analysis {
    var other = analysis
    other.removePriors(of: [parameter.name])
    other.params.append(parameter)
    return other
  }

  /// An analysis with the prior of a text such as `w0=normal(-1,0.2)` or `omega_m,h=chain(planck)`, of parameters that were free or
  /// fixed.
  ///
  /// - Throws: `AnalysisError` for a text that is no prior.
  static func analysis(_ analysis: Analysis, with text: String) throws(AnalysisError) -> Analysis {
    var other = analysis
    if JointPriorText.isJoint(text) {
      let joint = try JointPriorText.prior(text)
      other.removePriors(of: joint.prior.names)
      other.joint.append(joint)
    } else {
      let parameters = try ParameterOptions.priors([text], option)
      other.removePriors(of: parameters.map(\.name))
      other.params += parameters
    }
    return other
  }

  /// The option that gives them.
  private static let option = "alternative-prior"
}

extension Analysis {
  /// Removes the own priors of parameters, under any of their names.
  fileprivate mutating func removePriors(of names: [String]) {
    func plain(_ name: String) -> String { ParameterAlias(of: name)?.name ?? name }
    let gone = Set(names.map(plain))
    params.removeAll { gone.contains(plain($0.name)) }
    joint.removeAll { Set($0.prior.names.map(plain)) == gone }
  }
}
