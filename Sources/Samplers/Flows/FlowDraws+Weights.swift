public import Inference

extension FlowMap {
  /// Draws end points and returns the logarithms of their weights, log π(q_T) + log r(p_T | q_T) −
  /// log M(q_T, p_T), whose exponentials have the evidence as their mean.
  public func logWeights(
    of density: any LogDensity, _ count: Int, seed: Seed, _ purpose: String
  ) -> [Double] {
    let draws = sample(count, seed: seed, purpose)
    return draws.logWeights(of: density)
  }
}

extension FlowDraws {
  /// log π(q_T) + log r(p_T | q_T) − log M(q_T, p_T) of each point; −∞ where it is no number.
  public func logWeights(of density: any LogDensity) -> [Double] {
    let dimension = points.positions.count / max(1, logFlow.count)
    var point = [Double](repeating: 0, count: dimension)
    var gradient = point
    return logFlow.indices.map { n in
      for i in 0..<dimension { point[i] = Double(points.positions[n * dimension + i]) }
      var slopes = gradient.mutableSpan
      let weight =
        density.logDensity(at: point.span, gradient: &slopes) + Double(logFinalMomentum[n])
        - Double(logFlow[n])
      return weight.isNaN ? -.infinity : weight
    }
  }
}
