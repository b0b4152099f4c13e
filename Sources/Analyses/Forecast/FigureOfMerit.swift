public import LinearAlgebra
import RealModule

/// How well parameters are measured together: FoM = 1 / √det C of their covariance.
///
/// For w0 and wa this is 1 / (σ(w_p) σ(wa)), the convention in which figures of merit of dark energy are quoted today. The Dark Energy
/// Task Force defined the reciprocal of the area of the 95 % ellipse, which is smaller by 6.17 π (Albrecht et al. 2006,
/// arXiv:astro-ph/0609591).
public enum FigureOfMerit {
  /// The figure of merit of a covariance, of any number of parameters; nil if it is none.
  public static func of(_ covariance: Matrix) -> Double? {
    guard let factor = try? Cholesky(covariance) else { return nil }
    let value = Double.exp(-0.5 * factor.logDeterminant)
    return value.isFinite ? value : nil
  }

  /// Some rows and columns of a covariance.
  public static func block(_ covariance: Matrix, _ places: [Int]) -> Matrix {
    var block = Matrix(diagonal: places.map { _ in 0 })
    for (i, row) in places.enumerated() {
      for (j, column) in places.enumerated() { block[i, j] = covariance[row, column] }
    }
    return block
  }

  /// The area of the ellipse of two normal parameters that holds 68.27 %: π Δχ² / FoM with Δχ² = −2 ln(1 − 0.6827) = 2.2957.
  public static func area(_ merit: Double) -> Double { .pi * 2.295748928898636 / merit }
}
