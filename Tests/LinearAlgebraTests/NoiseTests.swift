import LinearAlgebra
import Testing

/// Noise with a covariance.
@Suite struct NoiseTests {
  @Test("whitening undoes what gives deviates a covariance, in all its forms")
  func inverse() throws {
    let matrix = Matrix(rows: 3, columns: 3, elements: [4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2])
    let modes = Matrix(rows: 3, columns: 2, elements: [1, 0, 0.5, -0.3, 0.2, 0.7])
    let factors = [
      try CovarianceFactor(dense: matrix), try CovarianceFactor(inverse: matrix),
      try CovarianceFactor(standardDeviations: [1, 2, 0.5]),
      try CovarianceFactor(variances: [1, 2, 0.5], modes: modes),
    ]
    for (index, factor) in factors.enumerated() {
      let white = [0.3, -1.2, 2.1]
      var rows = Matrix(rows: 1, columns: 3, elements: factor.noise(from: white))
      factor.whiten(rowsOf: &rows)
      for i in 0..<3 { #expect(abs(rows[0, i] - white[i]) < 1e-12, "form \(index)") }
      // xᵀ x = (W⁻¹ x)ᵀ C⁻¹ (W⁻¹ x).
      let square = white.reduce(0) { $0 + $1 * $1 }
      #expect(abs(factor.precision(of: factor.noise(from: white)) - square) < 1e-12 * 100)
    }
  }
}
