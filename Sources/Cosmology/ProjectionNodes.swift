import RealModule

/// The nodes that 5 log₁₀(D/u) is known from, with the estimate of how far they are from enough.
struct ProjectionNodes<Distances: ComovingDistances>: Sendable {
  let grid: ChebyshevGrid
  /// 1/u at the nodes.
  let inverseLogStretches: [Double]
  /// Distances to the nodes.
  let distances: Distances

  /// - Parameter exact: points that the distances are to be fast at.
  init(
    _ direct: SupernovaLikelihood<Distances>, nodeCount: Int,
    _ exact: [(point: [Double], chiSquared: Double)]
  ) {
    let grid = ChebyshevGrid(count: nodeCount)
    let logStretches = grid.nodes.map { 0.5 * direct.largestLogStretch * (1 + $0) }
    let shapeCount = direct.distances.parameterNames.count
    self.grid = grid
    inverseLogStretches = logStretches.map { 1 / $0 }
    distances = direct.distances.distances(
      to: logStretches.map { Double.expMinusOne($0) },
      for: exact.map { Array($0.point.prefix(shapeCount)) })
  }

  /// The estimated error of χ² for a truncation of F; infinite if the truncation is so large that
  /// gradients would suffer.
  ///
  /// (r + δ)² − r² ≤ 2 √χ² ‖Wδ‖ + ‖Wδ‖², with a margin of ten for the estimate of δ.
  static func error(_ truncation: Double, _ sensitivity: Double, _ chiSquared: Double) -> Double {
    let own = 10 * truncation
    guard own < 1e-7 else { return .infinity }
    return (2 * chiSquared.squareRoot() + sensitivity * own) * sensitivity * own
  }

  /// The fraction of points with a known χ² at which the nodes are enough.
  func coverage(
    _ exact: [(point: [Double], chiSquared: Double)], _ sensitivity: Double, _ acceptance: Double
  ) -> Double {
    var answered = 0
    for (point, chiSquared) in exact {
      let shape = Array(point.prefix(distances.parameterNames.count))
      var values = [Double](repeating: 0, count: grid.count)
      var tape = [Double](repeating: 0, count: distances.tapeCount)
      var valueSpan = values.mutableSpan
      var tapeSpan = tape.mutableSpan
      guard distances.evaluate(at: shape.span, distances: &valueSpan, tape: &tapeSpan),
        values.allSatisfy({ $0 > 0 })
      else { continue }
      let function = zip(values, inverseLogStretches).map { magnitudesPerLog * .log($0 * $1) }
      let truncation = function.withUnsafeBufferPointer { function in
        function.baseAddress.map(grid.truncation) ?? .infinity
      }
      if Self.error(truncation, sensitivity, chiSquared) < acceptance { answered += 1 }
    }
    return exact.isEmpty ? 0 : Double(answered) / Double(exact.count)
  }
}
