public import Inference
import RealModule

/// A penalty on Hamiltonians that do not have a symmetry: min over parameters, max over multipliers λ of
/// loss + Σ λ (R − κ²), with the normalised brackets R = E[{g, H}²] / E[|∇g|² |∇H|²] of each generator with each Hamiltonian.
///
/// R is the mean of two such ratios: over points along trajectories that end at given positions with momenta from r, or else
/// begin at draws of the base, and over points of a base of twice the width, where gradients are so large that in one ratio
/// the trajectories would not count; the points are constants for the gradient. λ grows while the moving average
/// of R, by 1 % a step, is above κ², and shrinks while it is below, by at most 1 % a step (Jimenez Rezende et al. 2019,
/// arXiv:1909.13739; Rezende & Viola 2018, arXiv:1810.00597).
public struct EquivariancePenalty: TrainingPenalty {
  /// Those of the symmetry.
  public let generators: [SymmetryGenerator]
  /// Where trajectories end, D numbers each; empty for draws of the flow.
  public let positions: [Double]
  /// κ².
  public let tolerance: Double
  /// λ before the first step.
  public let initialMultiplier: Double
  /// The number of trajectories at each step.
  public let pointCount: Int
  /// What the penalty computes with.
  public let precision: FlowPrecision

  /// The range of λ.
  private static let multipliers = 1e-10...5e3

  /// A penalty.
  ///
  /// - Parameters:
  ///   - generators: those of the symmetry, of the flow's dimension; at least one.
  ///   - positions: where trajectories end, D numbers each, such as the rows to be learned.
  ///   - tolerance: κ², positive.
  ///   - initialMultiplier: λ before the first step, positive. A large one leaves the flow in a poor compromise; a small one lets
  ///     it learn few points by heart before λ has grown, unless the ``FlowTrainer`` moves rows by the symmetry: then 0.1 is good.
  ///   - pointCount: the number of trajectories at each step, and of wide points, at least 1.
  ///   - precision: what it computes with.
  public init(
    _ generators: [SymmetryGenerator], positions: [Double] = [], tolerance: Double = 1e-4,
    initialMultiplier: Double = 1, pointCount: Int = 64, precision: FlowPrecision = .single
  ) {
    precondition(!generators.isEmpty, "a penalty needs a generator")
    precondition(tolerance > 0 && pointCount > 0, "a tolerance of \(tolerance)")
    precondition(initialMultiplier > 0, "a multiplier of \(initialMultiplier)")
    (self.generators, self.positions, self.tolerance) = (generators, positions, tolerance)
    (self.initialMultiplier, self.pointCount, self.precision) = (
      initialMultiplier, pointCount, precision
    )
  }

  /// The multipliers λ and the moving averages of R, one for each generator and Hamiltonian.
  private struct Memory {
    var multipliers, averages: [Double]

    init(_ numbers: [Double], count: Int, initialMultiplier: Double) {
      let isNew = numbers.count != 2 * count
      multipliers =
        isNew ? [Double](repeating: initialMultiplier, count: count) : Array(numbers[..<count])
      averages = isNew ? [] : Array(numbers[count...])
    }
  }

  /// The penalty and its derivatives; the memory holds all λ, and then the moving averages of all R.
  public func evaluate(
    _ flow: NeuralHamiltonianFlow, step: Int, memory: inout [Double], in context: RunContext
  ) async -> (value: Double, gradient: [Double]) {
    var state = Memory(
      memory, count: generators.count * flow.blocks.count, initialMultiplier: initialMultiplier)
    let (ratios, gradient) = brackets(of: flow, state.multipliers, step, context.seed)
    let value = zip(state.multipliers, ratios).reduce(0) { $0 + $1.0 * ($1.1 - tolerance) }
    guard ratios.allSatisfy(\.isFinite) else { return (value, gradient) }
    if state.averages.isEmpty { state.averages = ratios }
    for i in ratios.indices {
      state.averages[i] += 0.01 * (ratios[i] - state.averages[i])
      let excess = max(-1, min(1, state.averages[i] / tolerance - 1))
      let next = state.multipliers[i] * .exp(0.01 * excess)
      state.multipliers[i] = max(
        Self.multipliers.lowerBound, min(Self.multipliers.upperBound, next))
    }
    memory = state.multipliers + state.averages
    return (value, gradient)
  }

  /// Whether the moving averages of all R are at most 1.5 κ².
  public func isMet(_ memory: [Double]) -> Bool {
    !memory.isEmpty && memory[(memory.count / 2)...].allSatisfy { $0 <= 1.5 * tolerance }
  }

  private func brackets(
    of flow: NeuralHamiltonianFlow, _ weights: [Double], _ step: Int, _ seed: Seed
  ) -> (ratios: [Double], gradient: [Double]) {
    func evaluate<Scalar: NetworkScalar>(_: Scalar.Type) -> ([Double], [Double]) {
      let evaluator = BracketEvaluator<Scalar>(
        flow, generators, pointCount: pointCount, wideCount: pointCount)
      var generator = seed.stream("points of brackets", step)
      evaluator.choosePoints(endingAt: positions, using: &generator)
      var gradient = [Scalar](repeating: 0, count: flow.parameters.count)
      let ratios = evaluator.evaluate(weights, to: &gradient)
      return (ratios, gradient.map { Double($0) })
    }
    return switch precision {
    case .single: evaluate(Float.self)
    case .double: evaluate(Double.self)
    }
  }
}
