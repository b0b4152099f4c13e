public import Inference

/// The target of a flow pulled back to its base: Hamiltonian Monte Carlo then samples a density
/// that the flow has made nearly normal, and is exact however good the flow is (Hoffman et al. 2019,
/// "NeuTra-lizing bad geometry").
///
/// log π(q_T) + log r(p_T | q_T) at (q_T, p_T) = 𝒯(q₀, p₀), whose 2 D coordinates are q₀ and p₀; the
/// Jacobian of 𝒯 is 1. Draws are those of π: the momenta are dropped.
public struct NeutraDensity: LogDensity {
  /// π.
  public let density: any LogDensity
  /// 𝒯, and r.
  public let flow: NeuralHamiltonianFlow
  private let pool: FlowEvaluatorPool<Double>

  /// A density behind a flow.
  public init(_ density: any LogDensity, behind flow: NeuralHamiltonianFlow) {
    precondition(
      density.dimension == flow.dimension,
      "a flow of \(flow.dimension) dimensions for a density of \(density.dimension)")
    self.density = density
    self.flow = flow
    pool = FlowEvaluatorPool(flow, count: 1, remembers: true)
  }

  /// Twice the dimension of π.
  public var dimension: Int { 2 * flow.dimension }

  /// The log density at (q₀, p₀); one trajectory there and its adjoint back.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let evaluator = pool.take()
    defer { pool.giveBack(evaluator) }
    return evaluator.logTarget(density, from: position, gradient: &gradient)
  }

  /// The columns of π.
  public var columns: [Chain.Column] { density.columns }

  /// What π records of the end point.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    let half = flow.dimension
    let start = PhasePoints(
      positions: Array(position[..<half]), momenta: Array(position[half...]))
    let evaluator = pool.take()
    let end = evaluator.perform(.forward, on: start, 0..<1, 0).positions
    pool.giveBack(evaluator)
    return density.draw(at: end, logDensity: density.logDensityAndGradient(at: end).logDensity)
  }

  /// A point drawn from the base.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    let evaluator = pool.take()
    defer { pool.giveBack(evaluator) }
    var stream = RandomStream(seed: Seed(generator.next()), "start")
    evaluator.drawDeviates(using: &stream)
    evaluator.start()
    return evaluator.list(evaluator.positions, 1) + evaluator.list(evaluator.momenta, 1)
  }
}
