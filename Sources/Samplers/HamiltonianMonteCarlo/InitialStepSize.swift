import Inference
import RealModule

extension HamiltonianKernel {
  /// Finds an initial step size for the adaptation: doubles or halves it until the acceptance
  /// probability of a single step crosses 0.8.
  ///
  /// Source: Hoffman & Gelman 2014, JMLR 15, 1593, algorithm 4, with the threshold 0.8 that Stan
  /// uses.
  ///
  /// - Returns: nil if no step between 2⁻¹⁰⁰ and 2¹⁰⁰ times the present one is right.
  func reasonableStepSize(
    from state: PhasePoint, using generator: inout some RandomNumberGenerator
  ) -> Double? {
    var start = state
    start.drawMomentum(metric, using: &generator)

    func isAcceptable(_ stepSize: Double) -> Bool {
      var end = start
      end.advance(density, metric, integrator, by: stepSize, steps: 1)
      return start.energy - end.energy > .log(0.8)
    }

    let grows = isAcceptable(stepSize)
    var candidate = stepSize
    for _ in 0..<100 {
      let next = grows ? 2 * candidate : 0.5 * candidate
      if isAcceptable(next) != grows { return grows ? candidate : next }
      candidate = next
    }
    return nil
  }
}
