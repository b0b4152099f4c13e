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
    guard let information = informations(at: values, over: space) else { return nil }
    let size = information.center.count
    // Much less than the prior tells, so that what the data do not constrain counts for none.
    var total = Matrix(diagonal: information.center.map { _ in 1e-4 })
    for part in information.parts { total.add(1, part) }
    guard let inverse = (try? Cholesky(total))?.inverse else { return nil }
    return zip(probes, information.parts).map { probe, part in
      var trace = 0.0
      for i in 0..<size {
        for j in 0..<size { trace += part[i, j] * inverse[j, i] }
      }
      let count = Double(probe.dataCount)
      return min(max(trace, 0), count) + Double(probe.marginalisedCount)
    }
  }
}
