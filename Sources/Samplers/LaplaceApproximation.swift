public import Inference
public import LinearAlgebra
import RealModule

/// The normal density with the mode of a log density and its curvature there.
///
/// log π(q) ≈ log π(m) − ½ (q − m)ᵀ C⁻¹ (q − m), C⁻¹ = −∇∇ log π(m). In the coordinates of the log
/// density, Jacobian included, so for a posterior the mode is not quite that of the parameters.
public struct LaplaceApproximation: Sendable {
  /// m, where the log density is largest.
  public let mode: [Double]
  /// The log density at the mode.
  public let logDensity: Double
  /// C, the inverse of the negative Hessian, dimension × dimension.
  public let covariance: Matrix
  private let precision: Cholesky

  /// Finds the mode by BFGS from a starting point, and the Hessian by central differences of the
  /// gradient.
  ///
  /// - Throws: `SamplingError.noMode` if the search does not end at a maximum.
  public init(_ density: any LogDensity, from start: [Double]) throws(SamplingError) {
    let count = density.dimension
    let top = QuasiNewtonMinimizer().mode(of: density, from: start)
    let failure = SamplingError.noMode(density.describe(top.position))

    // The first pass finds the scales, the second takes its steps from them: a thousandth of a
    // standard deviation, at which truncation and rounding both are below 1e-6.
    var steps = top.position.map { 1e-6 * max(1, abs($0)) }
    var hessian = Self.negativeHessian(density, at: top.position, steps: steps)
    for i in 0..<count {
      guard hessian[i, i] > 0, hessian[i, i].isFinite else { throw failure }
      steps[i] = 1e-3 / hessian[i, i].squareRoot()
    }
    hessian = Self.negativeHessian(density, at: top.position, steps: steps)
    guard let factor = try? Cholesky(hessian) else { throw failure }

    mode = top.position
    logDensity = -top.value
    precision = factor
    covariance = factor.inverse
    // The Newton step, in standard deviations, that the remaining gradient implies.
    let (_, gradient) = density.logDensityAndGradient(at: mode)
    var remainder = gradient
    var span = remainder.mutableSpan
    factor.whiten(&span)
    guard remainder.reduce(0, { $0 + $1 * $1 }) < 1e-6 else { throw failure }
  }

  /// The log of the integral of the normal density: log π(m) + ½ log det(2π C).
  public var logEvidence: Double {
    logDensity + 0.5 * (Double(mode.count) * .log(2 * .pi) - precision.logDeterminant)
  }

  /// Draws a point from the normal density with its standard deviations stretched.
  public func sample(
    stretch: Double = 1, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var deviation = [Double](repeating: 0, count: mode.count)
    var span = deviation.mutableSpan
    generator.fillWithStandardNormals(&span)
    precision.solveTransposed(&span)
    return zip(mode, deviation).map { $0 + stretch * $1 }
  }

  /// −∇∇ log density by central differences of the gradient, symmetric.
  static func negativeHessian(
    _ density: any LogDensity, at point: [Double], steps: [Double]
  ) -> Matrix {
    var hessian = Matrix(diagonal: point)
    for i in point.indices {
      var (above, below) = (point, point)
      above[i] += steps[i]
      below[i] -= steps[i]
      let (up, down) = (
        density.logDensityAndGradient(at: above).gradient,
        density.logDensityAndGradient(at: below).gradient
      )
      for j in point.indices { hessian[i, j] = (down[j] - up[j]) / (above[i] - below[i]) }
    }
    for i in point.indices {
      for j in 0..<i {
        let mean = 0.5 * (hessian[i, j] + hessian[j, i])
        (hessian[i, j], hessian[j, i]) = (mean, mean)
      }
    }
    return hessian
  }
}
