import Dispatch
import Foundation
public import Inference

/// Points of phase space; those of both ends of a flow look alike.
public struct PhasePoints<Scalar: NetworkScalar>: Sendable, Equatable {
  /// D numbers for each point.
  public var positions, momenta: [Scalar]

  /// Points with their coordinates.
  public init(positions: [Scalar], momenta: [Scalar]) {
    precondition(positions.count == momenta.count, "positions and momenta of different numbers")
    self.positions = positions
    self.momenta = momenta
  }
}

/// End points (q_T, p_T) with their densities under the flow and under what it is compared with.
public struct FlowDraws<Scalar: NetworkScalar>: Sendable {
  /// The points.
  public var points: PhasePoints<Scalar>
  /// log M(q_T, p_T) = log π₀(q₀) + log f(p₀ | q₀).
  public var logFlow: [Scalar]
  /// log r(p_T | q_T).
  public var logFinalMomentum: [Scalar]
}

/// A flow as a map of points there and back, with its densities: many points at once, on all cores.
///
/// The same bits, whatever the number of threads. Cost of a point: L + 1 gradients of V and L of K
/// for each Hamiltonian.
public struct FlowMap<Scalar: NetworkScalar>: Sendable {
  /// The flow.
  public let flow: NeuralHamiltonianFlow

  /// A flow for computing in a scalar.
  public init(_ flow: NeuralHamiltonianFlow) { self.flow = flow }

