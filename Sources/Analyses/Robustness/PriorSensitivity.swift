public import Inference
public import Samplers

/// How much the prior and the likelihood of a fit decide about each parameter, from its draws alone.
///
/// Both are raised to powers (`PowerScaling`). A parameter that moves with the prior and not with the likelihood is decided by the
/// prior; one that moves with both has a prior and data that disagree. A flat prior is the same to any power: other priors take
/// fits of their own.
public struct PriorSensitivity: Sendable, Codable, Equatable {
  /// What the two sensitivities say together.
  public enum Reading: String, Sendable, Codable {
    /// Neither threshold is passed, or only the likelihood's.
    case likelihoodDecides = "the data decide"
    /// Sensitive to both.
    case conflict = "prior and data disagree"
    /// Sensitive to the prior alone.
    case priorDecides = "the prior decides"
    /// The weights do not tell.
    case unknown = "not known"
  }

  /// Under powers of the prior of all parameters.
  public var prior: PowerScaling
  /// Under powers of the likelihood.
  public var likelihood: PowerScaling

  /// The sensitivity of chains.
  ///
  /// - Parameters:
  ///   - chains: draws of equal weight with log prior + log L, at least two.
  ///   - space: their parameters.
  ///   - names: the parameters to look at.
  public init(_ chains: [Chain], _ space: ParameterSpace, of names: [String]) {
    var (priors, likelihoods) = ([Double](), [Double]())
    for chain in chains {
      for index in 0..<chain.count {
        let prior = space.logPrior(of: chain.draw(index))
        priors.append(prior)
        likelihoods.append(chain.logDensities[index] - prior)
      }
    }
    let quantities = names.compactMap { name in
      chains.first?.columns.firstIndex { $0.name == name }.map { column in
        (name: name, values: chains.flatMap { $0.column(column) })
      }
    }
    prior = PowerScaling(priors, of: quantities)
    likelihood = PowerScaling(likelihoods, of: quantities)
  }

  /// What the sensitivities of a parameter say.
  ///
  /// Source: Kallioinen et al. 2023, Statistics and Computing 34, 57, table 1.
  ///
  /// - Parameter index: its place among the sensitivities.
  public func reading(_ index: Int) -> Reading {
    guard prior.isReliable, likelihood.isReliable else { return .unknown }
    let limit = PowerScaling.sensitiveDistance
    guard prior.sensitivities[index].distance >= limit else { return .likelihoodDecides }
    return likelihood.sensitivities[index].distance >= limit ? .conflict : .priorDecides
  }
}
