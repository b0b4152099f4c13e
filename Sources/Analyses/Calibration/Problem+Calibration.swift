import Cosmology
public import Inference

/// What finds the posteriors of mocks.
public enum CalibrationSampler: String, NamedChoice, CaseIterable {
  /// A lattice for one or two parameters, else weighted draws of Student's t.
  case exact
  /// One chain of the no-U-turn sampler each.
  case hmc
  /// Weighted draws of maps, fitted to each.
  case map
  /// Weighted draws of one flow that is trained for all.
  case nhf

  /// The sampler for a survey.
  ///
  /// - Throws: `SamplingError` from the training of a flow.
  public func sampler(
    for survey: MockSurvey, in context: RunContext
  ) async throws -> any ReplicateSampler {
    switch self {
    case .exact: await GridReplicates(for: survey, in: context)
    case .hmc: ChainReplicates()
    case .map: MapReplicates()
    case .nhf: try await FlowReplicates.train(for: survey, in: context)
    }
  }
}

extension Problem {
  /// Mocks of the prior with the errors of the data.
  ///
  /// - Parameter errorScale: what the fit takes errors to be, in units of what they are, positive.
  /// - Throws: `AnalysisError.noMocks` where errors are not normal with a known covariance, `.improperForMocks`.
  public func survey(errorScale: Double = 1) throws -> MockSurvey {
    let (name, likelihood) = try mockLikelihood()
    let improper = posterior.space.improperParameters
    guard improper.isEmpty else { throw AnalysisError.improperForMocks(improper) }
    return try MockSurvey(name, likelihood, posterior.space, errorScale: errorScale)
  }

  /// Mocks of one cosmology with the errors of the data.
  ///
  /// - Parameters:
  ///   - values: parameters by name; the others are those of the best fit.
  ///   - other: the problem whose model mocks are made with, of the same data; by default this.
  ///   - errorScale: what the fit takes errors to be, in units of what they are, positive.
  /// - Throws: `AnalysisError`, `ModelError`.
  public func survey(
    at values: [String: Double], madeBy other: Problem? = nil, errorScale: Double = 1
  ) throws -> MockSurvey {
    let (name, likelihood) = try mockLikelihood()
    let improper = posterior.space.improperParameters
    guard improper.isEmpty else { throw AnalysisError.improperForMocks(improper) }
    let maker = other ?? self
    let known = maker.posterior.space.parameters.map(\.name)
    for name in values.keys.sorted() where !known.contains(name) {
      throw AnalysisError.unknownParameter(
        name, model: maker.analysis.theory.model, available: known)
    }
    var truth = try maker.bestFit().parameters
    let free = maker.posterior.space.free.map(\.name)
    truth = maker.posterior.space.values(
      free.map { values[$0] ?? truth[$0] ?? .nan }, of: free)
    truth.merge(values) { $1 }
    let prediction = maker.likelihood.prediction(
      at: maker.likelihood.parameterNames.map { truth[$0] ?? .nan })
    guard prediction.allSatisfy(\.isFinite), prediction.count == self.likelihood.data.count else {
      throw AnalysisError.noMocks("the model has no meaning at these values")
    }
    return try MockSurvey(
      name, likelihood, posterior.space,
      truth: .fixed(
        values: posterior.space.free.map { truth[$0.name] ?? .nan },
        summaries: likelihood.summaries(of: prediction)), errorScale: errorScale)
  }

  /// The likelihood whose data mocks replace, and its name.
  ///
  /// - Throws: `AnalysisError.noMocks` where errors are not normal with a known covariance.
  func mockLikelihood() throws -> (name: String, likelihood: any SummarisedLikelihood) {
    guard posterior.likelihoods.count == 1, let name = posterior.likelihoods.first?.name else {
      throw AnalysisError.noMocks("there are several likelihoods")
    }
    if let summarised = likelihood as? any SummarisedLikelihood { return (name, summarised) }
    guard let joint else {
      throw AnalysisError.noMocks(
        "the errors of light curves depend on parameters, and --likelihood direct has no summaries")
    }
    do {
      return (name, try SummarisedJointLikelihood(joint))
    } catch {
      throw AnalysisError.noMocks("the errors of \(error.probe) are not normal, or not known")
    }
  }
}
