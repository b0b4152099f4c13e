import Inference
public import LinearAlgebra

/// Errors of magnitudes, drawn from N(0, C).
///
/// ε = L u with C = L Lᵀ for a matrix, and √D u + U t for variances and modes, where u and t are N(0, I).
///
/// Cost of a draw of N supernovae: N²/2 multiplications for a matrix, N × modes for a factored covariance, N for independent errors.
public struct MagnitudeNoise: Sendable {
  private enum Form: Sendable {
    case dense(Cholesky)
    /// C⁻¹ = L Lᵀ, so that ε = L⁻ᵀ u.
    case inverse(Cholesky)
    case independent([Double])
    case factored(deviations: [Double], modes: Matrix)
  }

  private let form: Form

  /// Prepares to draw errors.
  ///
  /// - Parameter covariance: C, in any of its forms.
  /// - Throws: `NotPositiveDefinite` if it is not a covariance.
  public init(_ covariance: SupernovaSample.Covariance) throws(NotPositiveDefinite) {
    switch covariance {
    case .total(let matrix): form = .dense(try Cholesky(matrix))
    case .systematic(var matrix, let errors):
      for i in errors.indices { matrix[i, i] += errors[i] * errors[i] }
      form = .dense(try Cholesky(matrix))
    case .inverse(let matrix): form = .inverse(try Cholesky(matrix))
    case .independent(let errors):
      if let failure = NotPositiveDefinite(diagonal: errors) { throw failure }
      form = .independent(errors)
    case .factored(let variances, let modes):
      if let failure = NotPositiveDefinite(diagonal: variances) { throw failure }
      form = .factored(deviations: variances.map { $0.squareRoot() }, modes: modes)
    }
  }

  /// Prepares to draw errors with a dense covariance.
  init(_ factor: Cholesky) { form = .dense(factor) }

  /// Draws the errors of all supernovae, in magnitudes.
  public func draw(using generator: inout some RandomNumberGenerator) -> [Double] {
    switch form {
    case .dense(let factor):
      let deviates = (0..<factor.size).map { _ in generator.nextStandardNormal() }
      return deviates.indices.map { i in
        var sum = 0.0
        for j in 0...i { sum += factor[i, j] * deviates[j] }
        return sum
      }
    case .inverse(let factor):
      var deviates = (0..<factor.size).map { _ in generator.nextStandardNormal() }
      var span = deviates.mutableSpan
      factor.solveTransposed(&span)
      return deviates
    case .independent(let errors): return errors.map { $0 * generator.nextStandardNormal() }
    case .factored(let deviations, let modes):
      var noise = Self.shift(modes, using: &generator)
      for i in noise.indices { noise[i] += deviations[i] * generator.nextStandardNormal() }
      return noise
    }
  }

  /// U t with t from N(0, I): what systematic errors do to all supernovae of one catalog.
  public static func shift(
    _ modes: Matrix, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    let amplitudes = (0..<modes.columns).map { _ in generator.nextStandardNormal() }
    return (0..<modes.rows).map { i in
      var sum = 0.0
      for (k, amplitude) in amplitudes.enumerated() { sum += amplitude * modes[i, k] }
      return sum
    }
  }
}

extension LightCurveLikelihood {
  /// Magnitudes with the covariance C(α, β) around the prediction; shapes and colours are covariates, and stay.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - generator: random numbers.
  /// - Returns: one magnitude for each supernova; nil where the model has no meaning.
  public func simulatedMagnitudes(
    at parameters: [Double], using generator: inout some RandomNumberGenerator
  ) -> [Double]? {
    let count = distances.parameterNames.count
    let coefficients = LightCurveCovariance.Coefficients(
      alpha: parameters[count], beta: parameters[count + 1])
    let means = prediction(at: parameters)
    guard means.allSatisfy(\.isFinite),
      let factor = try? Cholesky(covariance.matrix(coefficients.values))
    else { return nil }
    return zip(means, MagnitudeNoise(factor).draw(using: &generator)).map { $0 + $1 }
  }
}
