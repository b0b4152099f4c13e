import Foundation
import Inference
import Reports
import Samplers

/// The part of `fit` that is the map's: fits it, draws with weights for the evidence, and runs chains
/// through it.
struct MapRun {
  let command: FitCommand
  /// The posterior in coordinates in which its prior is N(0, I).
  let posterior: Posterior
  /// Where the chains are kept while they grow.
  let store: ChainFiles

  /// - Throws: `ExitCode` if it was told to stop before it was done.
  func run(_ stop: StopRequest) async throws -> MapOutcome {
    let clock = ContinuousClock()
    let begin = clock.now
    let fit = try await TransportMapFitter(seed: command.seed).fit(posterior)
    let sampler = MapSampler(posterior, fit, seed: command.seed)
    let draws = await sampler.importanceDraws(count: command.flow.nhfDraws)
    let lines = command.quiet ? nil : ProgressLines(chainCount: command.chains)
    defer { lines?.finish() }
    let chains = try await sampler.chains(
      count: command.chains, drawCount: command.draws, store: store,
      unless: { stop.isRequested }, progress: { lines?.update($0) })
    lines?.finish()
    try stop.check(chains, against: command.draws)
    let seconds = (clock.now - begin) / .seconds(1)

    let weights = draws.weights
    let verdict = ImportanceVerdict(weights)
    let calls = chains.reduce(0) { $0 + ($1.statistics[.leapfrogSteps] ?? []).reduce(0, +) }
    let total = fit.evaluationCount + weights.count + Int(calls)
    return MapOutcome(
      chains: chains, seconds: seconds,
      record: RunRecord.Outcome(
        seconds: seconds, likelihoodCalls: calls, logEvidence: weights.logEvidence,
        logEvidenceError: weights.logEvidenceError, shape: weights.paretoShape,
        verdict: verdict.grade.description, isAccepted: verdict.grade != .rejected),
      text: String(
        format: """
          map         weighted draws are worth %.1f %% of independent ones, k-hat %.2f, largest weight %.1f: %@
          ln Z        %.4f ± %.4f
          calls       %d of the likelihood, %d of them for the map
          """, 100 * weights.efficiency, weights.paretoShape, weights.largestRelativeWeight,
        verdict.grade.description, weights.logEvidence, weights.logEvidenceError, total,
        fit.evaluationCount))
  }
}

/// What chains through a fitted map made.
struct MapOutcome {
  let chains: [Chain]
  let seconds: Double
  let record: RunRecord.Outcome
  /// What the map is worth, for people.
  let text: String
}
