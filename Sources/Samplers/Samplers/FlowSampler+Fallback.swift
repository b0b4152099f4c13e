import Inference
import LinearAlgebra

extension FlowSampler {
  /// Runs chains behind the flow, on random streams that no other chains have.
  func exactChains(
    of posterior: FlowPosterior, _ context: RunContext
  ) async throws(SamplingError) -> [Chain] {
    let (flow, name) = (posterior.proposal.flow, "nhf-exact.starts.json")
    let starts = try await chainStarts(posterior, behind: flow, count: 4, context)
    var runner = ChainRunner(warmUpCount: 500, drawCount: 1000, start: .points(starts))
    // With more weighted draws than the stopped run had, they begin elsewhere.
    let known = context.state(
      [[Double]].self, name, orElse: "the chains behind the flow begin again")
    runner.resumes = known == starts
    try? context.store.keep(starts, name)
    return try await runner.run(
      NeutraDensity(posterior.proposal.target, behind: flow), root: "nhf-exact",
      title: "NHF, exact", in: context.child("behind the flow"))
  }

  /// Where chains behind a flow begin: at weighted draws, in equal steps of weight along the coordinate
  /// in which they spread most. What the flow has missed, the wide draws may have found: a second
  /// mode with a quarter of the weight has a chain of its own, and R-hat detects it.
  private func chainStarts(
    _ posterior: FlowPosterior, behind flow: NeuralHamiltonianFlow, count: Int,
    _ context: RunContext
  ) async throws(SamplingError) -> [[Double]] {
    let weights = posterior.weights.normalised
    let points = posterior.draws.coordinates
    let dimension = flow.dimension
    guard
      let variances = WeightedPoints(points.flatMap(\.self), weights: weights, dimension: dimension)
        .frame?.covariance.diagonal,
      let widest = variances.indices.max(by: { variances[$0] < variances[$1] })
    else { return [] }
    let order = points.indices.filter { weights[$0] > 0 }
      .sorted { points[$0][widest] < points[$1][widest] }
    let chosen = systematicResample(order.map { weights[$0] }, count: count, start: 0.5)
      .flatMap { points[order[$0]] }
    let map = HamiltonianMap(flow)
    let ends = try await map.drawFinalMomenta(at: chosen, "fallback", in: context).points
    let base = try await map.inverse(ends, in: context)
    return stride(from: 0, to: chosen.count, by: dimension).map { first in
      Array(base.positions[first..<first + dimension] + base.momenta[first..<first + dimension])
    }
  }
}
