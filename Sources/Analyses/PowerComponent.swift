import LinearAlgebra

/// A combination of parameters that varies independently of the others: a product of powers, with its value.
///
/// ln c = Σ aᵢ yᵢ in coordinates ``PowerCoordinate``, with |a| = 1: an eigenvector of the covariance of y.
public struct PowerComponent: Sendable, Codable, Equatable {
  /// a, one for each coordinate; the largest is positive.
  public var exponents: [Double]
  /// Their standard errors, by the jackknife over stretches of the draws; empty where they are not estimated.
  public var exponentErrors: [Double] = []
  /// The mean of ln c.
  public var mean: Double
  /// The standard deviation of ln c: the relative error of c where it is small.
  public var standardDeviation: Double
  /// This deviation over that of the same combination under the prior; nil where the prior is not known.
  public var priorRatio: Double?

  /// The components of a distribution, those of the smallest variance first; nil if LAPACK finds no eigenvectors.
  static func all(mean: [Double], covariance: Matrix) -> [PowerComponent]? {
    covariance.principalAxes()?.reversed().map { variance, exponents in
      PowerComponent(
        exponents: exponents, mean: zip(exponents, mean).reduce(0) { $0 + $1.0 * $1.1 },
        standardDeviation: max(0, variance).squareRoot())
    }
  }

  /// The exponents with the sign that makes them point along those of another component.
  func exponents(along other: PowerComponent) -> [Double] {
    let product = zip(exponents, other.exponents).reduce(0) { $0 + $1.0 * $1.1 }
    return exponents.map { product < 0 ? -$0 : $0 }
  }

  /// The angle between two components, 0 to 90 degrees.
  public func angle(to other: PowerComponent) -> Double {
    angleInDegrees(between: exponents, and: other.exponents)
  }

  /// The standard deviation of the combination under another covariance.
  func deviation(under covariance: Matrix) -> Double {
    max(0, covariance.quadraticForm(exponents)).squareRoot()
  }
}

/// How many directions the data measured, against the prior.
///
/// λ are the eigenvalues of C_prior⁻¹ C_post, the ratios of variances in the directions that are independent under
/// both, whatever the units and whichever linear combinations are taken for coordinates.
public struct MeasuredDirections: Sendable, Codable, Equatable {
  /// λ, ascending.
  public var eigenvalues: [Double]
  /// Σ (1 − λ), of λ below 1: the number of dimensions that the data and not the prior decide.
  public var dimensionality: Double
  /// The number of λ below 1/4: directions known to less than half the width of their prior.
  public var count: Int

  /// Measured is what the data know to less than half the width of the prior.
  static let largestRatio = 0.25

  /// The directions of two covariances; nil if that of the prior is not positive definite.
  init?(posterior: Matrix, prior: Matrix) {
    guard let factor = try? Cholesky(prior) else { return nil }
    let count = posterior.rows
    // L⁻¹ C L⁻ᵀ, by its rows and then by its columns.
    var white = posterior
    for _ in 0..<2 {
      white = white.transposed
      for i in 0..<count {
        var row = (0..<count).map { white[i, $0] }
        var span = row.mutableSpan
        factor.whiten(&span)
        for j in 0..<count { white[i, j] = row[j] }
      }
    }
    guard let values = white.symmetricEigenvalues() else { return nil }
    eigenvalues = values.map { max(0, $0) }
    dimensionality = eigenvalues.reduce(0) { $0 + max(0, 1 - $1) }
    self.count = eigenvalues.count { $0 < Self.largestRatio }
  }
}
