public import Inference

extension HamiltonianMap {
  /// Draws end points and returns the logarithms of their weights, log π(q_T) + log r(p_T | q_T) −
  /// log M(q_T, p_T), whose exponentials have the evidence as their mean.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func logWeights(
    of density: any LogDensity, _ count: Int, _ purpose: String,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Double] {
    let draws = try await sample(count, purpose, in: context)
    let dimension = flow.dimension
    return try await context.tiles(count, during: "the draws of the flow") { _, range in
      var point = [Double](repeating: 0, count: dimension)
      var gradient = point
      return range.map { n in
        for i in 0..<dimension { point[i] = draws.points.positions[n * dimension + i] }
        var slopes = gradient.mutableSpan
        let weight =
          density.logDensity(at: point.span, gradient: &slopes) + draws.logFinalMomentum[n]
          - draws.logFlow[n]
        return weight.isNaN ? -.infinity : weight
      }
    }
  }
}
