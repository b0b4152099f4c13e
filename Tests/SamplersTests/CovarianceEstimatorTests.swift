import LinearAlgebra
import Samplers
import Testing

@Suite struct CovarianceEstimatorTests {
  @Test("an estimated covariance is that of the vectors, with smaller correlations")
  func estimator() throws {
    var estimator = CovarianceEstimator(dimension: 2)
    let vectors: [[Double]] = [[1_000_001, 2], [999_999, 1], [1_000_003, 0.5], [1_000_000, 4]]
    for vector in vectors { estimator.add(vector) }
    let covariance = estimator.regularizedCovariance
    let means: [Double] = [1_000_000.75, 1.875]
    for i in 0..<2 {
      for j in 0..<2 {
        var sum = 0.0
        for vector in vectors { sum += (vector[i] - means[i]) * (vector[j] - means[j]) }
        let shrinkage: Double = i == j ? 1 : 4.0 / 9
        #expect(abs(covariance[i, j] - shrinkage * sum / 3) < 1e-9)
      }
    }
    #expect(DiagonalMetric(estimator)?.inverseMasses == covariance.diagonal)
    #expect(DenseMetric(estimator)?.inverseMasses == covariance.elements)
  }
}
