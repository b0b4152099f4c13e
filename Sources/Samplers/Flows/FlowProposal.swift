public import Inference
import RealModule

/// Draws of a flow and a few of a wide density, weighted to be exact for a target.
///
/// Positions and momenta come from (1 − ε) M(x, p) + ε d(x) r(p | x), and every draw, from either part,
/// has the weight of the whole mixture (the balance heuristic of Veach & Guibas 1995): w = π(x) r(p |
/// x) / [(1 − ε) M(x, p) + ε d(x) r(p | x)]. Its mean is the evidence, and it is at most π / (ε d),
/// whatever the flow does (Owen & Zhou 2000).
public struct FlowProposal: Sendable {
  /// The target in the flow's coordinates.
  public let target: TransformedDensity
  /// The flow, in these coordinates.
  public let flow: NeuralHamiltonianFlow
  /// d, a density of points, not of coordinates.
  public let wide: ProposalMixture
  /// ε, 0 or more and below 1.
  public let share: Double

  /// A mixture of a flow and a wide density.
  public init(
    _ target: TransformedDensity, flow: NeuralHamiltonianFlow,
    wide: ProposalMixture, share: Double
  ) {
    precondition(share >= 0 && share < 1, "a defensive share of \(share)")
    self.target = target
    self.flow = flow
    self.wide = wide
    self.share = share
  }

  /// Weighted draws.
  public struct Draws: Sendable {
    /// The coordinates x of each draw.
    public let coordinates: [[Double]]
    /// The log density of the target there.
    public let logDensities: [Double]
    /// log w of each draw.
    public let logWeights: [Double]
    /// The flow's density over the mixture's at each draw, with a mean of 1.
    public let controls: [Double]
    /// How many of the first draws are the flow's; the others are the wide density's.
    public let flowCount: Int

    /// log w without the wide density; infinite where the flow has no density.
    public var logFlowWeights: [Double] { zip(logWeights, controls).map { $0 - .log($1) } }
  }

  /// Draws from the mixture: first the flow's, then the wide density's.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: one value of the density for each draw.
  public func sample(
    _ count: Int, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> Draws {
    let wideCount = Int((share * Double(count)).rounded())
    let map = HamiltonianMap(flow)
    let flowDraws = try await map.sample(count - wideCount, in: context)
    var generator = context.seed.stream("wide")
    var positions: [Double] = []
    for _ in 0..<wideCount {
      var point = [Double](repeating: 0, count: wide.dimension)
      var span = point.mutableSpan
      wide.sample(into: &span, using: &generator)
      positions += target.map.coordinates(of: point).coordinates
    }
    let wideDraws = try await map.drawFinalMomenta(at: positions, in: context)
    let rows = try await weigh(flowDraws, context) + weigh(wideDraws, context)
    return Draws(rows, flowCount: count - wideCount)
  }

  /// What chains record of draws: values and their log density, as the target has them.
  func records(
    of draws: Draws, in context: RunContext
  ) async throws(SamplingError) -> [(values: [Double], logDensity: Double)] {
    let target = target
    return try await context.tiles(
      draws.logDensities.count, during: "the draws of the flow"
    ) { _, range in
      range.map { target.draw(at: draws.coordinates[$0], logDensity: draws.logDensities[$0]) }
    }
  }

  /// Weights at points drawn from the target by another sampler, with momenta from r.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func weigh(
    points: [[Double]], in context: RunContext = RunContext()
  ) async throws(SamplingError) -> Draws {
    let positions = points.flatMap { target.map.coordinates(of: $0).coordinates }
    let draws = try await HamiltonianMap(flow).drawFinalMomenta(
      at: positions, "forward", in: context)
    return Draws(try await weigh(draws, context), flowCount: points.count)
  }

  fileprivate struct Row: Sendable {
    let coordinates: [Double]
    let logDensity, logWeight, control: Double
  }

  private func weigh(
    _ draws: FlowDraws, _ context: RunContext
  ) async throws(SamplingError) -> [Row] {
    try await context.tiles(draws.logFlow.count, during: "the draws of the flow") { _, range in
      rows(of: draws, range)
    }
  }

  /// Draws of the flow and of the wide density with their weights, on this thread.
  func weigh(_ draws: FlowDraws, _ wideDraws: FlowDraws) -> Draws {
    let (own, other) = (draws.logFlow.indices, wideDraws.logFlow.indices)
    return Draws(rows(of: draws, own) + rows(of: wideDraws, other), flowCount: own.count)
  }

  private func rows(of draws: FlowDraws, _ range: Range<Int>) -> [Row] {
    let dimension = flow.dimension
    let positions = draws.points.positions.span.extracting(
      range.lowerBound * dimension..<range.upperBound * dimension)
    let (points, logJacobians) = target.map.points(at: positions)
    let values = target.density.finiteLogDensities(at: points.span)
    let wideValues = share == 0 ? [] : wide.logDensities(at: points.span)
    return range.map { n in
      let place = n - range.lowerBound
      let value = values[place] + logJacobians[place]
      let logMomentum = draws.logFinalMomentum[n]
      let ofFlow = Double.log(1 - share) + draws.logFlow[n]
      let ofWide =
        share == 0
        ? -Double.infinity
        : Double.log(share) + wideValues[place] + logJacobians[place] + logMomentum
      let mixture = logSum(ofFlow, ofWide)
      let logWeight = value + logMomentum - mixture
      let control = Double.exp(draws.logFlow[n] - mixture)
      return Row(
        coordinates: Array(draws.points.positions[n * dimension..<(n + 1) * dimension]),
        logDensity: value,
        logWeight: logWeight < .infinity ? logWeight : -.infinity,
        control: control.isFinite ? control : 0)
    }
  }
}

extension FlowProposal.Draws {
  fileprivate init(_ rows: [FlowProposal.Row], flowCount: Int) {
    self.init(
      coordinates: rows.map(\.coordinates), logDensities: rows.map(\.logDensity),
      logWeights: rows.map(\.logWeight), controls: rows.map(\.control), flowCount: flowCount)
  }
}
