import Inference
public import LinearAlgebra
import RealModule

/// A wide density that covers what a fitted proposal may miss: ½ N(0, I) + ½ Student-t with three
/// degrees of freedom, around the mean of the posterior and with 1.3 times its scale.
///
/// For points in coordinates in which the prior is N(0, I). A share ε of draws from it bounds the
/// weights of all: by the half that is the prior, w/Z ≤ 2 max L / (ε Z); the other half finds tails at
/// a distance at which a prior has few draws.
public struct DefensiveDensity: Sendable, Codable, Equatable {
  /// The center of the Student-t half.
  public let mean: [Double]
  /// The lower Cholesky factor of the scale matrix, row by row.
  private let factor: [Double]
  private let logConstant: Double

  /// The degrees of freedom.
  private static let freedom = 3.0
  /// How much wider the Student-t half is than the posterior.
  private static let stretch = 1.3

  /// A density from the moments of the posterior.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is none.
  public init(mean: [Double], covariance: Matrix) throws(NotPositiveDefinite) {
    let normal = try WhiteningCoordinates(mean: mean, covariance: covariance)
    self.mean = mean
    factor = normal.factor.map { Self.stretch * $0 }
    logConstant = Self.logConstant(mean.count, logDeterminant: 2 * normal.logJacobian)
  }

  /// A density around the prior, for when nothing is known of the posterior.
  public static func aroundPrior(dimension: Int) -> DefensiveDensity {
    DefensiveDensity(dimension: dimension)
  }

  private init(dimension: Int) {
    mean = [Double](repeating: 0, count: dimension)
    factor = Matrix.identity(dimension).elements.map { Self.stretch * $0 }
    logConstant = Self.logConstant(dimension, logDeterminant: 0)
  }

  private static func logConstant(_ dimension: Int, logDeterminant: Double) -> Double {
    let (nu, size) = (freedom, Double(dimension))
    return .logGamma(0.5 * (nu + size)) - .logGamma(0.5 * nu) - 0.5 * size * .log(nu * .pi)
      - 0.5 * logDeterminant - size * .log(stretch)
  }

  /// The number of coordinates.
  public var dimension: Int { mean.count }

  /// The log density at a point.
  public func logDensity(at point: Span<Double>) -> Double {
    let (count, nu) = (mean.count, Self.freedom)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { white in
      var (normal, distance) = (0.0, 0.0)
      for row in 0..<count {
        var rest = point[row] - mean[row]
        for column in 0..<row { rest -= factor[row * count + column] * white[column] }
        let value = rest / factor[row * count + row]
        white.initializeElement(at: row, to: value)
        distance += value * value
        normal += NormalDistribution.logDensity(at: point[row])
      }
      let student =
        logConstant - 0.5 * (nu + Double(count)) * .log(onePlus: distance / nu)
      return logSum(normal, student) - .log(2)
    }
  }

  /// Writes a draw.
  public func sample(
    into point: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    let (count, isPrior) = (mean.count, generator.nextUniform() < 0.5)
    generator.fillWithStandardNormals(&point)
    if isPrior { return }
    // χ² with three degrees of freedom.
    var chiSquared = 0.0
    for _ in 0..<3 {
      let deviate = generator.nextStandardNormal()
      chiSquared += deviate * deviate
    }
    let stretch = (Self.freedom / chiSquared).squareRoot()
    for row in (0..<count).reversed() {
      var sum = 0.0
      for column in 0...row { sum += factor[row * count + column] * point[column] }
      point[row] = mean[row] + stretch * sum
    }
  }
}
