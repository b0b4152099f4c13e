import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// The best fit of light curves by χ² alone, with errors from its curvature: a check beside a hierarchical fit, which it
/// should agree with but for its errors of α and β, which are 10 to 20 % too small.
struct ChiSquaredFit {
  /// What came out, as a sentence.
  let sentence: String

  /// For more supernovae it takes too long.
  private static let mostSupernovae = 20_000

  /// Nil where there are too many supernovae, or the fit does not succeed.
  init?(
    _ hierarchy: Hierarchy, _ distances: some ComovingDistances, over space: ParameterSpace
  ) throws(ModelError) {
    guard hierarchy.sample.count <= Self.mostSupernovae else { return nil }
    let likelihood = LightCurveLikelihood(
      hierarchy.published, distances: distances, offset: .marginalised)
    let parameters = likelihood.parameterNames.map { name in
      space.parameters.first { $0.name == name } ?? Parameter.usual(name)
    }
    let own = try ParameterSpace(parameters)
    let best = try BestFit(likelihood, over: own)
    let free = own.free.map(\.name)
    let point = likelihood.parameterNames.map { name in
      best.parameters[name] ?? parameters.first { $0.name == name }?.prior.fixedValue ?? .nan
    }
    let places = free.compactMap { likelihood.parameterNames.firstIndex(of: $0) }
    var information = Matrix(diagonal: places.map { _ in 0 })
    for (row, place) in places.enumerated() {
      func gradient(_ shift: Double) -> [Double] {
        var moved = point
        moved[place] += shift
        var slopes = moved
        var span = slopes.mutableSpan
        _ = likelihood.logLikelihood(at: moved.span, gradient: &span)
        return slopes
      }
      let (above, below) = (gradient(1e-4), gradient(-1e-4))
      for (column, other) in places.enumerated() {
        let value = -(above[other] - below[other]) / 2e-4
        information[row, column] += 0.5 * value
        information[column, row] += 0.5 * value
      }
    }
    guard let covariance = (try? Cholesky(information))?.inverse else { return nil }
    let values = zip(free, places.indices).map { name, row in
      String(
        format: "%@ %.4f ± %.4f", name, best.parameters[name] ?? .nan,
        covariance[row, row].squareRoot())
    }
    guard !values.contains(where: { $0.contains("nan") }) else { return nil }
    sentence = "χ² alone has its best fit, as a check, at \(values.joined(separator: ", "))"
  }
}
