public import Inference
import RealModule

/// A posterior with draws of a fitted map as proposals, for a few evaluations per draw: with importance
/// weights, which also give the evidence, or in chains.
///
/// ```swift
/// let context = RunContext(seed: 1)
/// let fit = try await TransportMapFitter().fit(posterior, in: context)
/// let proposal = TransportProposal(posterior, fit)
/// let draws = try await proposal.importanceDraws(count: 20_000, in: context)
/// let verdict = ImportanceVerdict(draws.weights)
/// ```
public struct TransportProposal: Sendable {
  /// The density, in coordinates in which its prior is N(0, I).
  public let density: any LogDensity
  /// The proposal of weighted draws.
  public let proposal: ProposalMixture
  /// The coordinates that chains sample in.
  public let coordinates: FittedCoordinates

  /// A density with maps that are fitted to it.
  public init(_ density: any LogDensity, _ fit: TransportMapFit) {
    precondition(
      density.dimension == fit.proposal.dimension,
      "a proposal of \(fit.proposal.dimension) for \(density.dimension) dimensions")
    (self.density, proposal) = (density, fit.proposal)
    coordinates = fit.coordinates
  }

  /// Weighted draws.
  public struct WeightedDraws: Sendable {
    /// The draws, with weights w/Z, of mean 1 over all of them; those of no weight are left out.
    public let chain: Chain
    /// The weights with their diagnostics.
    public let weights: ImportanceWeights
    /// The largest share of the total weight that one draw has.
    public let largestShare: Double
    /// The standard error of log Z. Each part of the mixture has its share of the draws, so that only the
    /// spread of weights within parts counts.
    public let logEvidenceError: Double
  }

  /// Draws independently, one evaluation each, on all cores; the same bits whatever their number.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func importanceDraws(
    count: Int, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> WeightedDraws {
    precondition(count >= 1, "\(count) draws")
    let density = density
    let draws = try await self.draws(count, from: proposal, "importance draws", in: context)
    let weights = ImportanceWeights(draws.map(\.logWeight))
    let records = try await context.tiles(count, during: "the weighted draws") { _, range in
      draws[range].map { density.draw(at: $0.point, logDensity: $0.value) }
    }
    var chain = Chain(columns: density.columns, statistics: [.coordinateLogDensity])
    // Draws of no density have no values either.
    for (index, record) in records.enumerated() where draws[index].logWeight > -.infinity {
      try chain.append(
        checked: record,
        weight: weights.normalised[index] * Double(count), noted: [draws[index].value])
    }
    let parts = (0..<count).map { proposal.part(of: $0) }
    return WeightedDraws(
      chain: chain, weights: weights, largestShare: weights.normalised.reduce(0, max),
      logEvidenceError: Self.stratifiedError(weights.normalised, parts, proposal.parts.count))
  }

  /// √(Σ (w − w̄ of the part)²) / Σ w; parts with few draws are measured against all.
  private static func stratifiedError(
    _ weights: [Double], _ parts: [Int], _ partCount: Int
  ) -> Double {
    var (sums, counts) = (
      [Double](repeating: 0, count: partCount), [Double](repeating: 0, count: partCount)
    )
    for (weight, part) in zip(weights, parts) {
      sums[part] += weight
      counts[part] += 1
    }
    var sum = 0.0
    for (weight, part) in zip(weights, parts) {
      let count = counts[part]
      let mean = count < 10 ? 1 / Double(weights.count) : sums[part] / count
      // n / (n − 1) makes the variance of few draws right.
      let factor = count < 10 ? 1 : count / (count - 1)
      sum += factor * (weight - mean) * (weight - mean)
    }
    return sum.squareRoot()
  }

  private struct Draw: Sendable {
    let point: [Double]
    let value, logWeight: Double
  }

  /// Draws of a proposal, this or another, with their weights for it.
  private func draws(
    _ count: Int, from other: ProposalMixture, _ purpose: String, in context: RunContext
  ) async throws(SamplingError) -> [Draw] {
    let (density, seed, dimension) = (density, context.seed, density.dimension)
    return try await context.tiles(count, during: "the weighted draws") { tile, range in
      var generator = seed.stream(purpose, tile)
      let points = other.points(range, using: &generator)
      let values = density.finiteLogDensities(at: points.span)
      let own = other.logDensities(at: points.span)
      return values.indices.map { place in
        let point = Array(points[place * dimension..<(place + 1) * dimension])
        // A map may overflow at a draw, where the density vanishes.
        let value = point.allSatisfy(\.isFinite) ? values[place] : -.infinity
        return Draw(
          point: point, value: value,
          logWeight: value > -.infinity ? value - own[place] : -.infinity)
      }
    }
  }

  /// The log weights of the proposal at points of the density, such as draws of a chain in its own
  /// coordinates.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func logWeights(
    at points: [[Double]], in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Double] {
    let (density, proposal) = (density, proposal)
    return try await context.tiles(points.count, during: "the weighted draws") { _, range in
      let own = points[range].flatMap(\.self)
      return zip(density.finiteLogDensities(at: own.span), proposal.logDensities(at: own.span))
        .map { $0 - $1 }
    }
  }

  /// The weights of another proposal, whose draws are not kept.
  func weights(
    of other: ProposalMixture, count: Int, _ purpose: String, in context: RunContext
  ) async throws(SamplingError) -> ImportanceWeights {
    ImportanceWeights(
      try await draws(count, from: other, purpose, in: context).map(\.logWeight))
  }

  /// The forward weights from draws of the wide density of a fit, which find what the proposal misses:
  /// for use where no chains ran.
  func forward(
    _ fit: TransportMapFit, count: Int, in context: RunContext
  ) async throws(SamplingError) -> ForwardWeights {
    let draws = try await draws(count, from: fit.check, "draws of the wide density", in: context)
      .filter { $0.logWeight > -.infinity }
    guard !draws.isEmpty else { return ForwardWeights(logWeightsOnTargetDraws: [-.infinity]) }
    return ForwardWeights(
      logWeights: try await logWeights(at: draws.map(\.point), in: context),
      weights: ImportanceWeights(draws.map(\.logWeight)).normalised)
  }
}
