import Inference
import Reports
import Samplers

/// What `summary.json` says of a flow.
struct FlowRecord: Encodable {
  var preset: String
  var coordinates: String
  /// All of it, and of that the coordinates and the training since it was last resumed.
  var seconds, fitSeconds, trainingSeconds: Double
  var trainingSteps: Int
  var trainingNotes: [String]
  /// How often the likelihood was asked for coordinates, training and draws.
  var likelihoodCalls: Int
  /// Of all draws, of the flow's own, of N(0, I) in the coordinates, and of the normal density at the
  /// mode.
  var efficiency, flowEfficiency, coordinatesEfficiency: Double
  var laplaceEfficiency: Double?
  /// At the draws of the chains.
  var forwardEfficiency: Double?
  var paretoShape, paretoThreshold: Double
  var largestWeight, largestDefensiveWeight: Double
  var logEvidence, logEvidenceError: Double
  /// ELBO ≤ ln Z ≤ the mean log weight at draws of the chains.
  var evidenceLowerBound: Double
  var evidenceUpperBound: Double?
  var grade: String
  var reasons: [String]
  var raw, weighted: WeightedSummary
  var exact: PosteriorSummary?

  init(
    _ posterior: FlowPosterior, preset: FlowPreset, training: FlowTraining?,
    seconds: Double
  ) {
    self.preset = preset.rawValue
    coordinates = posterior.coordinates.rawValue
    self.seconds = seconds
    fitSeconds = posterior.fitDuration / .seconds(1)
    trainingSeconds = posterior.trainingDuration / .seconds(1)
    trainingSteps = posterior.training.step
    trainingNotes = posterior.training.notes
    likelihoodCalls =
      posterior.fit.evaluationCount + posterior.draws.logWeights.count
      + posterior.training.step * (training?.batchSize ?? 0)
      + posterior.training.records.count * (training?.heldOutCount ?? 0)
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

  var isRejected: Bool { grade == ImportanceVerdict.Grade.rejected.description }

  /// The verdict in a sentence.
  var verdict: String {
    reasons.isEmpty ? grade : "\(grade): \(reasons.joined(separator: "; "))"
  }

  var outcome: RunRecord.Outcome {
    RunRecord.Outcome(
      seconds: seconds, likelihoodCalls: Double(likelihoodCalls), logEvidence: logEvidence,
      logEvidenceError: logEvidenceError, shape: paretoShape, verdict: verdict,
      isAccepted: !isRejected)
  }
}
