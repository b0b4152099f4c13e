import Inference
import Synchronization

/// What a flow does with a tile of points.
enum FlowPass: Sendable {
  case forward, inverse, trajectory, score, weigh, localCovariances
  /// Draws end points, from no given ones.
  case sample(Seed, String)
  /// Draws momenta at end positions.
  case finalMomenta(Seed, String)
  case energies(block: Int)
  case potentialHessians(block: Int)

  /// Whether it needs what a pass leaves behind for tangents.
  var remembers: Bool {
    switch self {
    case .score, .localCovariances: true
    default: false
    }
  }

  /// Whether it computes the score at the end points.
  var isScore: Bool { if case .score = self { true } else { false } }
}

/// What an evaluator's batch holds after a pass, point by point; the score only if it was asked for.
struct FlowTile: Sendable {
  let positions, momenta, positionScore, momentumScore, logFlow, logTarget: [Double]
  /// The positions of a trajectory.
  let places: [[Double]]
  /// Local covariances or Hessians, row by row.
  let matrices: [Double]
}

extension FlowEvaluator {
  /// Does something with points of a range, which are the tile of a number.
  func perform(
    _ pass: FlowPass, on points: PhasePoints, _ range: Range<Int>, _ number: Int
  ) -> FlowTile {
    if !points.positions.isEmpty { load(points, range) }
    var (places, matrices): ([[Double]], [Double]) = ([], [])
    switch pass {
    case .forward: push()
    case .inverse: pull()
    case .trajectory:
      places.append(list(positions, range.count))
      push { places.append(list(positions, range.count)) }
    case .score:
      weighBase()
      beginScore()
      push()
      transportScore()
    case .weigh:
      weighFinalMomenta()
      pull()
      weighBase()
    case .sample(let seed, let purpose):
      var generator = seed.stream(purpose, number)
      drawDeviates(using: &generator)
      start()
      push()
      weighFinalMomenta()
    case .finalMomenta(let seed, let purpose):
      var generator = seed.stream(purpose, number)
      deviates.fillWithStandardNormals(using: &generator)
      drawFinalMomenta()
    case .energies(let block): weighEnergies(ofBlock: block)
    case .localCovariances: matrices = localCovariances(range.count)
    case .potentialHessians(let block):
      matrices = potentialHessians(ofBlock: block, range.count)
    }
    let count = range.count
    return FlowTile(
      positions: list(positions, count), momenta: list(momenta, count),
      positionScore: pass.isScore ? list(score.position, count) : [],
      momentumScore: pass.isScore ? list(score.momentum, count) : [],
      logFlow: list(logFlow, count), logTarget: list(logTarget, count), places: places,
      matrices: matrices)
  }

  /// Takes points of a range; where they are fewer than the batch, copies of the last fill it up.
  func load(_ points: PhasePoints, _ range: Range<Int>) {
    for n in 0..<count {
      let start = min(range.lowerBound + n, range.upperBound - 1) * flow.dimension
      for i in 0..<flow.dimension {
        positions[i, n] = Scalar(points.positions[start + i])
        momenta[i, n] = Scalar(points.momenta[start + i])
      }
    }
  }

  /// The first vectors of a batch, one after the other.
  func list(_ batch: Batch<Scalar>, _ count: Int) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(batch.rows * count)
    for n in 0..<count { for i in 0..<batch.rows { values.append(Double(batch[i, n])) } }
    return values
  }
}

/// Evaluators of a flow, for tiles and chains that run at the same time: each is used by its
/// borrower alone.
final class FlowEvaluatorPool<Scalar: NetworkScalar>: Sendable {
  private struct Idle: @unchecked Sendable { let evaluator: FlowEvaluator<Scalar> }

  private let flow: NeuralHamiltonianFlow
  private let count: Int
  private let remembers: Bool
  private let idle = Mutex<[Idle]>([])

  /// A pool of evaluators for batches of a size.
  init(_ flow: NeuralHamiltonianFlow, count: Int, remembers: Bool) {
    (self.flow, self.count, self.remembers) = (flow, count, remembers)
  }

  /// An idle evaluator.
  func take() -> FlowEvaluator<Scalar> {
    idle.withLock { $0.popLast() }?.evaluator
      ?? FlowEvaluator(flow, count: count, remembers: remembers)
  }

  /// Returns one that was taken.
  func giveBack(_ evaluator: FlowEvaluator<Scalar>) {
    let item = Idle(evaluator: evaluator)
    idle.withLock { $0.append(item) }
  }
}