  /// (q₀, p₀) ↦ (q_T, p_T).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(_ points: PhasePoints<Scalar>) -> PhasePoints<Scalar> {
    run(points) { $0.push() }.points
  }

  /// The positions on the way from (q₀, p₀) to (q_T, p_T): q₀, then those after every drift, the last
  /// of which are q_T.
  ///
  /// - Returns: as many lists of positions as there are leapfrog steps in all Hamiltonians, and one.
  public func trajectory(of points: PhasePoints<Scalar>) -> [[Scalar]] {
    let count = points.positions.count / flow.dimension
    let evaluator = FlowEvaluator<Scalar>(flow, count: Self.tileSize, remembers: false)
    var places: [[Scalar]] = []
    for start in stride(from: 0, to: count, by: Self.tileSize) {
      let range = start..<min(start + Self.tileSize, count)
      evaluator.load(points, range)
      var step = 0
      func note() {
        if places.count == step { places.append([]) }
        places[step] += evaluator.tile(of: range.count).positions
        step += 1
      }
      note()
      evaluator.push(drifted: note)
    }
    return places
  }

  /// (q_T, p_T) ↦ (q₀, p₀).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func inverse(_ points: PhasePoints<Scalar>) -> PhasePoints<Scalar> {
    run(points) { $0.pull() }.points
  }

  /// (q₀, p₀) ↦ (q_T, p_T) with ∇ log M there, by positions and by momenta.
  ///
  /// The Jacobian J is symplectic, J⁻ᵀ = Ω J Ω⁻¹ with Ω = (0 1; −1 0), so the gradient is
  /// Ω J Ω⁻¹ ∇ log Π₀(q₀, p₀): a tangent that runs beside the point, instead of a pass back.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forwardWithScore(
    _ points: PhasePoints<Scalar>
  ) -> (points: PhasePoints<Scalar>, score: PhasePoints<Scalar>) {
    let tiles = tiles(of: points, remembers: true) { evaluator, _ in
      evaluator.weighBase()
      evaluator.beginScore()
      evaluator.push()
      evaluator.transportScore()
    }
    return (
      PhasePoints(joining: tiles.map { ($0.positions, $0.momenta) }),
      PhasePoints(joining: tiles.map { ($0.positionScore, $0.momentumScore) })
    )
  }

  /// log M and log r of end points (q_T, p_T), by the inverse.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func weigh(_ points: PhasePoints<Scalar>) -> FlowDraws<Scalar> {
    var draws = run(points) {
      $0.weighFinalMomenta()
      $0.pull()
      $0.weighBase()
    }
    draws.points = points
    return draws
  }

  /// Draws end points.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: the seed of the run.
  ///   - purpose: the name of the random stream; another purpose has other draws.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sample(_ count: Int, seed: Seed, _ purpose: String = "flow") -> FlowDraws<Scalar> {
    let empty = [Scalar](repeating: 0, count: count * flow.dimension)
    return run(PhasePoints(positions: empty, momenta: empty)) { evaluator, tile in
      var generator = RandomStream(seed: seed, purpose, tile)
      evaluator.drawDeviates(using: &generator)
      evaluator.start()
      evaluator.push()
      evaluator.weighFinalMomenta()
    }
  }

  /// Draws p_T ~ r(· | q_T) for given positions.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func drawFinalMomenta(
    at positions: [Scalar], seed: Seed, _ purpose: String = "momenta"
  ) -> FlowDraws<Scalar> {
    let points = run(PhasePoints(positions: positions, momenta: positions)) { evaluator, tile in
      var generator = RandomStream(seed: seed, purpose, tile)
      evaluator.deviates.fillWithStandardNormals(using: &generator)
      evaluator.drawFinalMomenta()
    }.points
    return weigh(points)
  }

  /// V of one of the flow's Hamiltonians, up to a constant, for the positions of points, and K for
  /// their momenta.
  public func energies(
    ofBlock index: Int, at points: PhasePoints<Scalar>
  ) -> (potential: [Scalar], kinetic: [Scalar]) {
    let draws = run(points) { $0.weighEnergies(ofBlock: index) }
    return (draws.logFinalMomentum, draws.logFlow)
  }

  // MARK: Tiles

  private static var tileSize: Int { 256 }

  private func run(
    _ points: PhasePoints<Scalar>, _ body: (FlowEvaluator<Scalar>) -> Void
  ) -> FlowDraws<Scalar> {
    run(points) { evaluator, _ in body(evaluator) }
  }

  private func run(
    _ points: PhasePoints<Scalar>, _ body: (FlowEvaluator<Scalar>, Int) -> Void
  ) -> FlowDraws<Scalar> {
    let tiles = tiles(of: points, remembers: false, body)
    return FlowDraws(
      points: PhasePoints(joining: tiles.map { ($0.positions, $0.momenta) }),
      logFlow: tiles.flatMap(\.logFlow), logFinalMomentum: tiles.flatMap(\.logTarget))
  }

  /// Runs a piece of work on tiles of points, on all cores.
  private func tiles(
    of points: PhasePoints<Scalar>, remembers: Bool,
    _ body: (FlowEvaluator<Scalar>, Int) -> Void
  ) -> [FlowEvaluator<Scalar>.Tile] {
    let size = Self.tileSize
    let count = points.positions.count / flow.dimension
    let tileCount = (count + size - 1) / size
    let threads = max(1, min(tileCount, ProcessInfo.processInfo.activeProcessorCount))
    return withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      return [FlowEvaluator<Scalar>.Tile](unsafeUninitializedCapacity: tileCount) {
        buffer, filled in
        nonisolated(unsafe) let buffer = buffer
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          let evaluator = FlowEvaluator<Scalar>(flow, count: size, remembers: remembers)
          for tile in stride(from: thread, to: tileCount, by: threads) {
            let range = tile * size..<min((tile + 1) * size, count)
            evaluator.load(points, range)
            body(evaluator, tile)
            buffer.initializeElement(at: tile, to: evaluator.tile(of: range.count))
          }
        }
        filled = tileCount
      }
    }
  }
}

extension PhasePoints {
  fileprivate init(joining tiles: [(positions: [Scalar], momenta: [Scalar])]) {
    self.init(positions: tiles.flatMap(\.positions), momenta: tiles.flatMap(\.momenta))
  }
}
