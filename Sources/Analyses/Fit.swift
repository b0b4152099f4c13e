public import Inference
public import Samplers

/// What samplers have made of a posterior, and what is to be believed of it.
public struct Fit: Sendable {
  /// The record of what came out, with the verdict.
  public let findings: Findings
  /// The sets of draws, in the order in which they were made.
  public let sets: [SampleSet]
  /// The parameters with their priors.
  public let space: ParameterSpace

  /// The set that the verdict names as the one to quote; nil if no result can be believed.
  public var quoted: SampleSet? { sets.first { $0.root == findings.verdict?.quoted } }

  /// Means, deviations and quantiles by the quoted draws, or by the best there are.
  public var summary: PosteriorSummary? { findings.posterior }

  /// ln Z with its standard error, by the set with the smallest; nil if no sampler tells it.
  public var logEvidence: (value: Double, error: Double)? {
    sets.compactMap { set in
      set.outcome.logEvidence.flatMap { value in
        set.outcome.logEvidenceError.map { (value: value, error: $0) }
      }
    }.min { $0.error < $1.error }
  }
}

/// Samples a posterior by several samplers, which check each other, and judges what they have made: what
/// `sn-infer fit` does, for anybody's likelihood.
///
/// ```swift
/// let line = try Posterior(
///   ParameterSpace([
///     Parameter("slope", prior: .normal(mean: 0, standardDeviation: 10)),
///     Parameter("intercept", prior: .cauchy(location: 0, scale: 5)),
///   ]), StraightLine(x: x, y: y, sigma: sigma))
/// let result = try await fit(line)
/// print(result.findings.verdict?.sentence ?? "", result.summary?.parameters ?? [])
/// ```
///
/// Nothing is written unless the context has a store; `Fit.figures` and `Fit.write(to:)` of Reports draw
/// and write.
///
/// - Parameters:
///   - posterior: parameters with their priors, and likelihoods.
///   - samplers: which run, one after the other; each sees what those before it have made.
///   - relevant: the parameters that the analysis is about; others are nuisances, of which nothing need be
///     learned. By default all.
///   - context: seed, workers, stop signal, store and listener.
/// - Throws: `SamplingError`.
public func fit(
  _ posterior: Posterior, by samplers: [any Sampler] = [HamiltonianSampler(), FlowSampler()],
  relevant: [String]? = nil, in context: RunContext = RunContext()
) async throws(SamplingError) -> Fit {
  let sets = try await sample(posterior, by: samplers, in: context)
  var findings = await Findings(
    sets, posterior.space, relevant: relevant ?? posterior.space.free.map(\.name), fit: nil,
    seed: context.seed)
  findings.version = Findings.programVersion
  return Fit(findings: findings, sets: sets, space: posterior.space)
}

/// Runs samplers one after the other.
func sample(
  _ posterior: Posterior, by samplers: [any Sampler], in context: RunContext
) async throws(SamplingError) -> [SampleSet] {
  let improper = posterior.space.improperParameters
  guard improper.isEmpty || samplers.allSatisfy({ $0 is HamiltonianSampler }) else {
    throw .improperPrior(improper)
  }
  var context = context
  for sampler in samplers {
    let begin = ContinuousClock.now
    var made = try await sampler.run(posterior, in: context)
    // The set to be quoted has a time; what comes behind it may have none.
    if made.first?.outcome.seconds == nil, !made.isEmpty {
      made[0].outcome.seconds = (.now - begin) / .seconds(1)
    }
    context.earlier += made
  }
  return context.earlier
}
