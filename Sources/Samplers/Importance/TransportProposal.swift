public import Inference
import RealModule

/// A posterior with draws of a fitted map as proposals, for a few evaluations a draw: with importance
/// weights, which give the evidence as well, or in chains.
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
  /// Map and wide density, of which the weighted draws are made.
  public let proposal: DefensiveMixture<TransportMap>

  /// A density with what is drawn for it.
  public init(_ density: any LogDensity, _ proposal: DefensiveMixture<TransportMap>) {
    precondition(
      density.dimension == proposal.dimension,
      "a proposal of \(proposal.dimension) for \(density.dimension) dimensions")
    self.density = density
    self.proposal = proposal
  }

  /// A density with a map fitted to it and its wide density.
  public init(
    _ density: any LogDensity, _ fit: TransportMapFitter.Result, wideShare: Double = 0.02
  ) {
    self.init(
      density, DefensiveMixture(fit.map, wide: fit.wide, wideShare: wideShare))
  }

  /// Weighted draws.
  public struct WeightedDraws: Sendable {
    /// The draws, with weights w/Z, of mean 1.
    public let chain: Chain
    /// The weights and what they say.
    public let weights: ImportanceWeights
    /// The largest share of all weight that one draw has, and the share that the draws of the wide
    /// density have; the latter should not be far above the share of draws.
    public let largestShare, wideShare: Double
  }

  /// Draws independently, one evaluation each, on all cores; the same bits whatever their number.
  ///
  /// - Throws: `SamplingError.stopped` if it was told to stop.
  public func importanceDraws(
    count: Int, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> WeightedDraws {
    precondition(count >= 1, "\(count) draws")
    let (density, proposal, seed) = (density, proposal, context.seed)
    let draws = try await context.tiles(count, during: "the weighted draws") { tile, range in
      var generator = seed.stream("importance draws", tile)
      var (point, gradient) = (
        [Double](repeating: 0, count: density.dimension),
        [Double](repeating: 0, count: density.dimension)
      )
      return range.map { index in
        var span = point.mutableSpan
        proposal.sample(wide: proposal.isWide(index), into: &span, using: &generator)
        var slopes = gradient.mutableSpan
        let value = density.logDensity(at: point.span, gradient: &slopes)
        // A map may throw a draw beyond all numbers, where a density has nothing.
        guard value.isFinite, point.allSatisfy(\.isFinite) else {
          return Draw(point, value: -.infinity, logWeight: -.infinity)
        }
        return Draw(
          point, value: value, logWeight: value - proposal.logDensity(at: point.span))
      }
    }
    let weights = ImportanceWeights(draws.map(\.logWeight))
    var chain = Chain(columns: density.columns, statistics: [.coordinateLogDensity])
    var wideSum = 0.0
    for (index, draw) in draws.enumerated() {
      let weight = weights.normalised[index] * Double(count)
      let record = density.draw(at: draw.point, logDensity: draw.value)
      chain.append(
        record.values, logDensity: record.logDensity, weight: weight, noted: [draw.value])
      if proposal.isWide(index) { wideSum += weights.normalised[index] }
    }
    return WeightedDraws(
      chain: chain, weights: weights,
      largestShare: weights.normalised.reduce(0, max), wideShare: wideSum)
  }

  private struct Draw: Sendable {
    let point: [Double]
    let value, logWeight: Double

    init(_ point: [Double], value: Double, logWeight: Double) {
      (self.point, self.value, self.logWeight) = (point, value, logWeight)
    }
  }

  /// The log weights of the proposal at points of the density, such as draws of a chain in its own
  /// coordinates.
  public func logWeights(at points: [[Double]]) -> [Double] {
    points.map {
      density.logDensityAndGradient(at: $0).logDensity - proposal.logDensity(at: $0.span)
    }
  }
}
