package import Inference
import LinearAlgebra

extension JointLikelihood {
  /// How many parameters are fitted to each probe: tr(Fₚ F⁻¹) with Fisher's information Fₚ of the probe and F of all, and
  /// what the probe has integrated out.
  ///
  /// They add up to the number of all parameters, and at the best fit the expectation of χ² of a probe is the number of its
  /// data less this one. A parameter that the data do not constrain, or that ends at a wall, is fitted to none.
  ///
  /// - Parameters:
  ///   - values: the best fit, by names of the parameters.
  ///   - space: the parameters.
  /// - Returns: one number for each of `probes`; nil where the information is not known.
  package func fittedCounts(
    at values: [String: Double], over space: ParameterSpace
  ) -> [Double]? {
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
          (information[p][i, j], information[p][j, i]) = (value, value)
        }
      }
    }
    // Much less than the prior tells, so that what the data do not constrain counts for none.
    var total = Matrix(diagonal: steps.map { 1e-4 * $0 * $0 })
    for part in information { total.add(1, part) }
    guard let inverse = (try? Cholesky(total))?.inverse else { return nil }
    return zip(probes, information).map { probe, part in
      var trace = 0.0
      for i in 0..<size {
        for j in 0..<size { trace += part[i, j] * inverse[j, i] }
      }
      let count = Double(probe.dataCount)
      return min(max(trace, 0), count) + Double(probe.marginalisedCount)
    }
  }
}
