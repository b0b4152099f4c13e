import RealModule

/// A cooling schedule for the momenta that a flow starts from: p₀ ~ N(0, s² I), with s decreasing
/// geometrically from `start` to `end` during training.
///
/// A single Hamiltonian K(p) + V(q) that carries a normal density to a far one leaves p_T given q_T far
/// from normal, which loosens the bound of equation 4 (Souveton et al. 2023). With cold momenta q_T is
/// nearly a function of q₀ alone, and where that is one-to-one
///
///     p_T | q_T  →  N(p_T(q₀), s² (J Jᵀ)⁻¹),   J = ∂q_T/∂q₀,   s → 0
///
/// is normal. A flow that learns its own temperature finds this late: as long as V is smooth, hot momenta compensate for
/// it. So they are cooled by a schedule, and meanwhile K and T stay fixed, or they would heat
/// the momenta again: K should then be ½ p², or ½ p² plus a network. For a quadratic K
/// nothing is lost: p₀ ~ N(0, s² I) with M is p₀ ~ N(0, I) with s M and V / s.
///
/// V then does not resemble −log density: it separates the q₀ once, and no trajectory comes to rest in it.
public struct MomentumCooling: Sendable, Codable, Equatable {
  /// s of the first step, 0.001 to 1000.
  public var start = 0.5
  /// s from the end of cooling on, 0.001 to 1000; the smaller it is, the sharper V has to be and the more
  /// steps it takes.
  public var end: Double
  /// The share of the steps, 0 to 1, that cooling takes.
  public var share = 0.7

  /// β₂ of Adam (Kingma & Ba 2015): the curvature of the loss grows as s⁻², which it tracks better
  /// than with the usual 0.999.
  static var secondDecay: Double { 0.99 }

  /// Cooling to a standard deviation.
  public init(to end: Double) {
    self.end = end
  }

  /// s of a step, the first being 0, of a training of so many.
  public func standardDeviation(at step: Int, of count: Int) -> Double {
    isOver(at: step, of: count)
      ? end : start * .pow(end / start, Double(step) / (share * Double(count)))
  }

  /// Whether cooling is complete.
  func isOver(at step: Int, of count: Int) -> Bool { Double(step) >= share * Double(count) }

  /// Whether the numbers are in their ranges.
  var isPossible: Bool {
    [start, end].allSatisfy((1e-3...1e3).contains) && (0...1).contains(share)
  }
}
