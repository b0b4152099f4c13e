import Cosmology
public import Inference
public import Samplers

extension Problem {
  /// Draws of the prior with data of the same measurements there, and their posteriors.
  ///
  /// Points u, at which the prior is N(0, I). Data enter through the summaries of the likelihood alone, so a simulation costs as
  /// many normal deviates as there are summaries, whatever the number of supernovae.
  ///
  /// - Returns: a function that simulates: nil where the model has no meaning.
  /// - Throws: `AnalysisError.notSummarised` where the data are not those of one set of supernovae on nodes.
  public func simulation() throws(AnalysisError)
    -> @Sendable (inout RandomStream) -> AmortisedPosterior.Simulation?
  {
    guard let likelihood = likelihood as? any SummarisedLikelihood,
      posterior.likelihoods.count == 1, let name = posterior.likelihoods.first?.name
    else { throw .notSummarised }
    let standardised = posterior.standardised
    let space = standardised.space
    return { generator in
      let point = space.samplePrior(using: &generator)
      let values = space.values(
        standardised.draw(at: point, logDensity: 0).values,
        of: standardised.columns.map(\.name))
      let parameters = likelihood.parameterNames.map { values[$0] ?? .nan }
      guard let prediction = likelihood.predictedSummaries(at: parameters) else { return nil }
      let summaries = prediction.map { $0 + generator.nextStandardNormal() }
      let mock = likelihood.replacingSummaries(summaries)
      guard let posterior = try? Posterior(space, likelihoods: [.init(name, mock)]) else {
        return nil
      }
      return (point, posterior)
    }
  }
}
