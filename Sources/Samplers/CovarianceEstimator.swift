import LinearAlgebra

/// The running mean and covariance of vectors, by Welford's update, which does not cancel.
struct CovarianceEstimator: Sendable {
  private(set) var count = 0
  private var mean: [Double]
  private var scatter: Matrix
  private var deviation: [Double]

  init(dimension: Int) {
    mean = [Double](repeating: 0, count: dimension)
    deviation = mean
    scatter = Matrix(diagonal: mean)
  }

  mutating func add(_ vector: [Double]) {
    count += 1
    for i in mean.indices {
      deviation[i] = vector[i] - mean[i]
      mean[i] += deviation[i] / Double(count)
    }
    for i in mean.indices {
      for j in mean.indices { scatter[i, j] += deviation[i] * (vector[j] - mean[j]) }
    }
  }

  /// The sample covariance, shrunk towards a small multiple of the identity as Stan does: n/(n+5) S + 1e-3 · 5/(n+5) I.
  ///
  /// Rounding leaves S slightly unsymmetric; the two halves are averaged.
  var regularizedCovariance: Matrix {
    let n = Double(count)
    var covariance = scatter
    for i in mean.indices {
      for j in mean.indices {
        let sample = 0.5 * (scatter[i, j] + scatter[j, i]) / (n - 1)
        covariance[i, j] = n / (n + 5) * sample + (i == j ? 1e-3 * 5 / (n + 5) : 0)
      }
    }
    return covariance
  }
}
