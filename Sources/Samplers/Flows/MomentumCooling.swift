import RealModule

/// How the momenta that a flow starts from become cold while it learns: p₀ ~ N(0, s² I), with s falling
/// from `start` to `end` in equal ratios.
///
/// A single Hamiltonian K(p) + V(q) that carries a normal density to a far one leaves p_T given q_T far
/// from normal, which the bound of equation 4 (Souveton et al. 2023) pays for. With cold momenta q_T is
/// nearly a function of q₀ alone, and
///
///     p_T | q_T  →  N(∂q_T/∂t, s² (J Jᵀ)⁻¹),   J = ∂q_T/∂q₀,   s → 0
///
/// is normal. A flow that may choose finds this late: as long as V is smooth, hot momenta make up for
/// it. So they are cooled from outside, and meanwhile K stays as it began, or it would heat them again.
/// For a quadratic K nothing is lost by it: p₀ ~ N(0, s² I) with M is p₀ ~ N(0, I) with s M and V / s.
public struct MomentumCooling: Sendable, Codable, Equatable {
  /// s of the first step, positive.
  public var start = 0.5
  /// s from the end of cooling on, positive; the smaller, the sharper V has to be and the more steps
  /// it takes.
  public var end: Double
  /// The share of the steps, 0 to 1, that cooling takes.
  public var share = 0.7

  /// Cooling to a standard deviation.
  public init(to end: Double) {
    self.end = end
  }

  /// s of a step.
  func standardDeviation(at step: Int, of count: Int) -> Double {
    isOver(at: step, of: count)
      ? end : start * .pow(end / start, Double(step) / (share * Double(count)))
  }

  /// Whether K may learn.
  func isOver(at step: Int, of count: Int) -> Bool { Double(step) >= share * Double(count) }
}
