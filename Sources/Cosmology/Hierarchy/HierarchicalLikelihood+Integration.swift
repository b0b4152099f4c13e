public import Inference
import LinearAlgebra
import RealModule

extension HierarchicalLikelihood: PartlyNormalLikelihood {
  /// Zero point, mass step, means and drifts of populations and amplitudes of systematic errors under normal noise without
  /// contamination and selection; none otherwise.
  public var normalNames: [String] {
    normalPlaces.map { parameterNames[$0] }
  }

  /// Returns log ∫ L exp(−½ Σ τ (φ − μ)²) dφ and writes its gradient.
  ///
  /// log L is quadratic in φ, so that one gradient and Λ give the best φ̂; there log L and its gradient in the other parameters
  /// are those of the integral but for −½ log det Λ.
  ///
  /// Cost: four passes through the supernovae, and n³ multiplications for n parameters that are integrated out.
  public func logIntegral(
    at parameters: Span<Double>, priors: [NormalFactor?], gradient: inout MutableSpan<Double>
  ) -> Double {
    guard let best = solution(parameters, priors, &gradient) else { return -.infinity }
    var point = parameters.withUnsafeBufferPointer { Array($0) }
    for (row, place) in best.places.enumerated() { point[place] = best.mean[row] }
    var value = logLikelihood(at: point.span, gradient: &gradient)
    guard value.isFinite else { return -.infinity }
    for (row, prior) in best.priors.enumerated() {
      let distance = best.mean[row] - prior.center
      value -= 0.5 * prior.precision * distance * distance
    }
    value += 0.5 * (Double(best.places.count) * .log(2 * .pi) - best.factor.logDeterminant)
    let inverse = best.factor.inverse
    point.withUnsafeBufferPointer { point in
      inverse.elements.withUnsafeBufferPointer { inverse in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let point = point.baseAddress, let inverse = inverse.baseAddress,
            let gradient = gradient.baseAddress
          else { return }
          kernel.addTrace(
            point, rows: best.rows, size: best.places.count, covariance: inverse, to: gradient)
        }
      }
    }
    for place in best.places { gradient[place] = 0 }
    return value
  }

  /// Returns the integral alone: log L is quadratic in φ, so that its value and gradient anywhere give that at φ̂.
  ///
  /// Cost: two passes through the supernovae, and n³ / 3 multiplications.
  public func logIntegral(at parameters: Span<Double>, priors: [NormalFactor?]) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: parameters.count) { slopes in
      slopes.initialize(repeating: 0)
      var gradient = slopes.mutableSpan
      guard let best = solution(parameters, priors, &gradient) else { return -.infinity }
      var value = best.logLikelihood
      for (row, place) in best.places.enumerated() {
        let prior = best.priors[row]
        let distance = parameters[place] - prior.center
        let slope = gradient[place] - prior.precision * distance
        value += 0.5 * slope * (best.mean[row] - parameters[place])
        value -= 0.5 * prior.precision * distance * distance
      }
      return value + 0.5
        * (Double(best.places.count) * .log(2 * .pi) - best.factor.logDeterminant)
    }
  }

  /// The distribution of φ given the other parameters; nil where the model has no meaning.
  public func conditional(at parameters: [Double], priors: [NormalFactor?]) -> NormalConditional? {
    var gradient = parameters
    var span = gradient.mutableSpan
    guard let best = solution(parameters.span, priors, &span) else { return nil }
    let count = best.places.count
    return NormalConditional(
      mean: best.mean,
      factor: (0..<count).flatMap { i in (0..<count).map { best.factor[i, $0] } })
  }

  /// φ̂ and the factor of Λ.
  private struct Solution {
    /// The places of φ among the parameters, and their priors.
    let places: [Int]
    let priors: [NormalFactor]
    /// The row of each parameter in Λ; −1 for others.
    let rows: [Int]
    let mean: [Double]
    let factor: Cholesky
    /// log L at the φ that were given.
    let logLikelihood: Double
  }

  private func solution(
    _ parameters: Span<Double>, _ priors: [NormalFactor?], _ gradient: inout MutableSpan<Double>
  ) -> Solution? {
    let chosen = zip(normalPlaces, priors).compactMap { place, prior in
      prior.map { (place: place, prior: $0) }
    }
    let count = chosen.count
    var rows = [Int](repeating: -1, count: parameters.count)
    for (row, one) in chosen.enumerated() { rows[one.place] = row }
    let value = logLikelihood(at: parameters, gradient: &gradient)
    guard value.isFinite else { return nil }
    var information = Matrix(diagonal: chosen.map(\.prior.precision)).elements
    parameters.withUnsafeBufferPointer { values in
      information.withUnsafeMutableBufferPointer { matrix in
        guard let values = values.baseAddress, let matrix = matrix.baseAddress else { return }
        kernel.addInformation(values, rows: rows, size: count, to: matrix)
      }
    }
    guard
      let factor = try? Cholesky(Matrix(rows: count, columns: count, elements: information))
    else { return nil }
    var step = chosen.map { one in
      gradient[one.place] + one.prior.precision * (one.prior.center - parameters[one.place])
    }
    var span = step.mutableSpan
    factor.whiten(&span)
    factor.solveTransposed(&span)
    return Solution(
      places: chosen.map(\.place), priors: chosen.map(\.prior), rows: rows,
      mean: zip(chosen, step).map { parameters[$0.place] + $1 }, factor: factor,
      logLikelihood: value)
  }
}
