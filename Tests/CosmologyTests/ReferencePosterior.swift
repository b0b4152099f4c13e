import Cosmology
import Inference
import Samplers
import Testing

/// A posterior whose evidence and moments are known by quadrature on a grid.
struct ReferencePosterior {
  let space: ParameterSpace
  let posterior: Posterior
  let logEvidence: Double
  private let exact: [String: Any]

  /// - Parameter title: model, priors and treatment of the offset, as in the settings of the release.
  init(
    _ title: String, of release: ReferenceSet,
    coordinates: ParameterSpace.CoordinateSystem = .natural
  ) throws {
    let models: [String: any ExpansionModel] = [
      "flat_lcdm": FlatLambdaCDM(), "flat_wcdm": FlatWCDM(), "lcdm": LambdaCDM(),
      "flat_w0wacdm": FlatW0WaCDM(),
    ]
    func make(_ model: some ExpansionModel) throws -> (ParameterSpace, Posterior) {
      let direct = try SupernovaLikelihood(
        release.sample,
        distances: ModelDistances(model, redshifts: release.sample.hubbleFlowRedshifts),
        offset: title.contains("offset marginalised") ? .marginalised : .sampled)
      let space = try ParameterSpace(
        direct.parameterNames.map { Parameter.usual($0) }, coordinates: coordinates)
      return (space, try Posterior(space, ProjectedSupernovaLikelihood(direct, over: space)))
    }
    let model = try #require(models[String(title.prefix { $0 != ";" })])
    (space, posterior) = try make(model)
    exact = try #require(release.settings[title])
    logEvidence = try #require(exact["log_evidence"] as? Double)
  }

  func moments(of parameter: String) throws -> (mean: Double, deviation: Double) {
    let moments = try #require(exact[parameter] as? [String: Double])
    return (try #require(moments["mean"]), try #require(moments["std"]))
  }

  func exactDraws() -> ExactDraws {
    ExactDraws(
      posterior, space, cells: space.free.count > 2 ? 96 : 400, count: 20_000, seed: 1)
  }

  /// Expects weights as even as those of a proposal that nearly is the posterior, the right evidence
  /// and the right moments.
  ///
  /// - Returns: the largest error of a mean or a standard deviation, in standard deviations.
  func check(
    _ weights: ImportanceWeights, forward: ForwardWeights, _ verdict: ImportanceVerdict,
    logEvidence estimate: Double, _ draws: Chain, least: Double = 0.95, _ place: Comment
  ) throws -> Double {
    #expect(weights.efficiency > least, place)
    #expect(forward.efficiency > least, place)
    // A tail fitted to weights that are nearly the same is a bump: k-hat alone says nothing then.
    #expect(weights.paretoShape < 0.7 || weights.largestRelativeWeight < 30, place)
    #expect(weights.largestRelativeWeight < 100, place)
    #expect(verdict.grade != .rejected, place)
    #expect(abs(estimate - logEvidence) < 0.005, place)
    var bias = 0.0
    for parameter in WeightedSummary(draws).parameters {
      let (mean, deviation) = try moments(of: parameter.name)
      bias = max(
        bias, abs(parameter.mean - mean) / deviation,
        abs(parameter.standardDeviation / deviation - 1))
    }
    #expect(bias < 0.02, place)
    return bias
  }
}
