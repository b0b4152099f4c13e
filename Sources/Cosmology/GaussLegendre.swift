import RealModule

/// The Gauss–Legendre rule on (0, 1): exact for polynomials of degree below twice the number of
/// nodes.
struct GaussLegendre: Sendable {
  /// Where the integrand is taken, ascending, inside (0, 1).
  let nodes: [Double]
  /// The weights, which sum to 1.
  let weights: [Double]

  /// Finds the roots of the Legendre polynomial by Newton's iteration (Abramowitz & Stegun
  /// 25.4.30).
  init(count: Int) {
    var (nodes, weights) = ([Double](), [Double]())
    for i in 0..<count {
      var x = -Double.cos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      for _ in 0..<10 {
        let (value, derivative) = Self.legendre(count, at: x)
        x -= value / derivative
        slope = derivative
      }
      nodes.append(0.5 * (1 + x))
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The Legendre polynomial of a degree and its derivative, by the three-term recurrence.
  private static func legendre(_ degree: Int, at x: Double) -> (value: Double, derivative: Double) {
    var (previous, current) = (1.0, x)
    for n in stride(from: 2, through: degree, by: 1) {
      let next = (Double(2 * n - 1) * x * current - Double(n - 1) * previous) / Double(n)
      (previous, current) = (current, next)
    }
    return (current, Double(degree) * (x * current - previous) / (x * x - 1))
  }
}
