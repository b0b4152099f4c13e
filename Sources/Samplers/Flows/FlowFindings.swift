import Foundation
public import Inference

/// The summary of a flow.
public struct FlowFindings: Sendable, Codable {
  /// Flow and training.
  public var preset: String
  /// The coordinates that it worked in.
  public var coordinates: String
  /// The total time, and of that the time for the coordinates, unless another sampler has fitted them, and for the
  /// training since it was last resumed.
  public var seconds, fitSeconds, trainingSeconds: Double
  /// The number of steps of the training.
  public var trainingSteps: Int
  /// Problems in training that were recovered from, in sentences.
  public var trainingNotes: [String]
  /// The number of likelihood calls for coordinates, training and draws.
  public var likelihoodCalls: Int
  /// The efficiency of the weights of all draws, of the flow's own, and of N(0, I) in the coordinates,
  /// 0 to 1.
  public var efficiency, flowEfficiency, coordinatesEfficiency: Double
  /// That of the normal density at the mode, if there is one.
  public var laplaceEfficiency: Double?
  /// The forward efficiency, at the draws of the chains, if there were any.
  public var forwardEfficiency: Double?
  /// k-hat, and its limit for so many draws.
  public var paretoShape, paretoThreshold: Double
  /// The largest w/Z of all draws, and of those of the wide density.
  public var largestWeight, largestDefensiveWeight: Double
  /// ln Z with its standard error.
  public var logEvidence, logEvidenceError: Double
  /// ELBO ≤ ln Z.
  public var evidenceLowerBound: Double
  /// The mean log weight at draws of the chains, at least ln Z.
  public var evidenceUpperBound: Double?
  /// The verdict on the weighted draws, in a word.
  public var grade: String
  /// The objections to them, in sentences.
  public var reasons: [String]
  /// The flow's own draws as they come, and all draws with their weights.
  public var raw, weighted: WeightedSummary
  /// The chains behind the flow, if they ran.
  public var exact: PosteriorSummary?

  /// The findings on a flow.
  init(_ posterior: FlowPosterior, preset: FlowPreset, seconds: Double) {
    self.preset = preset.rawValue
    coordinates = posterior.coordinates.rawValue
    self.seconds = seconds
    fitSeconds = posterior.fitDuration / .seconds(1)
    trainingSeconds = posterior.trainingDuration / .seconds(1)
    trainingSteps = posterior.training.step
    trainingNotes = posterior.training.notes
    likelihoodCalls =
      posterior.fit.evaluationCount + posterior.draws.logWeights.count
      + posterior.training.step * posterior.settings.batchSize
      + posterior.training.records.count * posterior.settings.heldOutCount
    let weights = posterior.weights
    efficiency = weights.efficiency
    flowEfficiency = posterior.flowWeights.efficiency
    coordinatesEfficiency = posterior.untrained.efficiency
    laplaceEfficiency = posterior.laplace?.efficiency
    forwardEfficiency = posterior.forward?.efficiency
    (paretoShape, paretoThreshold) = (weights.paretoShape, weights.paretoThreshold)
    largestWeight = weights.largestRelativeWeight
    largestDefensiveWeight = posterior.largestDefensiveWeight
    logEvidence = posterior.evidence.logEvidence
    logEvidenceError = posterior.evidence.standardError
    evidenceLowerBound = posterior.evidenceLowerBound
    evidenceUpperBound = posterior.evidenceUpperBound
    grade = posterior.verdict.grade.description
    reasons = posterior.verdict.sentences
    raw = WeightedSummary(posterior.raw)
    weighted = WeightedSummary(posterior.weighted)
    exact = posterior.exact.isEmpty ? nil : PosteriorSummary(posterior.exact)
  }

  /// Whether the weighted draws are not to be used.
  public var isRejected: Bool { grade == ImportanceVerdict.Grade.rejected.description }

  /// The verdict in a sentence.
  public var verdict: String {
    reasons.isEmpty ? grade : "\(grade): \(reasons.joined(separator: "; "))"
  }

  var outcome: SamplerOutcome {
    SamplerOutcome(
      seconds: seconds, likelihoodCalls: Double(likelihoodCalls), logEvidence: logEvidence,
      logEvidenceError: logEvidenceError, shape: paretoShape, verdict: verdict,
      isAccepted: !isRejected, efficiency: efficiency, forwardEfficiency: forwardEfficiency)
  }
}

extension FlowFindings {
  /// The facts for the printed result.
  var facts: [SampleSet.Fact] {
    func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
    var efficiencies =
      "efficiency \(percent(efficiency)), flow component alone \(percent(flowEfficiency))"
    if let forwardEfficiency {
      efficiencies += ", forward \(percent(forwardEfficiency)) (HMC draws)"
    }
    var reference =
      "\(coordinates) coordinates without the flow \(percent(coordinatesEfficiency))"
    if let laplaceEfficiency {
      reference += ", normal approximation at the mode \(percent(laplaceEfficiency))"
    }
    var evidence = String(
      format: "%.4f ± %.4f, at least %.4f", logEvidence, logEvidenceError, evidenceLowerBound)
    if let evidenceUpperBound {
      evidence += String(format: " (ELBO) and at most %.4f (HMC)", evidenceUpperBound)
    } else {
      evidence += " (ELBO)"
    }
    var weights = String(
      format:
        "k-hat %.2f (limit %.2f), largest weight %.1f × mean (wide component %.1f ×)",
      paretoShape, paretoThreshold, largestWeight, largestDefensiveWeight)
    if reasons.isEmpty, paretoShape > paretoThreshold {
      weights += "; weights nearly equal: k-hat not informative"
    }
    let times = String(
      format:
        "%d steps in %.2f s; %.2f s and %d likelihood calls in total",
      trainingSteps, trainingSeconds, seconds, likelihoodCalls)
    return [
      ("flow", efficiencies), ("reference", reference), ("ln Z", evidence), ("weights", weights),
      ("training", times), ("weights are", verdict),
    ]
  }
}
