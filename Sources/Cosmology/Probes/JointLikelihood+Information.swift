package import Inference
package import LinearAlgebra

extension JointLikelihood {
  /// Fisher's information of each probe, −∂² log L / ∂u² for data without noise, in coordinates u in which the prior is
  /// N(0, I) and thus has the information I.
  ///
  /// Cost: 4 likelihoods for each pair of parameters, and some for the steps.
  ///
  /// - Parameters:
  ///   - values: where, by names of the parameters.
  ///   - space: the parameters.
  /// - Returns: the point in u, and one matrix for each of `probes`; nil where the likelihood has no curvature.
  package func informations(
    at values: [String: Double], over space: ParameterSpace
  ) -> (center: [Double], parts: [Matrix])? {
    let space = space.standardised
    // Data without noise leave no residuals, so that the curvature is Fisher's information.
    let point = parameterNames.map { values[$0] ?? .nan }
    let exact = replacingData(prediction(at: point))
    guard let posterior = try? Posterior(space, exact) else { return nil }
    let center = space.position(near: values)
    let names = posterior.columns.map(\.name)
    func logLikelihoods(_ moves: [(index: Int, step: Double)]) -> [Double] {
      var position = center
      for move in moves { position[move.index] += move.step }
      let values = space.values(posterior.draw(at: position, logDensity: 0).values, of: names)
      return exact.logLikelihoods(at: exact.parameterNames.map { values[$0] ?? .nan }).map(\.value)
    }
    let peak = logLikelihoods([])
    // A seventh of a standard deviation, or the prior's width.
    let steps = center.indices.map { index in
      var step = 1e-3
      for _ in 0..<60 {
        let sides = [step, -step].map { logLikelihoods([(index, $0)]) }
        let drop = peak.indices.reduce(0) { $0 + 2 * peak[$1] - sides[0][$1] - sides[1][$1] }
        if !(drop < 0.05) {
          step *= 0.3
        } else if drop < 0.005, step < 1 {
          step = min(1, 3 * step)
        } else {
          break
        }
      }
      return step
    }
    let size = center.count
    var information = peak.map { _ in Matrix(diagonal: center.map { _ in 0 }) }
    for i in 0..<size {
      for j in 0...i {
        let corners = [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)].map { a, b in
          logLikelihoods([(i, a * steps[i]), (j, b * steps[j])])
        }
        for p in peak.indices {
          let value =
            -0.25 * (corners[0][p] - corners[1][p] - corners[2][p] + corners[3][p])
          guard value.isFinite else { return nil }
          let scaled = value / (steps[i] * steps[j])
          (information[p][i, j], information[p][j, i]) = (scaled, scaled)
        }
      }
    }
    return (center, information)
  }
}
