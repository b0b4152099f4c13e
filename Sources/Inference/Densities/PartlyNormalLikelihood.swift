import RealModule

/// A likelihood that is quadratic in several of its parameters given the others: log L = −½ φᵀ Λ φ + bᵀ φ + c, with Λ, b and c functions
/// of the others.
///
/// A posterior can then be sampled without these parameters, which are drawn afterwards from their exact conditional
/// distribution: see `IntegratedPosterior`.
public protocol PartlyNormalLikelihood: GradientLikelihood {
  /// The names of φ, in the order of the parameters; empty if it is quadratic in none.
  var normalNames: [String] { get }

  /// Returns log ∫ L exp(−½ Σ τ (φ − μ)²) dφ, and writes its gradient in the other parameters.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`; where φ is integrated over, any near which L has digits.
  ///   - priors: one for each of `normalNames`; nil where it keeps its value.
  ///   - gradient: one element for each parameter; overwritten, 0 for φ.
  /// - Returns: minus infinity where the model has no meaning.
  func logIntegral(
    at parameters: Span<Double>, priors: [NormalFactor?], gradient: inout MutableSpan<Double>
  ) -> Double

  /// Returns the same without a gradient; by default discarding it.
  func logIntegral(at parameters: Span<Double>, priors: [NormalFactor?]) -> Double

  /// The distribution of those φ that are integrated over, given the other parameters; nil where the model has no
  /// meaning.
  func conditional(at parameters: [Double], priors: [NormalFactor?]) -> NormalConditional?
}

extension PartlyNormalLikelihood {
  /// The integral, discarding its gradient.
  public func logIntegral(at parameters: Span<Double>, priors: [NormalFactor?]) -> Double {
    var gradient = [Double](repeating: 0, count: parameters.count)
    var span = gradient.mutableSpan
    return logIntegral(at: parameters, priors: priors, gradient: &span)
  }
}

/// A factor exp(−½ τ (φ − μ)²): flat for τ = 0.
public struct NormalFactor: Sendable, Equatable {
  /// τ, 0 or above.
  public let precision: Double
  /// μ.
  public let center: Double

  /// A factor.
  public init(precision: Double, center: Double) {
    (self.precision, self.center) = (precision, center)
  }
}

/// A normal distribution by its mean and the factor L of its precision, Λ = L Lᵀ.
public struct NormalConditional: Sendable {
  /// The mean.
  public let mean: [Double]
  /// L by rows, zero above the diagonal.
  private let factor: [Double]

  /// A distribution of as many values as the mean has.
  public init(mean: [Double], factor: [Double]) {
    precondition(factor.count == mean.count * mean.count, "a factor of another size")
    (self.mean, self.factor) = (mean, factor)
  }

  /// mean + L⁻ᵀ z.
  func values(at deviates: [Double]) -> [Double] {
    let count = mean.count
    var x = deviates
    for i in (0..<count).reversed() {
      for j in i + 1..<max(count, i + 1) { x[i] -= factor[j * count + i] * x[j] }
      x[i] /= factor[i * count + i]
    }
    return zip(mean, x).map { $0 + $1 }
  }

  /// Lᵀ (φ − mean), the inverse of `values(at:)`.
  func deviates(of values: [Double]) -> [Double] {
    let count = mean.count
    return (0..<count).map { i in
      (i..<count).reduce(0) { $0 + factor[$1 * count + i] * (values[$1] - mean[$1]) }
    }
  }

  /// ½ log det Λ: the log of the density over that of the deviates.
  var logScale: Double {
    (0..<mean.count).reduce(0) { $0 + .log(factor[$1 * mean.count + $1]) }
  }

  /// The log of the density of values.
  public func logDensity(at values: [Double]) -> Double {
    deviates(of: values).reduce(logScale) { $0 + NormalDistribution.logDensity(at: $1) }
  }

  /// The standard deviation of each value.
  var standardDeviations: [Double] {
    let count = mean.count
    var variances = [Double](repeating: 0, count: count)
    for k in 0..<count {
      let column = values(at: (0..<count).map { $0 == k ? 1 : 0 })
      for i in 0..<count { variances[i] += (column[i] - mean[i]) * (column[i] - mean[i]) }
    }
    return variances.map { $0.squareRoot() }
  }
}
