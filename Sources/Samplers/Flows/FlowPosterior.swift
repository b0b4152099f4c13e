public import Inference

/// The result of sampling a posterior with a flow.
public struct FlowPosterior: Sendable {
  /// The trained flow, its coordinates and the wide density.
  public let proposal: FlowProposal
  /// The draws with their weights.
  public let draws: FlowProposal.Draws
  /// Which coordinates were chosen.
  public let coordinates: CoordinateChoice
  /// What the coordinates were fitted to be.
  public let fit: FittedCoordinates.Fit
  /// The training, and its settings.
  public let training: FlowTrainingState, settings: FlowTraining
  /// The weights of all draws.
  public let weights: ImportanceWeights
  /// log Z, with the flow's density as a control variate.
  public let evidence: ControlledEvidence
  /// The weights of the flow's own draws, without the wide density.
  public let flowWeights: ImportanceWeights
  /// The forward weights, at draws of another sampler, if there were any.
  public let forward: ForwardWeights?
  /// The same of the flow alone.
  public let flowForward: ForwardWeights?
  /// The largest w / Z among draws of the wide density, which shows what the flow misses.
  public let largestDefensiveWeight: Double
  /// The weights of the normal approximation at the mode, if there is one.
  public let laplace: ImportanceWeights?
  /// The weights of N(0, I) in the coordinates.
  public let untrained: ImportanceWeights
  /// Whether the weighted draws can be trusted.
  public let verdict: ImportanceVerdict
  /// The time that fitting coordinates and training took, the latter since it was last resumed.
  public internal(set) var fitDuration = Duration.zero, trainingDuration = Duration.zero
  /// Chains of Hamiltonian Monte Carlo behind the flow, if they ran.
  public internal(set) var exact: [Chain] = []

  init(
    proposal: FlowProposal, draws: FlowProposal.Draws,
    records: [(values: [Double], logDensity: Double)],
    forwardDraws: FlowProposal.Draws?, coordinates: CoordinateChoice,
    fit: FittedCoordinates.Fit, training: FlowTrainingState, settings: FlowTraining,
    laplace: ImportanceWeights?,
    untrained: ImportanceWeights
  ) throws(SamplingError) {
    self.proposal = proposal
    self.draws = draws
    self.coordinates = coordinates
    self.fit = fit
    (self.training, self.settings) = (training, settings)
    self.laplace = laplace
    self.untrained = untrained
    weights = ImportanceWeights(draws.logWeights)
    evidence = ControlledEvidence(logWeights: draws.logWeights, controls: draws.controls)
    flowWeights = ImportanceWeights(Array(draws.logFlowWeights[..<draws.flowCount]))
    forward = forwardDraws.map { ForwardWeights(logWeightsOnTargetDraws: $0.logWeights) }
    flowForward = forwardDraws.map { ForwardWeights(logWeightsOnTargetDraws: $0.logFlowWeights) }
    let heaviest = draws.logWeights[draws.flowCount...].max() ?? -.infinity
    largestDefensiveWeight = .exp(heaviest - weights.logEvidence)
    verdict = ImportanceVerdict(weights, forward: forward)
    let smoothed = weights.smoothed
    let most = smoothed.max() ?? 1
    let columns = proposal.target.columns
    var (raw, weighted) = (Chain(columns: columns), Chain(columns: columns))
    for (index, record) in records.enumerated() where draws.logDensities[index] > -.infinity {
      if index < draws.flowCount { try raw.append(checked: record) }
      let weight = smoothed[index] / most
      if weight > 0 {
        try weighted.append(checked: record, weight: weight)
      }
    }
    (self.raw, self.weighted) = (raw, weighted)
  }

  /// ELBO = E_M[log w] ≤ log Z, of the flow's own draws.
  public var evidenceLowerBound: Double { flowWeights.meanLogWeight }

  /// The least of E_π[log w] ≥ log Z with and without the wide density, at draws of another sampler.
  public var evidenceUpperBound: Double? {
    [forward, flowForward].compactMap { $0?.meanLogWeight }.min()
  }

  /// The flow's own draws as they come, all with the weight 1.
  public let raw: Chain
  /// All draws with their weights, Pareto-smoothed where that is needed; the largest is 1.
  public let weighted: Chain

  /// A chain of equal weights by independent Metropolis through the draws, in an order that mixes
  /// those of the flow and of the wide density.
  public func metropolis(seed: Seed) -> Chain {
    var generator = RandomStream(seed: seed, "metropolis")
    let order = draws.logWeights.indices.shuffled(using: &generator)
    let walk = IndependentMetropolis(
      logWeights: order.map { draws.logWeights[$0] }, using: &generator)
    var chain = Chain(columns: proposal.target.columns, statistics: [.acceptance])
    for (step, probability) in zip(walk.path, walk.acceptanceProbabilities) {
      let index = order[step]
      let draw = proposal.target.draw(
        at: draws.coordinates[index], logDensity: draws.logDensities[index])
      chain.append(draw.values, logDensity: draw.logDensity, noted: [probability])
    }
    return chain
  }
}
