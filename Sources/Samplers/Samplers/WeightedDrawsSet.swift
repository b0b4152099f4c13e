import Foundation
import Inference

/// Weighted draws of fitted maps as a set of a run, with reverse and forward efficiencies.
struct WeightedDrawsSet: Sendable {
  /// The set, with the fit as its details.
  let set: SampleSet

  static let root = "weighted"

  /// Draws with weights, compared with those of the first map alone.
  ///
  /// - Parameters:
  ///   - target: the posterior.
  ///   - fit: its maps.
  ///   - count: how many draws.
  ///   - chains: draws of chains, for the forward efficiency; may be empty.
  ///   - seconds: the time that the fit took.
  init(
    _ target: SamplingTarget, _ fit: TransportMapFit, count: Int, chains: [Chain], seconds: Double,
    in context: RunContext
  ) async throws(SamplingError) {
    let begin = ContinuousClock.now
    let points = try await target.points(of: chains, in: context)
    let first = try await TransportProposal(target.density, fit).weights(
      of: fit.firstMap, count: min(count, 4000), "the first map", in: context)
    var (fit, attempt) = (fit, try await ProposalTrial(target, fit, count, points, in: context))
    // Every other draw of the chains shows what is missed; the rest judge the proposals that have it.
    let halves = [0, 1].map { half in
      stride(from: half, to: points.count, by: 2).map { points[$0] }
    }
    for number in 1...3 {
      guard let wider = try await attempt.wider(target, fit, by: halves[0], in: context) else {
        break
      }
      fit.proposal = wider
      attempt = try await ProposalTrial(
        target, fit, count, halves[1], in: context.child("wider \(number)"))
    }
    let (draws, forward) = (attempt.draws, attempt.forward)
    let (weights, verdict) = (draws.weights, ImportanceVerdict(draws.weights, forward: forward))
    let findings = MapFindings(
      fit, weights, error: draws.logEvidenceError, first: first.efficiency,
      forward: forward.efficiency,
      from: points.isEmpty ? "wide draws" : "HMC draws")
    let made = (.now - begin) / .seconds(1)
    set = SampleSet(
      root: Self.root, title: "maps, weighted", kind: .weighted, chains: [draws.chain],
      outcome: SamplerOutcome(
        seconds: seconds + made, likelihoodCalls: Double(fit.evaluationCount + weights.count),
        logEvidence: weights.logEvidence, logEvidenceError: draws.logEvidenceError,
        shape: weights.paretoShape, verdict: "\(verdict)",
        isAccepted: verdict.grade != .rejected, efficiency: weights.efficiency,
        forwardEfficiency: forward.efficiency, isComplete: fit.completeness?.isShown),
      facts: findings.facts, details: fit)
  }
}

/// The efficiencies of the maps of a fit.
struct MapFindings {
  let fit: TransportMapFit
  let weights: ImportanceWeights
  /// The standard error of ln Z.
  let error: Double
  /// The efficiency of the first map alone, and the forward efficiency of all.
  let first, forward: Double
  /// Whose draws represent the posterior.
  let witness: String

  init(
    _ fit: TransportMapFit, _ weights: ImportanceWeights, error: Double, first: Double,
    forward: Double, from witness: String
  ) {
    (self.fit, self.weights, self.error) = (fit, weights, error)
    (self.first, self.forward) = (first, forward)
    self.witness = witness
  }

  /// The facts for the printed result.
  var facts: [SampleSet.Fact] {
    func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
    let efficiency =
      "efficiency \(percent(weights.efficiency)), forward \(percent(forward)) (\(witness)); first map alone \(percent(first))"
    let fitting =
      "\(fit.evaluationCount) likelihood calls for \(fit.maps.reduce(0) { $0 + $1.coefficientCount }) coefficients"
    var modes = "one mode"
    if fit.maps.count > 1 {
      modes =
        "\(fit.maps.count) modes with masses "
        + fit.masses.map { String(format: "%.4g", $0) }.joined(separator: ", ")
    }
    if let completeness = fit.completeness { modes += "; \(completeness.sentence)" }
    return [
      ("maps", efficiency), ("fit", fitting), ("modes", modes),
      ("ln Z", String(format: "%.4f ± %.4f", weights.logEvidence, error)),
    ]
  }
}
