public import Inference

/// Points of phase space, at either end of a flow.
public struct PhasePoints: Sendable, Equatable {
  /// D numbers for each point.
  public var positions, momenta: [Double]

  /// Points with their coordinates.
  public init(positions: [Double], momenta: [Double]) {
    precondition(positions.count == momenta.count, "positions and momenta of different numbers")
    self.positions = positions
    self.momenta = momenta
  }
}

/// End points (q_T, p_T) with their densities under the flow and under what it is compared with.
public struct FlowDraws: Sendable {
  /// The points.
  public let points: PhasePoints
  /// log M(q_T, p_T) = log π₀(q₀) + log f(p₀ | q₀).
  public let logFlow: [Double]
  /// log r(p_T | q_T).
  public let logFinalMomentum: [Double]
}

/// The precision that a flow computes in.
public enum FlowPrecision: Sendable {
  /// `Float`, for training.
  case single
  /// `Double`, for verdicts.
  case double
}

/// A flow as an invertible map of points, with its densities: many points at once, shared by all
/// workers.
///
/// The same bits, whatever the number of workers. Cost of a point: L + 1 gradients of V and L of K
/// for each Hamiltonian. Every function throws `SamplingError.stopped` if it was asked to stop.
public struct HamiltonianMap: Sendable {
  /// The flow.
  public let flow: NeuralHamiltonianFlow
  /// What it computes with.
  public let precision: FlowPrecision

  /// A flow for computing.
  public init(_ flow: NeuralHamiltonianFlow, precision: FlowPrecision = .double) {
    self.flow = flow
    self.precision = precision
  }

  /// (q₀, p₀) ↦ (q_T, p_T).
  public func forward(
    _ points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> PhasePoints {
    PhasePoints(joining: try await run(.forward, points, context)) { ($0.positions, $0.momenta) }
  }

  /// (q_T, p_T) ↦ (q₀, p₀).
  public func inverse(
    _ points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> PhasePoints {
    PhasePoints(joining: try await run(.inverse, points, context)) { ($0.positions, $0.momenta) }
  }

  /// The positions on the way from (q₀, p₀) to (q_T, p_T): q₀, then those after every drift, the last
  /// of which are q_T.
  ///
  /// - Returns: as many lists of positions as there are leapfrog steps in all Hamiltonians, and one.
  public func trajectory(
    of points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [[Double]] {
    let tiles = try await run(.trajectory, points, context)
    return (tiles.first?.places.indices ?? 0..<0).map { step in tiles.flatMap { $0.places[step] } }
  }

  /// (q₀, p₀) ↦ (q_T, p_T) with ∇ log M there, by positions and by momenta.
  ///
  /// The Jacobian J is symplectic, J⁻ᵀ = Ω J Ω⁻¹ with Ω = (0 1; −1 0), so the gradient is
  /// Ω J Ω⁻¹ ∇ log Π₀(q₀, p₀): a tangent that is carried along with the point, instead of a backward pass.
  public func forwardWithScore(
    _ points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> (points: PhasePoints, score: PhasePoints) {
    let tiles = try await run(.score, points, context)
    return (
      PhasePoints(joining: tiles) { ($0.positions, $0.momenta) },
      PhasePoints(joining: tiles) { ($0.positionScore, $0.momentumScore) }
    )
  }

  /// log M and log r of end points (q_T, p_T), by the inverse.
  public func weigh(
    _ points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> FlowDraws {
    FlowDraws(points: points, try await run(.weigh, points, context))
  }

  /// Draws end points.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - purpose: the name of the random stream; another purpose has other draws.
  ///   - context: where to run; its seed is that of the draws.
  public func sample(
    _ count: Int, _ purpose: String = "flow", in context: RunContext = RunContext()
  ) async throws(SamplingError) -> FlowDraws {
    let tiles = try await run(
      .sample(context.seed, purpose), PhasePoints(positions: [], momenta: []), context, count: count
    )
    return FlowDraws(points: PhasePoints(joining: tiles) { ($0.positions, $0.momenta) }, tiles)
  }

  /// Draws p_T ~ r(· | q_T) for given positions.
  ///
  /// - Parameters:
  ///   - positions: D numbers for each point.
  ///   - purpose: the name of the random stream; another purpose has other draws.
  ///   - context: where to run; its seed is that of the draws.
  public func drawFinalMomenta(
    at positions: [Double], _ purpose: String = "momenta", in context: RunContext = RunContext()
  ) async throws(SamplingError) -> FlowDraws {
    let tiles = try await run(
      .finalMomenta(context.seed, purpose), PhasePoints(positions: positions, momenta: positions),
      context)
    return try await weigh(
      PhasePoints(positions: positions, momenta: tiles.flatMap(\.momenta)), in: context)
  }

  /// V of one of the flow's Hamiltonians, up to a constant, for the positions of points, and K for
  /// their momenta.
  public func energies(
    ofBlock index: Int, at points: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> (potential: [Double], kinetic: [Double]) {
    let tiles = try await run(.energies(block: index), points, context)
    return (tiles.flatMap(\.logTarget), tiles.flatMap(\.logFlow))
  }

  // MARK: Tiles

  func run(
    _ pass: FlowPass, _ points: PhasePoints, _ context: RunContext, count: Int? = nil
  ) async throws(SamplingError) -> [FlowTile] {
    let count = count ?? points.positions.count / flow.dimension
    return switch precision {
    case .single: try await tiles(of: Float.self, pass, points, count, context)
    case .double: try await tiles(of: Double.self, pass, points, count, context)
    }
  }

  private func tiles<Scalar: NetworkScalar>(
    of scalar: Scalar.Type, _ pass: FlowPass, _ points: PhasePoints, _ count: Int,
    _ context: RunContext
  ) async throws(SamplingError) -> [FlowTile] {
    let size = 256
    let pool = FlowEvaluatorPool<Scalar>(flow, count: size, remembers: pass.remembers)
    return try await context.tiles(count, size: size, during: "the draws of the flow") {
      tile, range in
      let evaluator = pool.take()
      defer { pool.giveBack(evaluator) }
      return [evaluator.perform(pass, on: points, range, tile)]
    }
  }
}

extension FlowDraws {
  fileprivate init(points: PhasePoints, _ tiles: [FlowTile]) {
    self.points = points
    logFlow = tiles.flatMap(\.logFlow)
    logFinalMomentum = tiles.flatMap(\.logTarget)
  }
}

extension PhasePoints {
  fileprivate init(
    joining tiles: [FlowTile], _ part: (FlowTile) -> (positions: [Double], momenta: [Double])
  ) {
    self.init(
      positions: tiles.flatMap { part($0).positions }, momenta: tiles.flatMap { part($0).momenta })
  }
}
