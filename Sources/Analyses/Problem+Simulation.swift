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
    let (likelihood, name) = try summarised()
    let (predict, space) = (predictedSummaries(likelihood), posterior.space.standardised)
    return { generator in
      let point = space.samplePrior(using: &generator)
      guard let prediction = predict(point) else { return nil }
      let mock = likelihood.replacingSummaries(
        prediction.map { $0 + generator.nextStandardNormal() })
      guard let posterior = try? Posterior(space, likelihoods: [.init(name, mock)]) else {
        return nil
      }
      return (point, posterior)
    }
  }

  /// A fingerprint of priors, model, redshifts and errors: what simulations depend on.
  ///
  /// - Throws: `AnalysisError.notSummarised`.
  func simulationKey() throws(AnalysisError) -> String {
    let predict = predictedSummaries(try summarised().likelihood)
    var fingerprint = Fingerprint()
    var random = RandomStream(seed: 1, "points of a simulation's key")
    for _ in 0..<4 {
      let point = posterior.space.standardised.samplePrior(using: &random)
      fingerprint.absorb(point)
      fingerprint.absorb(predict(point) ?? [])
    }
    return fingerprint.digits
  }

  private func summarised() throws(AnalysisError) -> (
    likelihood: any SummarisedLikelihood, name: String
  ) {
    guard let likelihood = likelihood as? any SummarisedLikelihood,
      posterior.likelihoods.count == 1, let name = posterior.likelihoods.first?.name
    else { throw .notSummarised }
    return (likelihood, name)
  }

  /// The summaries without noise at points u; nil where the model has no meaning.
  private func predictedSummaries(
    _ likelihood: any SummarisedLikelihood
  ) -> @Sendable ([Double]) -> [Double]? {
    let standardised = posterior.standardised
    let names = standardised.columns.map(\.name)
    return { point in
      let values = standardised.space.values(
        standardised.draw(at: point, logDensity: 0).values, of: names)
      return likelihood.predictedSummaries(
        at: likelihood.parameterNames.map { values[$0] ?? .nan })
    }
  }
}
