import Cosmology
import Foundation
public import Inference
import Samplers

extension Findings {
  /// What a run has found.
  ///
  /// - Parameters:
  ///   - problem: what was sampled.
  ///   - sets: what the samplers have made, the reference first.
  public init(_ problem: Problem, _ sets: [SampleSet]) {
    self.init()
    let (analysis, space) = (problem.analysis, problem.posterior.space)
    let reference = sets.reference
    flow = sets.lazy.compactMap { $0.details as? FlowFindings }.first
    posterior = reference.map { PosteriorSummary($0.chains) }
    let draws = (reference ?? sets.first)?.chains ?? []
    // Draws of a rejected flow are none to judge a result by.
    let canBeJudged = reference != nil || sets.first?.outcome.isAccepted == true
    bestDraw = Self.bestDraw(draws, problem)

    failedGates = posterior?.failedGates ?? []
    if let bestDraw, canBeJudged { failedGates += Self.failures(bestDraw, draws, space) }
    warnings = failedGates
    if let bestDraw, canBeJudged { warnings += Self.unusual(bestDraw) }
    if let posterior, let reference { warnings += Self.sentences(posterior, reference.chains) }
    warnings += (flow?.reasons ?? []).map { "the flow: \($0)" }
    warnings += (flow?.trainingNotes ?? []).map { "the flow's training: \($0)" }
    warnings += (flow?.exact?.failedGates ?? []).map { "the chains behind the flow: \($0)" }

    data = Data(problem.catalog)
    model = Model(
      name: analysis.theory.model, distance: analysis.theory.distance.rawValue,
      radiation: analysis.theory.radiation.density, offset: problem.offset.rawValue,
      likelihood: problem.method, parameters: space.parameters)
    sampler = Settings(analysis, seconds: reference?.outcome.seconds ?? 0)
    for set in sets where set.outcome != SamplerOutcome() { outcomes[set.root] = set.outcome }
    samples = sets.map {
      Samples(root: $0.root, title: $0.title, isWeighted: $0.kind == .weighted)
    }
  }

  private static func bestDraw(_ chains: [Chain], _ problem: Problem) -> BestDraw? {
    guard
      let chain = chains.max(by: {
        ($0.bestDraw?.logDensity ?? -.infinity) < ($1.bestDraw?.logDensity ?? -.infinity)
      }),
      let best = chain.bestDraw
    else { return nil }
    let space = problem.posterior.space
    let parameters = space.values(best.values, of: space.free.map(\.name))
    let goodness = problem.likelihood.goodness(at: parameters, freeCount: space.dimension)
    return BestDraw(
      parameters: parameters, chiSquared: goodness.chiSquared,
      degreesOfFreedom: goodness.degreesOfFreedom)
  }

  // MARK: What a careful reader would want to be told

  private static func sentences(_ summary: PosteriorSummary, _ chains: [Chain]) -> [String] {
    divergences(summary) + saturation(summary) + edges(summary, chains.first?.columns ?? [])
  }

  /// What makes a result meaningless, however good its draws: a χ² that does not belong to its degrees
  /// of freedom, a posterior that is its prior.
  private static func failures(
    _ best: BestDraw, _ draws: [Chain], _ space: ParameterSpace
  ) -> [String] {
    var failures = best.goodness.grade == .meaningless ? [best.goodness.sentence ?? ""] : []
    let information = InformationGain(draws, from: space)
    if information.isNothing {
      let names = space.free.map(\.name).joined(separator: ", ")
      failures.append(
        String(
          format: "the posterior is the prior: the data tell nothing of %@ (%.1g nats)", names,
          information.nats))
    }
    return failures
  }

  /// A χ² that is only unusual.
  private static func unusual(_ best: BestDraw) -> [String] {
    best.goodness.grade == .unusual ? [best.goodness.sentence].compactMap { $0 } : []
  }

  private static func divergences(_ summary: PosteriorSummary) -> [String] {
    guard summary.divergenceCount > 0 else { return [] }
    let coordinates = summary.parameters.count <= 4 ? "--coordinates map" : "--coordinates whitened"
    return [
      "chains that diverge miss where the posterior bends or tapers; \(coordinates) or --target-acceptance 0.97 may get them there"
    ]
  }

  private static func saturation(_ summary: PosteriorSummary) -> [String] {
    guard summary.saturatedTreeCount > 0 else { return [] }
    return [
      "\(summary.saturatedTreeCount) of \(summary.drawCount) trees reached the largest depth; the sampler is slow here, not wrong"
    ]
  }

  /// Posteriors whose central 95 % come within a hundredth of the prior's width of its edge.
  private static func edges(_ summary: PosteriorSummary, _ columns: [Chain.Column]) -> [String] {
    zip(summary.parameters, columns).flatMap { parameter, column -> [String] in
      let margin = 0.01 * (column.upperBound - column.lowerBound)
      guard margin.isFinite, let low = parameter.quantiles.first,
        let high = parameter.quantiles.last
      else { return [] }
      var edges: [Double] = []
      if low < column.lowerBound + margin { edges.append(column.lowerBound) }
      if high > column.upperBound - margin { edges.append(column.upperBound) }
      return edges.map {
        String(format: "the posterior of %@ reaches the edge of its prior at %g", column.name, $0)
      }
    }
  }
}

extension Findings.BestDraw {
  fileprivate var goodness: GoodnessOfFit {
    GoodnessOfFit(chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom)
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
