import Cosmology
import Foundation
public import Inference
import Samplers

extension Findings {
  /// The findings on a posterior.
  ///
  /// - Parameters:
  ///   - sets: the samplers' draws, the reference first.
  ///   - space: the parameters with their priors.
  ///   - relevant: the parameters of interest; others are nuisances.
  ///   - fit: whether the best fit suits the data; nil if there are no data to fit.
  ///   - seed: for the comparison of two sets.
  ///   - further: what else the draws to be quoted show.
  init(
    _ sets: [SampleSet], _ space: ParameterSpace, relevant: [String], fit: GoodnessOfFit?,
    seed: Seed, further: ([Chain]) -> [Verdict.Witness] = { _ in [] }
  ) async {
    self.init()
    let reference = sets.reference
    flow = sets.lazy.compactMap { $0.details as? FlowFindings }.first
    let quotable = await QuotableSet.all(sets)
    func summary(of set: SampleSet) -> PosteriorSummary {
      quotable.first { $0.root == set.root }?.draws.summary
        ?? ComparedDraws(set.chains, isWeighted: set.kind != .chains).summary
    }
    chains = reference.map(summary)
    let verdict = await Verdict(
      sets, quotable, space, relevant: relevant, fit: fit, seed: seed, further: further)
    self.verdict = verdict
    if let quoted = sets.first(where: { $0.root == verdict.quoted }) ?? reference ?? sets.first {
      posterior = summary(of: quoted)
    }

    failedGates = verdict.witnesses.filter { [.failed, .fatal].contains($0.finding) }
      .map(\.sentence)
    warnings = verdict.objections.map { witness in
      witness.sentence + (witness.advice.map { "; \($0)" } ?? "")
    }
    warnings += verdict.witnesses.filter { $0.finding == .noted }.map(\.sentence)
    if let chains { warnings += Self.saturation(chains) }
    warnings += (flow?.trainingNotes ?? []).map { "the flow's training: \($0)" }
    warnings += (flow?.exact?.failedGates ?? []).map { "the chains behind the flow: \($0)" }

    for set in sets where set.outcome != SamplerOutcome() { outcomes[set.root] = set.outcome }
    samples = sets.map {
      Samples(root: $0.root, title: $0.title, isWeighted: $0.kind == .weighted)
    }
  }

  /// The findings of a run.
  ///
  /// - Parameters:
  ///   - problem: what was sampled.
  ///   - sets: the samplers' draws, the reference first.
  public init(_ problem: Problem, _ sets: [SampleSet]) async {
    let (analysis, space) = (problem.analysis, problem.posterior.space)
    let draw = Self.bestDraw(sets.filter { $0.kind != .raw }.flatMap(\.chains), problem)
    let best = draw.flatMap { try? problem.bestFit(from: $0.parameters) }
    await self.init(
      sets, space, relevant: problem.relevantParameters, fit: best?.goodness,
      seed: Seed(analysis.seed)
    ) { chains in
      problem.joint.map { SoundHorizonFit($0.model, space).witnesses(chains) } ?? []
    }
    bestDraw = draw
    bestFit = best
    data = problem.catalogs.first.map { Data($0) }
    data?.notes += problem.notes
    probes = best.flatMap { problem.probes(at: $0) }
    againstStandardModel = best.flatMap { problem.againstStandardModel($0) }
    if let quoted = sets.first(where: { $0.root == verdict?.quoted }) {
      pivot = Pivot(quoted.chains)
      if let values = problem.lambdaCDM, againstStandardModel != nil {
        againstStandardModel?.savageDickey = await SavageDickey(
          ComparedDraws(quoted.chains, isWeighted: quoted.kind == .weighted), of: problem.posterior,
          at: values)
      }
    }
    model = Model(
      name: analysis.theory.model, distance: analysis.theory.distance.rawValue,
      radiation: analysis.theory.radiation.density, offset: problem.offset.rawValue,
      likelihood: problem.method, parameters: space.parameters,
      requirements: space.requirements.isEmpty ? nil : space.requirements,
      derived: analysis.derived.isEmpty ? nil : analysis.derived,
      jointPriors: space.jointPriors.isEmpty
        ? nil : space.jointPriors.map { $0.words { "\($0)" } })
    sampler = Settings(analysis, seconds: sets.reference?.outcome.seconds ?? 0)
  }

  private static func bestDraw(_ chains: [Chain], _ problem: Problem) -> BestDraw? {
    guard
      let chain = chains.max(by: {
        ($0.bestDraw?.logDensity ?? -.infinity) < ($1.bestDraw?.logDensity ?? -.infinity)
      }),
      let best = chain.bestDraw
    else { return nil }
    let space = problem.posterior.space
    let parameters = space.values(best.values, of: chain.columns.map(\.name))
    let goodness = problem.likelihood.goodness(at: parameters, freeCount: space.dimension)
    return BestDraw(
      parameters: parameters, chiSquared: goodness.chiSquared,
      degreesOfFreedom: goodness.degreesOfFreedom)
  }

  private static func saturation(_ summary: PosteriorSummary) -> [String] {
    guard summary.saturatedTreeCount > 0 else { return [] }
    return [
      "\(summary.saturatedTreeCount) of \(summary.drawCount) trees reached the maximum depth: slow sampling, not a wrong result"
    ]
  }
}

extension Findings.Settings {
  /// The settings of the chains; zeros where none run.
  fileprivate init(_ analysis: Analysis, seconds: Double) {
    let names = analysis.samplers.map { type(of: $0).name }
    let chains = analysis.samplers.lazy.compactMap { $0 as? HamiltonianSampler }.first
    let map = analysis.samplers.lazy.compactMap { $0 as? TransportSampler }.first
    self.init(
      name: names == ["hmc", "nhf"] ? "both" : names.joined(separator: "+"),
      chains: chains?.chains ?? map?.chains ?? 0,
      draws: chains?.draws ?? map?.draws ?? 0,
      warmUp: chains?.warmUp ?? 0, seed: analysis.seed, seconds: seconds)
  }
}
