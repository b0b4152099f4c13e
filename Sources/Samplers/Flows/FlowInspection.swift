import Inference

/// A view of a trained flow in two coordinates: what it has learned.
struct FlowInspection {
  private let target: TransformedDensity
  private let map: HamiltonianMap
  private let draws: FlowProposal.Draws
  private let context: RunContext

  /// The nodes along each side of the grid.
  private static let nodeCount = 81
  /// The grid holds all that is less than this many nats below the peak.
  private static let depth = 12.0
  /// The number of trajectories shown; more would hide each other.
  private static let trajectoryCount = 36

  /// Of a result; the seed is that of the run.
  init(_ result: FlowPosterior, in context: RunContext) {
    target = result.proposal.target
    map = HamiltonianMap(result.proposal.flow)
    draws = result.draws
    self.context = context
  }

  /// The content of the figures, as tables in CSV; empty unless there are two coordinates.
  ///
  /// The potential of the first Hamiltonian and −log posterior on a grid, some draws on their way
  /// through the leapfrog steps, and corr(q_T, q₀), a row for each coordinate of the end.
  func files() async throws(SamplingError) -> [SampleSet.File] {
    guard target.dimension == 2, let box = try await support() else { return [] }
    let (x, y) = (nodes(box[0]), nodes(box[1]))
    let points = x.flatMap { x in y.flatMap { [x, $0] } }
    let potential = try await map.energies(
      ofBlock: 0, at: PhasePoints(positions: points, momenta: points.map { _ in 0 }), in: context
    ).potential
    let surprise = try await negativeLogDensities(x, y)
    let places = try await trajectories().enumerated().flatMap { draw, places in
      places.enumerated().map { [Double(draw), Double($0), $1.x, $1.y] }
    }
    return [
      table(
        "nhf-potential.csv", ["x1", "x2", "potential", "negative_log_posterior"],
        potential.indices.map { [points[2 * $0], points[2 * $0 + 1], potential[$0], surprise[$0]] }),
      table("nhf-trajectories.csv", ["draw", "step", "x1", "x2"], places),
      table("nhf-memory.csv", ["x1", "x2"], try await memory()),
    ]
  }

  private func table(_ name: String, _ columns: [String], _ rows: [[Double]]) -> SampleSet.File {
    let lines =
      [columns.joined(separator: ",")]
      + rows.map { $0.map { "\($0)" }.joined(separator: ",") }
    return (name, lines.joined(separator: "\n") + "\n")
  }

  /// Ranges of both coordinates that hold the support with some room.
  private func support() async throws(SamplingError) -> [ClosedRange<Double>]? {
    let highest = draws.logDensities.max() ?? -.infinity
    let inside = draws.logDensities.indices.filter {
      draws.logDensities[$0] > highest - Self.depth
    }
    guard highest.isFinite, inside.count > 2 else { return nil }
    // Draws end before the support does; a look at a wider grid tells where.
    let wide = (0..<2).map { axis in
      let values = inside.map { draws.coordinates[$0][axis] }
      return widened((values.min() ?? 0)...(values.max() ?? 1), by: 0.5)
    }
    let (x, y) = (nodes(wide[0]), nodes(wide[1]))
    let values = try await negativeLogDensities(x, y)
    let lowest = values.min() ?? 0
    let kept = values.indices.filter { values[$0] < lowest + Self.depth }
    let places = [kept.map { x[$0 / y.count] }, kept.map { y[$0 % y.count] }]
    let ranges = places.map { widened(($0.min() ?? 0)...($0.max() ?? 1), by: 0.05) }
    return ranges.allSatisfy { $0.upperBound > $0.lowerBound } ? ranges : nil
  }

  private func widened(_ range: ClosedRange<Double>, by share: Double) -> ClosedRange<Double> {
    let room = share * (range.upperBound - range.lowerBound)
    return range.lowerBound - room...range.upperBound + room
  }

  private func nodes(_ range: ClosedRange<Double>) -> [Double] {
    let last = Self.nodeCount - 1
    let length = range.upperBound - range.lowerBound
    return (0...last).map { range.lowerBound + length * Double($0) / Double(last) }
  }

  private func negativeLogDensities(
    _ x: [Double], _ y: [Double]
  ) async throws(SamplingError) -> [Double] {
    let points = x.flatMap { x in y.flatMap { [x, $0] } }
    return try await context.tiles(points.count / 2, size: 512, during: "pictures of the flow") {
      _, range in
      target.finiteLogDensities(
        at: points.span.extracting(2 * range.lowerBound..<2 * range.upperBound)
      ).map { -$0 }
    }
  }

  private func trajectories() async throws(SamplingError) -> [[(x: Double, y: Double)]] {
    let ends = try await map.sample(Self.trajectoryCount, "trajectories", in: context).points
    let places = try await map.trajectory(of: map.inverse(ends, in: context), in: context)
    return (0..<Self.trajectoryCount).map { draw in
      places.map { (x: $0[2 * draw], y: $0[2 * draw + 1]) }
    }
  }

  /// corr(q_T, q₀) over fresh draws.
  private func memory() async throws(SamplingError) -> [[Double]] {
    let ends = try await map.sample(10_000, "memory", in: context).points
    let starts = try await map.inverse(ends, in: context).positions
    let finite = stride(from: 0, to: starts.count, by: 2).filter { row in
      (starts[row...row + 1] + ends.positions[row...row + 1]).allSatisfy(\.isFinite)
    }
    func column(_ positions: [Double], _ axis: Int) -> [Double] {
      finite.map { positions[$0 + axis] }
    }
    return (0..<2).map { row in
      (0..<2).map { axis in
        let value = correlation(column(ends.positions, row), column(starts, axis))
        return value.isFinite ? value : 0
      }
    }
  }
}
