public import Inference
public import Samplers

/// Posteriors of mocks by weighted draws of one flow that was trained for all of them.
public struct FlowReplicates: ReplicateSampler {
  /// The flow.
  public let flow: AmortisedPosterior
  /// The number of draws, at least 100.
  public var drawCount = 2000

  /// A flow that was trained for a survey.
  public init(_ flow: AmortisedPosterior) { self.flow = flow }

  /// Trains a flow for a survey, with mocks of the prior.
  ///
  /// - Throws: `SamplingError`.
  public static func train(
    for survey: MockSurvey,
    _ settings: AmortisedPosterior.Settings = AmortisedPosterior.Settings(),
    in context: RunContext
  ) async throws -> FlowReplicates {
    FlowReplicates(
      try await AmortisedPosterior.train(names: survey.names, settings, in: context) { generator in
        // Where there is no mock, the next is of other random numbers.
        guard let mock = try? survey.mock(from: .prior, generator) else {
          _ = generator.next()
          return nil
        }
        generator = mock.random
        guard let point = mock.point, let posterior = try? mock.posterior() else { return nil }
        return (point, posterior)
      })
  }

  /// Weighs draws of the flow.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    let posterior = try mock.posterior()
    let found: AmortisedPosterior.Draws?
    do {
      found = try await flow.draws(of: [posterior], drawCount, in: context)[0]
    } catch {
      throw UnitFailure("no draws of the flow: \(error)")
    }
    guard let draws = found else { throw UnitFailure("the posterior has no mode") }
    var random = mock.random
    var (columns, logLikelihoods) = (
      [[Double]](repeating: [], count: mock.values.count), [Double]()
    )
    for point in draws.points {
      let draw = posterior.draw(
        at: point, logDensity: posterior.logDensityAndGradient(at: point).logDensity)
      for index in columns.indices { columns[index].append(draw.values[index]) }
      logLikelihoods.append(
        posterior.logLikelihood(of: draw.values, logDensity: draw.logDensity))
    }
    guard draws.weights.effectiveSampleSize >= 4 else {
      throw UnitFailure("weights of too few effective draws")
    }
    return ReplicateJudgement(
      columns, logLikelihoods: logLikelihoods, weights: draws.weights.normalised,
      truth: (mock.values, posterior.logLikelihood(ofTruthOf: mock)), using: &random)
  }
}
