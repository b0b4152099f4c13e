import Catalogs
import Cosmology

extension Analysis {
  /// The same analysis with the supernovae of a survey that need not exist in the place of a catalog.
  ///
  /// - Throws: `AnalysisError.survey` if the description has a flaw.
  public func observing(_ survey: SurveyDescription) throws(AnalysisError) -> Analysis {
    var analysis = self
    let name = Self.supernovae
    var choice = analysis.likelihood[name] ?? SupernovaChoice(data: survey.name)
    choice.data = survey.name
    analysis.likelihood[name] = choice
    analysis.made[name] = Catalog(
      .magnitudes(try survey.sample()), name: survey.name, source: "description of a survey")
    return analysis
  }

  /// The same analysis as simulations need it: zero points are parameters, which have values, and likelihoods need no preparation.
  public var forSimulation: Analysis {
    var analysis = self
    for name in analysis.likelihood.keys {
      if analysis.likelihood[name]?.offset == nil { analysis.likelihood[name]?.offset = .sampled }
      analysis.likelihood[name]?.path = .direct
    }
    return analysis
  }
}
