import RealModule

/// The order of the parameters in which a triangular map describes weighted points best.
///
/// The log-likelihood of a triangle is a sum over its coordinates, each a function of the parameter
/// and of the set of those before it. So D 2^(D−1) small fits, and a search over subsets, compare all D!
/// orders.
enum TriangleOrder {
  /// The order, first to last, for standardised points (points × dimension) with weights that add up
  /// to 1.
  ///
  /// Compared by maps of a single layer, converged: half-fitted, or of two layers, they differ by
  /// noise.
  static func best(
    _ points: [Double], _ weights: [Double], dimension: Int
  ) async -> [Int] {
    guard dimension > 1 else { return [0] }
    let problems = (0..<dimension).flatMap { coordinate in
      (0..<1 << dimension).filter { $0 & 1 << coordinate == 0 }.map { (coordinate, $0) }
    }
    let losses = await withTaskGroup(of: (Int, Double).self) { group in
      for (index, (coordinate, set)) in problems.enumerated() {
        group.addTask {
          let earlier = (0..<dimension).filter { set & 1 << $0 != 0 }
          let layers = ConditionalLayers(
            variableCount: earlier.count,
            degrees: [.init(shift: 4, scale: 3, skewness: 2, tail: 2)])
          let fit = ConditionalFit(
            layers, points: points, stride: dimension, earlier: earlier, coordinate: coordinate,
            weights: weights)
          let value = fit.solve(from: layers.coefficients, stages: 2, tolerance: 1e-5).value
          return (index, value)
        }
      }
      return await group.reduce(into: [Int: Double]()) { $0[$1.0] = $1.1 }
    }
    var loss: [[Int]: Double] = [:]
    for (index, (coordinate, set)) in problems.enumerated() {
      loss[[coordinate, set]] = losses[index] ?? .infinity
    }

    // For each set, the best order of its members.
    var best: [Int: (value: Double, order: [Int])] = [0: (0, [])]
    for set in 1..<1 << dimension {
      for last in 0..<dimension where set & 1 << last != 0 {
        let rest = set & ~(1 << last)
        guard let before = best[rest], let own = loss[[last, rest]] else { continue }
        let value = before.value + own
        if value < best[set]?.value ?? .infinity { best[set] = (value, before.order + [last]) }
      }
    }
    return best[(1 << dimension) - 1]?.order ?? Array(0..<dimension)
  }
}
