public import Inference
public import Samplers

/// The samplers' results for a posterior, with the verdict.
public struct Fit: Sendable {
  /// The record of the results, with the verdict.
  public let findings: Findings
  /// The sets of draws, in the order in which they were made.
  public let sets: [SampleSet]
  /// The posterior.
  public let posterior: Posterior

  /// The parameters with their priors.
  public var space: ParameterSpace { posterior.space }

  /// The set that the verdict says to quote; nil if no result can be trusted.
  public var quoted: SampleSet? { sets.first { $0.root == findings.verdict?.quoted } }

  /// Means, deviations and quantiles from the quoted draws, or from the best available.
  public var summary: PosteriorSummary? { findings.posterior }

  /// ln Z with its standard error, from the set with the smallest; nil if no sampler estimates it.
  public var logEvidence: (value: Double, error: Double)? {
    sets.compactMap { set in
      set.outcome.logEvidence.flatMap { value in
        set.outcome.logEvidenceError.map { (value: value, error: $0) }
      }
    }.min { $0.error < $1.error }
  }
}

/// Samples a posterior with several samplers, which check each other, and assesses the results: what
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
///   - samplers: run in sequence; each has the output of those before it.
///   - relevant: the parameters of interest; others are nuisances, about which nothing need be
///     learned. By default all.
///   - context: seed, workers, stop signal, store and receiver of events.
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
  return Fit(findings: findings, sets: sets, posterior: posterior)
}

/// Runs samplers in sequence.
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
    // The set to be quoted has a time; sets derived from it may have none.
    if made.first?.outcome.seconds == nil, !made.isEmpty {
      made[0].outcome.seconds = (.now - begin) / .seconds(1)
    }
    context.earlier += made
  }
  return context.earlier
}
