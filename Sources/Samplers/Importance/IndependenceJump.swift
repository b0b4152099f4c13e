import Inference
import RealModule

/// An independence Metropolis step with a mixture as its proposal: a jump from one
/// mode of a posterior to another.
struct IndependenceJump: Sendable {
  /// The density that proposals are drawn from.
  let proposal: ProposalMixture
  /// The coordinates that the chain moves in.
  let coordinates: FittedCoordinates

  /// Makes the step in place, for one evaluation of a density in the coordinates.
  ///
  /// - Returns: the probability with which it was accepted.
  func advance(
    _ state: inout PhasePoint, _ density: some LogDensity,
    using generator: inout some RandomNumberGenerator
  ) -> Double {
    let end = PhasePoint(density, at: draw(using: &generator))
    let logRatio =
      end.logDensity - logDensity(at: end.position)
      - (state.logDensity - logDensity(at: state.position))
    let probability = end.isFinite && !logRatio.isNaN ? min(1, Double.exp(logRatio)) : 0
    if generator.nextUniform() < probability { state = end }
    return probability
  }

  /// A draw, in the coordinates.
  func draw(using generator: inout some RandomNumberGenerator) -> [Double] {
    var point = [Double](repeating: 0, count: coordinates.dimension)
    var span = point.mutableSpan
    proposal.sample(into: &span, using: &generator)
    return coordinates.coordinates(of: point).coordinates
  }

  /// The mixture's log density in the coordinates.
  private func logDensity(at position: [Double]) -> Double {
    let (point, logJacobian) = coordinates.point(at: position)
    return proposal.logDensity(at: point.span) + logJacobian
  }
}

/// Hamiltonian Monte Carlo with a jump after each transition.
struct JumpingSampler<Base: HamiltonianKernel>: HamiltonianKernel {
  var base: Base
  let jump: IndependenceJump

  var density: Base.Density { base.density }
  var metric: Base.MetricType {
    get { base.metric }
    set { base.metric = newValue }
  }
  var integrator: Base.IntegratorType { base.integrator }
  var stepSize: Double {
    get { base.stepSize }
    set { base.stepSize = newValue }
  }

  func advance(
    _ state: inout PhasePoint, using generator: inout some RandomNumberGenerator
  ) -> HamiltonianInfo {
    let info = base.advance(&state, using: &generator)
    _ = jump.advance(&state, density, using: &generator)
    return info
  }
}
