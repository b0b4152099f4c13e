import RealModule

/// The effect of curvature on distances: D_M = D_C S(y), y = Ωk D_C² (all distances in units of c/H₀).
///
/// S(y) = sinh √y / √y for an open universe, sin √−y / √−y for a closed one, 1 for a flat one: one
/// analytic function of y.
enum CurvedSpace {
  /// S and dS/dy; nil at or past the antipode of a closed universe, √−y ≥ π.
  static func stretch(_ y: Double) -> (value: Double, slope: Double)? {
    if abs(y) < 0.5 { return series(y) }
    if y > 0 {
      let root = y.squareRoot()
      let value = Double.sinh(root) / root
      return (value, (Double.cosh(root) - value) / (2 * y))
    }
    let root = (-y).squareRoot()
    guard root < .pi else { return nil }
    let value = Double.sin(root) / root
    return (value, (Double.cos(root) - value) / (2 * y))
  }

  /// Σ yⁿ / (2n+1)!; the closed forms are 0/0 at y = 0.
  private static func series(_ y: Double) -> (Double, Double) {
    var (value, slope) = (0.0, 0.0)
    for n in stride(from: 8, through: 1, by: -1) {
      let ratio = 1 / Double(2 * n * (2 * n + 1))
      // Horner's rule for S = 1 + y/6 (1 + y/20 (1 + …)), and its derivative.
      slope = ratio * (1 + value + y * slope)
      value = y * ratio * (1 + value)
    }
    return (1 + value, slope)
  }
}
